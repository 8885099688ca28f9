"""What an agent does."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from handoff.desk.ledger import Ledger
from handoff.events import AgentId, ClientId, ConversationId, Event, Resolution
from handoff.presence import Presence
from handoff.views import Offer


class AgentSide(Ledger):
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
        raise NotImplementedError

    def agent_accepts(
        self, conversation: ConversationId, agent: AgentId, client_id: ClientId
    ) -> Event:
        """Take what was offered to this agent: as a claim. Raises `NoOffer` when it ran out."""
        raise NotImplementedError

    def agent_declines(
        self, conversation: ConversationId, agent: AgentId, client_id: ClientId
    ) -> Event:
        """Let an offer go to the next agent; the place in the queue stays. Raises `NoOffer`."""
        raise NotImplementedError

    def agent_writes(
        self, conversation: ConversationId, agent: AgentId, text: str, client_id: ClientId
    ) -> Event:
        """Write to the customer. Raises `BadValue` for blank text or more than `max_chars`."""
        raise NotImplementedError

    def agent_notes(
        self, conversation: ConversationId, agent: AgentId, text: str, client_id: ClientId
    ) -> Event:
        """Leave a note for other agents, in any stage, whoever has the conversation."""
        raise NotImplementedError

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

        To an agent it is theirs at once; raises `CapacityReached` when they are full.
        """
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError

    def agent_labels(
        self,
        conversation: ConversationId,
        agent: AgentId,
        client_id: ClientId,
        *,
        tags: Sequence[str] | None = None,
        priority: int | None = None,
        snooze_until: datetime | None = None,
        wake: bool = False,
    ) -> Event:
        """Change tags, priority (-1..2) or snooze; None leaves each as it is. Any agent may."""
        raise NotImplementedError

    def agent_presence(self, agent: AgentId, state: Presence) -> Presence:
        """Say that the agent is online, away or (at log-out) offline. Returns the new state."""
        raise NotImplementedError

    def renew_leases(self, agent: AgentId) -> int:
        """The agent is still connected: keep them present and what they have theirs.

        To be called for every connected agent about every `claim_grace / 4`, from each server
        that has a connection; several tabs and servers simply renew more often, and the last one
        to fall silent starts the grace time. Returns how many conversations the agent has.
        """
        raise NotImplementedError

    def offers_to(self, agent: AgentId) -> list[Offer]:
        """What is offered to this agent now."""
        raise NotImplementedError
