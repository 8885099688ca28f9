"""What customers have asked: read back to see what a change of articles does to it."""

from collections import defaultdict

from sqlalchemy import select, tuple_

from bot.dialogue import Dialogue
from handoff.database import reading
from handoff.desk import store
from handoff.desk.ledger import Ledger
from handoff.dialogues import turns_up_to
from handoff.events import ConversationId, Event, EventKind, Message, Role, SiteId
from handoff.tables import conversations, customers, events
from handoff.views import PastQuestion

_EPISODES_AT_ONCE = 200  # bounds the parameters of one query


class Past(Ledger):
    """Reads what was asked and answered; changes nothing."""

    def past_questions(self, limit: int, *, site: SiteId | None = None) -> list[PastQuestion]:
        """The latest `limit` customers' messages that the bot replied to, newest reply first.

        Those of one site, or of all for None. Erased messages are left out. Each comes with its
        episode up to it, as the bot heard it.
        """
        latest = (
            select(events)
            .where(
                events.c.kind == EventKind.MESSAGE.value,
                events.c.role == Role.BOT.value,
            )
            .order_by(events.c.at.desc(), events.c.conversation_id, events.c.seq.desc())
            .limit(limit)
        )
        if site is not None:
            of_site = (
                select(conversations.c.id)
                .join(customers, conversations.c.customer_id == customers.c.id)
                .where(customers.c.site_id == site)
            )
            latest = latest.where(events.c.conversation_id.in_(of_site))
        with reading(self._engine) as connection:
            replies = [store.event_of(row) for row in connection.execute(latest)]
            wanted = list(dict.fromkeys((e.conversation, e.episode) for e in replies))
            said: dict[tuple[ConversationId, int], list[Event]] = defaultdict(list)
            known: dict[ConversationId, Dialogue] = {}
            for start in range(0, len(wanted), _EPISODES_AT_ONCE):
                some = wanted[start : start + _EPISODES_AT_ONCE]
                episodes = (
                    select(events)
                    .where(tuple_(events.c.conversation_id, events.c.episode).in_(some))
                    .order_by(events.c.conversation_id, events.c.seq)
                )
                for row in connection.execute(episodes):
                    event = store.event_of(row)
                    said[event.conversation, event.episode].append(event)
                customer = select(
                    conversations.c.id, conversations.c.locale, customers.c.profile
                ).join(customers, conversations.c.customer_id == customers.c.id)
                ids = {conversation for conversation, _ in some}
                for row in connection.execute(customer.where(conversations.c.id.in_(ids))):
                    known[ConversationId(row.id)] = Dialogue((), dict(row.profile), row.locale)
        found = (_past(e, said[e.conversation, e.episode], known[e.conversation]) for e in replies)
        return [one for one in found if one is not None]


def _past(reply: Event, episode: list[Event], known: Dialogue) -> PastQuestion | None:
    """The question that a reply answered; None when it is erased or the reply answers none."""
    said = reply.payload
    assert isinstance(said, Message)
    if said.decided is None:
        return None
    asked = said.decided.answers_seq
    turns = turns_up_to(episode, asked)
    standing = any(e.seq == asked and isinstance(e.payload, Message) for e in episode)
    if not turns or not standing:
        return None
    dialogue = Dialogue(turns, known.profile, known.locale)
    return PastQuestion(reply.conversation, asked, reply.at, dialogue, said)
