"""What time does."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update

from handoff import conversation as rules
from handoff.database import reading, writing
from handoff.desk import store
from handoff.desk.bot import IS_OPEN_QUESTION, BotSide
from handoff.desk.ledger import Moment
from handoff.desk.places import Places
from handoff.drafts import Draft
from handoff.ending import resolution_of
from handoff.events import ConversationId, Stage
from handoff.labels import snooze_ends
from handoff.tables import agents, clock, conversations

Due = Callable[[Moment], Sequence[Draft]]
BATCH = 200
"""Of one kind in one sweep; the rest is due again in the next."""


class Clockwork(BotSide, Places):
    """Everything that happens by itself."""

    def sweep(self) -> list[ConversationId]:
        """Do what is due; return the conversations that changed, each once.

        Offers run out, leases of agents gone run out (the conversation goes to the front of the
        queue and the customer is told), free places are filled by offers, snoozed conversations
        come back, silent episodes are taken as solved, questions tried too often go to a person.
        Each conversation is its own transaction. Call it about every second; any number of
        servers may, at the same time. After a time without any sweep (no server ran) agents get
        their grace anew, since they could not have renewed.
        """
        now = self._clock()
        self._forgive_downtime(now)
        c = conversations.c
        waiting = c.stage == Stage.WAITING.value
        changed = [
            *self._each(waiting & (c.offer_expires_at <= now), _offer_out),
            *self._each(self._abandoned(now), _lease_out),
            *self._each(c.snoozed_until <= now, _snooze_out),
            *self._each(
                (c.stage == Stage.BOT.value) & (c.changed_at <= now - self._rules.assumed_after),
                _silence,
            ),
            *self._give_up(now),
            *self._fill_places(),
        ]
        return list(dict.fromkeys(changed))

    def _forgive_downtime(self, now: datetime) -> None:
        grace = self._rules.claim_grace
        swept_at = select(clock.c.swept_at)
        with reading(self._engine) as connection:
            swept = connection.execute(swept_at).scalar_one()
        if swept is not None and now - swept < grace / 8:
            return
        with writing(self._engine) as connection:
            swept = connection.execute(swept_at.with_for_update()).scalar_one()
            if swept is not None and now - swept >= grace / 2:
                connection.execute(
                    update(agents).where(agents.c.seen_at > swept - grace).values(seen_at=now)
                )
            connection.execute(update(clock).values(swept_at=now))

    def _abandoned(self, now: datetime) -> ColumnElement[bool]:
        """What agents who are gone have in hand; what is put away is missed when it comes back."""
        gone = select(agents.c.id).where(
            or_(agents.c.seen_at.is_(None), agents.c.seen_at <= now - self._rules.claim_grace)
        )
        shut_out = select(agents.c.id).where(agents.c.disabled.is_(True))
        c = conversations.c
        left = c.agent_id.in_(shut_out) | (c.agent_id.in_(gone) & c.snoozed_until.is_(None))
        return (c.stage == Stage.HUMAN.value) & left

    def _each(self, due: ColumnElement[bool], drafts: Due) -> list[ConversationId]:
        """Do what is due to each conversation, looking again once it is locked."""
        with reading(self._engine) as connection:
            found = connection.execute(select(conversations.c.id).where(due).limit(BATCH))
            ids = [ConversationId(id_) for id_ in found.scalars()]
        done = []
        for conversation in ids:
            with writing(self._engine) as connection:
                moment = self._moment(connection, conversation)
                still = select(conversations.c.id).where(conversations.c.id == conversation, due)
                if connection.execute(still).one_or_none() is None:
                    continue
                self._keep(moment, drafts(moment))
                done.append(conversation)
        return done

    def _give_up(self, now: datetime) -> list[ConversationId]:
        """Hand over what was leased too often without a reply."""
        c = conversations.c
        tried = (
            select(c.id, c.customer_seq)
            .where(
                IS_OPEN_QUESTION,
                c.question_tries >= self._rules.max_question_tries,
                or_(c.question_until.is_(None), c.question_until <= now),
            )
            .limit(BATCH)
        )
        with reading(self._engine) as connection:
            found = connection.execute(tried).all()
        return [
            ConversationId(row.id)
            for row in found
            if self.bot_fails(ConversationId(row.id), row.customer_seq, "bot_failure")
        ]


def _offer_out(moment: Moment) -> Sequence[Draft]:
    return rules.offer_runs_out(moment.state, moment.place())


def _lease_out(moment: Moment) -> Sequence[Draft]:
    place = moment.place(skill=moment.state.skill, at_front=True)
    return rules.lease_runs_out(moment.state, place)


def _snooze_out(moment: Moment) -> Sequence[Draft]:
    return snooze_ends(moment.state)


def _silence(moment: Moment) -> Sequence[Draft]:
    said = store.of_episode(moment.connection, moment.state)
    return rules.silence_closes(moment.state, resolution_of(moment.state.stage, said), None)
