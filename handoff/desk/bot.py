"""What the bot does, and what becomes of a question that it cannot answer."""

from bot.dialogue import Reply
from handoff.desk.ledger import Ledger
from handoff.events import ConversationId, Event
from handoff.views import OpenQuestion


class BotSide(Ledger):
    """The bot's use cases, one transaction each."""

    def lease_questions(self, holder: str, limit: int = 32) -> list[OpenQuestion]:
        """Take up to `limit` open questions, longest waiting first, for `question_lease`.

        No two holders have one question at a time; after the lease it can be taken again, so a
        holder that dies leaves no customer unanswered. A new customer message frees its
        conversation at once. A question leased `max_question_tries` times without a reply is not
        handed out again: a person takes over.
        """
        raise NotImplementedError

    def release_question(self, conversation: ConversationId, answers_seq: int, holder: str) -> None:
        """Give a question back unanswered; it can be leased again at once."""
        raise NotImplementedError

    def bot_replies(
        self, conversation: ConversationId, reply: Reply, answers_seq: int
    ) -> list[Event]:
        """Store a reply if it still holds; return what was stored, in order.

        It holds while it answers the latest customer message, that message is unanswered, and the
        stage is bot, or waiting (there only answer, clarify and smalltalk); otherwise nothing is
        stored and an empty list comes back. A reply that came too late for a newer message leaves
        the newer one open; one that may not be said while waiting settles the question, since a
        person will take it. Decision `HANDOFF` brings message, handoff, packet and the
        customer's notice in the same transaction.
        """
        raise NotImplementedError

    def bot_fails(self, conversation: ConversationId, answers_seq: int, reason: str) -> list[Event]:
        """The bot could not think: hand over to a person (reason "bot_failure") if it still holds.

        Returns what was stored, as `bot_replies` does.
        """
        raise NotImplementedError
