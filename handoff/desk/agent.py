"""What an agent does."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import select

from handoff import conversation as rules
from handoff import labels
from handoff.checks import check_text
from handoff.database import reading, writing
from handoff.desk import people, queue, store
from handoff.desk.ledger import Moment
from handoff.desk.places import Places
from handoff.desk.store import Command
from handoff.drafts import Draft, by_agent
from handoff.ending import deserves_survey
from handoff.errors import BadValue
from handoff.events import (
    AgentId,
    ClientId,
    ConversationId,
    Event,
    Note,
    Promise,
    Resolution,
)
from handoff.presence import Presence
from handoff.surveys import next_survey
from handoff.tables import conversations
from handoff.views import Offer

MAX_PROMISE_CHARS = 200


class AgentSide(Places):
    """The agents' use cases.

    Each is one transaction, answers with the event that carries its `client_id`, and changes
    nothing when that `client_id` was seen before from an agent (the same event comes back). All
    raise `UnknownConversation` and `UnknownAgent`; those that need the conversation in hand raise
    `Taken` when another agent has it and `NotYours` when none has.
    """

    def agent_claims(
        self, conversation: ConversationId, agent: AgentId, client_id: ClientId
    ) -> Event:
        """Take the conversation from the queue, or from the bot. Answers with the stage event.

        Of any number of agents at once exactly one gets it; the others get `Taken` with the
        winner. Raises `CapacityReached` when the agent's places are filled, `StageRefuses` for a
        closed conversation. Claiming what one already has changes nothing.
        """
        return self._command(
            conversation,
            _by(agent, client_id),
            lambda m: rules.agent_claims(m.state, people.hands(m, agent)),
        )

    def agent_accepts(
        self, conversation: ConversationId, agent: AgentId, client_id: ClientId
    ) -> Event:
        """Take what was offered to this agent: as a claim. Raises `NoOffer` when it ran out."""
        return self._command(
            conversation,
            _by(agent, client_id),
            lambda m: rules.agent_accepts(m.state, people.hands(m, agent), m.now),
        )

    def agent_declines(
        self, conversation: ConversationId, agent: AgentId, client_id: ClientId
    ) -> Event:
        """Let an offer go to the next agent; the place in the queue stays. Raises `NoOffer`."""
        event = self._command(
            conversation,
            _by(agent, client_id),
            lambda m: rules.agent_declines(m.state, people.acting(m, agent), m.place(), m.now),
        )
        self._fill_places()
        return event

    def agent_writes(
        self, conversation: ConversationId, agent: AgentId, text: str, client_id: ClientId
    ) -> Event:
        """Write to the customer. Raises `BadValue` for blank text or more than `max_chars`."""
        kept = check_text(text, self._rules.max_chars)
        return self._command(
            conversation,
            _by(agent, client_id),
            lambda m: rules.agent_writes(m.state, people.acting(m, agent), kept),
        )

    def agent_notes(
        self, conversation: ConversationId, agent: AgentId, text: str, client_id: ClientId
    ) -> Event:
        """Leave a note for other agents, in any stage, whoever has the conversation."""
        kept = check_text(text, self._rules.max_chars)
        return self._command(
            conversation,
            _by(agent, client_id),
            lambda m: [Draft(by_agent(people.acting(m, agent)), Note(kept), answers_command=True)],
        )

    def agent_transfers(
        self,
        conversation: ConversationId,
        agent: AgentId,
        client_id: ClientId,
        *,
        to_agent: AgentId | None = None,
        to_skill: str | None = None,
    ) -> Event:
        """Hand the conversation to another agent, or to the queue of a skill; exactly one given.

        A blank skill is the common queue.

        To an agent it is theirs at once; raises `CapacityReached` when they are full,
        and `BadValue` when they are not there.
        """

        def decide(moment: Moment) -> Sequence[Draft]:
            if to_agent is not None:
                giver, taker = people.giver_and_taker(moment, agent, to_agent)
                return rules.agent_transfers(moment.state, giver, taker)
            assert to_skill is not None
            skill = to_skill.strip() or None
            place = moment.place(skill=skill)
            return rules.agent_transfers_to_queue(
                moment.state, people.acting(moment, agent), skill, place
            )

        if (to_agent is None) == (to_skill is None):
            raise BadValue("Transfer to an agent or to a skill's queue: one of the two.")
        event = self._command(conversation, _by(agent, client_id), decide)
        self._fill_places()
        return event

    def agent_releases(
        self,
        conversation: ConversationId,
        agent: AgentId,
        to: Literal["bot", "queue"],
        client_id: ClientId,
    ) -> Event:
        """Give the conversation back to the bot, or to the front of the queue.

        To the bot, a customer message that nobody replied to is an open question again.
        """

        def decide(moment: Moment) -> Sequence[Draft]:
            by = people.acting(moment, agent)
            if to == "bot":
                return rules.agent_releases_to_bot(moment.state, by)
            place = moment.place(skill=moment.state.skill, at_front=True)
            return rules.agent_releases_to_queue(moment.state, by, place)

        event = self._command(conversation, _by(agent, client_id), decide)
        self._fill_places()
        return event

    def agent_closes(
        self,
        conversation: ConversationId,
        agent: AgentId,
        resolution: Resolution,
        client_id: ClientId,
    ) -> Event:
        """End the episode with a resolution; unless it is spam the customer gets a survey.

        What waits or is with the bot may be closed by any agent.
        """

        def decide(moment: Moment) -> Sequence[Draft]:
            said = store.of_episode(moment.connection, moment.state)
            survey = (
                next_survey(moment.connection, moment.state, said, moment.now)
                if deserves_survey(resolution, said)
                else None
            )
            return rules.agent_closes(
                moment.state, people.acting(moment, agent), resolution, survey
            )

        event = self._command(conversation, _by(agent, client_id), decide)
        self._fill_places()
        return event

    def agent_labels(
        self,
        conversation: ConversationId,
        agent: AgentId,
        client_id: ClientId,
        *,
        tags: Sequence[str] | None = None,
        add_tags: Sequence[str] = (),
        remove_tags: Sequence[str] = (),
        priority: int | None = None,
        snooze_until: datetime | None = None,
        wake: bool = False,
        promise: Promise | None = None,
        kept: bool = False,
    ) -> Event:
        """Change tags, priority (-1..2), snooze or promise; None leaves each as it is.

        `tags` are all of them as they shall be; `add_tags` and `remove_tags` leave the others.
        `wake` ends the snooze, `kept` the promise. Any agent may; raises `BadValue` for a time
        that is past and for a promise of no or too many words.
        """

        retagging = labels.Retagging(tags, add_tags, remove_tags)

        def decide(moment: Moment) -> Sequence[Draft]:
            by = people.acting(moment, agent)
            until = None if wake else (snooze_until or moment.state.snoozed_until)
            if snooze_until is not None and snooze_until <= moment.now:
                raise BadValue("A snooze ends in the future.")
            if promise is not None:
                check_text(promise.text, MAX_PROMISE_CHARS)
                if promise.due_at <= moment.now:
                    raise BadValue("A promise is due in the future.")
            promised = None if kept else (promise or moment.state.promise)
            return labels.agent_labels(moment.state, by, retagging, priority, until, promised)

        return self._command(conversation, _by(agent, client_id), decide)

    def agent_presence(self, agent: AgentId, state: Presence) -> Presence:
        """Say that the agent is online, away or (at log-out) offline. Returns the new state."""
        with writing(self._engine) as connection:
            people.show(connection, agent, state, self._clock())
        if state is Presence.ONLINE:
            self._fill_places()
        return state

    def renew_leases(self, agent: AgentId, *, active: bool = False) -> int:
        """The agent is still connected: keep them present and what they have theirs.

        To be called for every connected agent about every `claim_grace / 4`, from each server
        that has a connection; several tabs and servers simply renew more often, and the last one
        to fall silent starts the grace time. `active` says that the agent did something since the
        last renewal; one who does nothing for `idle_after` counts as away and is offered nothing.
        Returns how many conversations the agent has.
        """
        with writing(self._engine) as connection:
            people.touch(connection, agent, self._clock(), active=active)
            return queue.load_of(connection, agent)

    def offers_to(self, agent: AgentId) -> list[Offer]:
        """What is offered to this agent now."""
        now = self._clock()
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(conversations.c.id, conversations.c.offer_expires_at)
                .where(conversations.c.offered_to == agent, conversations.c.offer_expires_at > now)
                .order_by(conversations.c.offer_expires_at)
            )
            return [Offer(ConversationId(r.id), agent, r.offer_expires_at) for r in rows]


def _by(agent: AgentId, client_id: ClientId) -> Command:
    return Command(f"agent:{agent}", client_id)
