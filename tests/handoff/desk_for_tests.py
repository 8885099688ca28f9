"""A desk with two agents and a customer, driven in few words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from sqlalchemy import Engine

from bot.dialogue import Citation, Decision, Reply, ReplySentence, Retrieved
from handoff.accounts import Account, Accounts, AgentRole
from handoff.desk import Desk
from handoff.events import (
    Attachment,
    Audience,
    ClientId,
    ConversationId,
    Event,
    FileId,
    HandoffState,
    HandoffStep,
    Message,
    SiteId,
    VisitorHash,
    first_conversation_id,
)
from handoff.files import Content, Files
from handoff.presence import Presence
from handoff.rules import DeskRules
from tests.conftest import HandHeldClock

SITE = SiteId("shop")
_numbers = count(1)


def fresh() -> ClientId:
    """A client id never used before."""
    return ClientId(f"c{next(_numbers)}")


@dataclass
class Scene:
    """A desk and the people around it."""

    engine: Engine
    clock: HandHeldClock
    rules: DeskRules = field(default_factory=DeskRules)

    def __post_init__(self) -> None:
        self.desk = Desk(self.engine, clock=self.clock, rules=self.rules)
        self.accounts = Accounts(self.engine, clock=self.clock)
        self.ann = self.agent("Ann")
        self.bob = self.agent("Bob")
        self.eva = self.customer("eva")

    def agent(self, name: str, *skills: str, capacity: int | None = None) -> Account:
        """An agent who is online."""
        email = f"{name.lower()}@example.org"
        account = self.accounts.add(
            email, name, AgentRole.AGENT, "hash", skills=skills, capacity=capacity
        )
        self.desk.agent_presence(account.id, Presence.ONLINE)
        return account

    def customer(self, name: str) -> ConversationId:
        """The conversation that a visitor would have; nothing is stored yet."""
        return first_conversation_id(SITE, VisitorHash(name))

    def writes(
        self, name: str = "eva", text: str = "Where is my parcel?", files: Sequence[FileId] = ()
    ) -> Event:
        """A customer's message."""
        return self.desk.customer_writes(
            self.customer(name),
            text,
            fresh(),
            site=SITE,
            visitor_hash=VisitorHash(name),
            files=files,
        )

    def asks_human(self, name: str = "eva") -> ConversationId:
        """A customer in the queue."""
        conversation = self.customer(name)
        self.desk.customer_asks_human(
            conversation, fresh(), site=SITE, visitor_hash=VisitorHash(name)
        )
        return conversation

    def events(self, conversation: ConversationId | None = None) -> list[Event]:
        """Everything that agents see."""
        return self.desk.events_after(conversation or self.eva, 0, Audience.AGENT)

    def steps(self, conversation: ConversationId | None = None) -> list[HandoffState]:
        """What became of the handoff, in order."""
        events = self.events(conversation)
        return [e.payload.state for e in events if isinstance(e.payload, HandoffStep)]

    def keeps_file(self, name: str, body: bytes) -> Attachment:
        """A text that Eva attached and has not sent yet."""
        files = Files(self.engine, clock=self.clock)
        return files.keep(self.eva, VisitorHash("eva"), Content(name, "text/plain", body))

    def texts(self, conversation: ConversationId | None = None) -> list[str]:
        """What was said, in order."""
        events = self.events(conversation)
        return [e.payload.text for e in events if isinstance(e.payload, Message)]


def reply(decision: Decision = Decision.ANSWER, text: str = "It is on its way.") -> Reply:
    """A bot reply with one sentence, one source and its figures."""
    quote = Citation("delivery.md", "Delivery", None, text, 0, len(text))
    answers = decision is Decision.ANSWER
    return Reply(
        decision=decision,
        text=text,
        sentences=(ReplySentence(text, 0),) if answers else (),
        citations=(quote,) if answers else (),
        snapshot="000001-abc" if answers else None,
        confidence=0.9,
        frustration=0.1,
        reason="direct_request" if decision is Decision.HANDOFF else "",
        figures={"confidence": 0.9},
        retrieved=(Retrieved("delivery.md", "delivery.md#0", 1.0),),
        query="where is my parcel",
    )
