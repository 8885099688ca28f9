"""What the bot does, and what becomes of a question that it cannot answer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Select, and_, or_, select, update

from bot.dialogue import Decision, Reply
from handoff import conversation as rules
from handoff.database import reading, writing
from handoff.desk import records, store
from handoff.desk.ledger import Ledger, Moment
from handoff.dialogues import dialogue_of
from handoff.drafts import BOT, Draft
from handoff.events import ConversationId, Event, Message, Stage, Summary
from handoff.packet import Packet
from handoff.tables import conversations
from handoff.views import OpenQuestion

IS_OPEN_QUESTION = and_(
    conversations.c.stage.in_((Stage.BOT.value, Stage.WAITING.value)),
    conversations.c.customer_seq > conversations.c.answered_seq,
    conversations.c.customer_seq > conversations.c.settled_seq,
)
"""The same as `ConversationState.has_open_question`, for the database."""


class BotSide(Ledger):
    """The bot's use cases, one transaction each."""

    def lease_questions(self, holder: str, limit: int = 32) -> list[OpenQuestion]:
        """Take up to `limit` open questions, longest waiting first, for `question_lease`.

        No two holders have one question at a time; after the lease it can be taken again, so a
        holder that dies leaves no customer unanswered. A new customer message frees its
        conversation at once. A question leased `max_question_tries` times without a reply is not
        handed out again: a person takes over.
        """
        now = self._clock()
        with reading(self._engine) as connection:
            if connection.execute(self._open_questions(now).limit(1)).first() is None:
                return []
        with writing(self._engine) as connection:
            free = self._open_questions(now).limit(limit).with_for_update(skip_locked=True)
            found = list(connection.execute(free).scalars())
            connection.execute(
                update(conversations)
                .where(conversations.c.id.in_(found))
                .values(
                    question_holder=holder,
                    question_until=now + self._rules.question_lease,
                    question_tries=conversations.c.question_tries + 1,
                )
            )
            return [_question(connection, ConversationId(id_)) for id_ in found]

    def _open_questions(self, now: datetime) -> Select[str]:
        """The ids of the questions that may be leased, longest waiting first."""
        return (
            select(conversations.c.id)
            .where(
                IS_OPEN_QUESTION,
                conversations.c.question_tries < self._rules.max_question_tries,
                or_(
                    conversations.c.question_until.is_(None),
                    conversations.c.question_until <= now,
                ),
            )
            .order_by(conversations.c.unanswered_since, conversations.c.id)
        )

    def release_question(self, conversation: ConversationId, answers_seq: int, holder: str) -> None:
        """Give a question back unanswered; it can be leased again at once."""
        with writing(self._engine) as connection:
            connection.execute(
                update(conversations)
                .where(
                    conversations.c.id == conversation,
                    conversations.c.question_holder == holder,
                    conversations.c.customer_seq == answers_seq,
                )
                .values(question_holder=None, question_until=None)
            )

    def free_questions(self) -> None:
        """Give back every leased question, whoever holds it.

        For a server that starts and knows itself alone (an SQLite folder has one): its former self
        may have been killed while thinking, and its customers should not wait for the lease to end.
        """
        with writing(self._engine) as connection:
            connection.execute(
                update(conversations)
                .where(conversations.c.question_holder.is_not(None))
                .values(question_holder=None, question_until=None)
            )

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
        with writing(self._engine) as connection:
            moment = self._moment(connection, conversation)
            hands_over = reply.decision is Decision.HANDOFF
            entry = moment.entry(reply.reason, reply.priority) if hands_over else None
            drafts = rules.bot_replies(moment.state, reply, answers_seq, entry)
            return self._answer(moment, drafts, answers_seq)

    def bot_fails(self, conversation: ConversationId, answers_seq: int, reason: str) -> list[Event]:
        """The bot could not think: hand over to a person (reason "bot_failure") if it still holds.

        Returns what was stored, as `bot_replies` does.
        """
        with writing(self._engine) as connection:
            moment = self._moment(connection, conversation)
            drafts = rules.bot_fails(moment.state, answers_seq, reason, moment.entry(reason))
            return self._answer(moment, drafts, answers_seq)

    def bot_sums_up(self, conversation: ConversationId, packet: Packet, text: str) -> Event | None:
        """Add a summary in a language model's words to a packet, and tell the agents by an event.

        None, and nothing stored, when the packet has one, is no longer the latest, was erased, or
        the conversation is no longer a person's.
        """
        with writing(self._engine) as connection:
            moment = self._moment(connection, conversation)
            if moment.state.stage not in (Stage.WAITING, Stage.HUMAN):
                return None
            latest = records.latest_packet(connection, conversation)
            if latest is None or latest.at != packet.at or latest.worded_summary is not None:
                return None
            return self._keep(moment, [Draft(BOT, Summary(text))])[0]

    def _answer(
        self, moment: Moment, drafts: Sequence[Draft] | None, answers_seq: int
    ) -> list[Event]:
        if drafts is None:
            return []
        if not drafts:
            moment.connection.execute(
                update(conversations)
                .where(conversations.c.id == moment.state.id)
                .values(
                    settled_seq=answers_seq,
                    question_holder=None,
                    question_until=None,
                    question_tries=0,
                )
            )
            return []
        settled = replace(moment.state, settled_seq=answers_seq)
        return self._keep(replace(moment, state=settled), drafts)


def _question(connection: Connection, conversation: ConversationId) -> OpenQuestion:
    state = store.load(connection, conversation)
    assert state is not None
    said = store.of_episode(connection, state)
    snapshots = [e.payload.snapshot for e in said if isinstance(e.payload, Message)]
    tries = connection.execute(
        select(conversations.c.question_tries).where(conversations.c.id == conversation)
    ).scalar_one()
    return OpenQuestion(
        conversation=conversation,
        site=state.site,
        answers_seq=state.customer_seq,
        dialogue=dialogue_of(state, said),
        stage=state.stage,
        tries=tries,
        snapshot=next((s for s in reversed(snapshots) if s is not None), None),
        page=state.page,
    )
