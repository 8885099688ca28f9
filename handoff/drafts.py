"""What a command brings about before it is stored, and who takes a conversation."""

from dataclasses import dataclass

from handoff.events import AgentRef, Payload, Role, Sender

SYSTEM = Sender(Role.SYSTEM)
CUSTOMER = Sender(Role.CUSTOMER)
BOT = Sender(Role.BOT)


@dataclass(frozen=True)
class Draft:
    """An event before it has a number. The one that answers the command carries its client id."""

    sender: Sender
    payload: Payload
    answers_command: bool = False


@dataclass(frozen=True)
class Hands:
    """An agent about to take a conversation: who, and how full their hands are."""

    agent: AgentRef
    load: int
    capacity: int


def by_agent(agent: AgentRef) -> Sender:
    """The agent as the sender of an event."""
    return Sender(Role.AGENT, agent.id, agent.name)
