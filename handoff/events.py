"""Events: what happened in a conversation, in order, each with what it says.

A conversation is its events; everything else (stage, queue, measures) is computed from them.
`seq` starts at 1 and rises by 1 through the whole conversation, whatever the episode.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.dialogue import Choice, Citation, Decision, ReplySentence, Retrieved

ConversationId = NewType("ConversationId", str)
SiteId = NewType("SiteId", str)
AgentId = NewType("AgentId", str)
SurveyId = NewType("SurveyId", str)
FileId = NewType("FileId", str)
"""Random (128 bits): whoever has it may read the file."""
ClientId = NewType("ClientId", str)
"""Made by the sender of a command, at most 64 characters; unique per conversation and side."""
VisitorHash = NewType("VisitorHash", str)
"""A digest of the visitor's secret; the secret itself is never stored."""


def new_conversation_id() -> ConversationId:
    """A fresh random id (128 bits)."""
    return ConversationId(_readable(secrets.token_bytes(16)))


def first_conversation_id(site: SiteId, visitor: VisitorHash) -> ConversationId:
    """The id of a visitor's conversation before anything of it is stored.

    The same for every tab, device and server, so that two first messages sent at the same time
    land in one conversation. It tells nothing of the visitor's secret.
    """
    digest = hashlib.sha256(f"conversation\0{site}\0{visitor}".encode()).digest()
    return ConversationId(_readable(digest[:16]))


def new_survey_id() -> SurveyId:
    """A fresh random id (128 bits)."""
    return SurveyId(_readable(secrets.token_bytes(16)))


def new_file_id() -> FileId:
    """A fresh random id (128 bits)."""
    return FileId(_readable(secrets.token_bytes(16)))


def new_client_id() -> ClientId:
    """A fresh random id for a command that no outside client sent."""
    return ClientId(_readable(secrets.token_bytes(16)))


def _readable(data: bytes) -> str:
    return base64.b32encode(data).decode("ascii").rstrip("=").lower()


class Stage(StrEnum):
    """Who has the conversation: the bot, the queue, an agent, or nobody any more."""

    BOT = "bot"
    WAITING = "waiting"
    HUMAN = "human"
    CLOSED = "closed"


class Role(StrEnum):
    """Whose deed an event is; `SYSTEM` is time and rules (a lease that ran out)."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


class Audience(StrEnum):
    """For whom events are read; customers never get what only agents may see."""

    CUSTOMER = "customer"
    AGENT = "agent"


class EventKind(StrEnum):
    """The kinds of HOUSE.md, and those that its rule "answered by its event" asks for."""

    MESSAGE = "message"
    STAGE = "stage"
    HANDOFF = "handoff"
    SURVEY = "survey"
    NOTE = "note"  # agents only
    FEEDBACK = "feedback"  # a thumb under a bot answer
    PROFILE = "profile"  # the customer left a name or an e-mail address
    LABELS = "labels"  # tags, priority, snooze; agents only
    SUMMARY = "summary"  # a language model's; agents only
    ERASED = "erased"  # a tombstone: the number stays, the content is gone


AGENTS_ONLY = frozenset({EventKind.NOTE, EventKind.LABELS, EventKind.SUMMARY})


class HandoffState(StrEnum):
    """The steps of a handoff; each is an event that the customer can see."""

    REQUESTED = "requested"
    QUEUED = "queued"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"
    RETURNED = "returned"


class Resolution(StrEnum):
    """How an episode ended. Assumed is kept apart from confirmed everywhere it is counted."""

    SOLVED = "solved"
    UNSOLVED = "unsolved"
    NO_REPLY = "no_reply"
    SPAM = "spam"
    CONFIRMED = "confirmed"  # the customer said that the bot's answer helped
    ASSUMED = "assumed"  # nobody wrote for a set time after the bot's answer


class SurveyKind(StrEnum):
    """CSAT and CES score 1..5, NPS 0..10."""

    CSAT = "csat"
    CES = "ces"
    NPS = "nps"


@dataclass(frozen=True)
class Sender:
    """Who an event is from. `id` and `name` are known for agents; the bot may have a name."""

    role: Role
    id: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class AgentRef:
    """An agent as others see one."""

    id: AgentId
    name: str


@dataclass(frozen=True)
class WaitRange:
    """A range for the wait in whole seconds, `low_s <= high_s`, from real history."""

    low_s: int
    high_s: int


@dataclass(frozen=True)
class Decided:
    """What stood behind a bot message; kept for agents, packets and evals, not for customers.

    `confidence` and `frustration` are probabilities (0..1); `answers_seq` is the customer
    message that it answers.
    """

    decision: Decision
    answers_seq: int
    confidence: float
    frustration: float
    reason: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    retrieved: tuple[Retrieved, ...] = ()
    query: str = ""


@dataclass(frozen=True)
class Attachment:
    """A file of a message; `type` is what it is by its content, `size` is in bytes."""

    id: FileId
    name: str
    type: str
    size: int
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True)
class Message:
    """Something said. All but `text` is set for bot messages only, save `choice` and `files`.

    `choice` is the value of the choice that a customer's message picked; `files` are what a
    customer attached.
    """

    text: str
    sentences: tuple[ReplySentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    choices: tuple[Choice, ...] = ()
    offer: bool = False
    snapshot: str | None = None
    choice: str | None = None
    decided: Decided | None = None
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class StageChange:
    """The conversation moved. `agent` is who has it now (stage human), or who let it go.

    `reason` is a short code: "handoff", "claimed", "cancelled", "released", "transferred",
    "lease_expired", "closed", "reopened", "new_episode". `resolution` is set when closed.
    """

    stage: Stage
    previous: Stage
    reason: str
    agent: AgentRef | None = None
    resolution: Resolution | None = None


@dataclass(frozen=True)
class HandoffStep:
    """One step of a handoff. `position` counts from 1; `wait` is None when history is silent.

    `agent` is who it is offered to, who accepted or who let it go; `until` (UTC) ends an offer.
    `back_at` (UTC) is when people are back, set when nobody is there now; `off_duty` says that
    nobody is and no next opening is known. `skill` names the queue, None the common one.
    """

    state: HandoffState
    reason: str = ""
    position: int | None = None
    wait: WaitRange | None = None
    agent: AgentRef | None = None
    back_at: datetime | None = None
    off_duty: bool = False
    until: datetime | None = None
    skill: str | None = None


@dataclass(frozen=True)
class Survey:
    """A survey asked (`score` None), or answered."""

    survey: SurveyId
    survey_kind: SurveyKind
    score: int | None = None
    comment: str | None = None


@dataclass(frozen=True)
class Note:
    """An internal note between agents."""

    text: str


@dataclass(frozen=True)
class Feedback:
    """A thumb under the bot message numbered `about_seq`."""

    about_seq: int
    helpful: bool


@dataclass(frozen=True)
class ProfileChange:
    """What the customer told about themselves: name to value ("name", "email", …)."""

    profile: Mapping[str, str]


@dataclass(frozen=True)
class Promise:
    """What the customer was promised, and by when (UTC)."""

    text: str
    due_at: datetime


@dataclass(frozen=True)
class Labels:
    """Tags and priority after the change; priority -1 low, 0 normal, 1 high, 2 urgent.

    `snoozed_until` (UTC) is when the conversation comes back by itself; None when it is not away.
    A `promise` stands until it is kept, whatever else happens but the close.
    """

    tags: tuple[str, ...]
    priority: int
    snoozed_until: datetime | None = None
    promise: Promise | None = None


@dataclass(frozen=True)
class Summary:
    """The packet's summary in a language model's words, checked; written after the handoff."""

    text: str


@dataclass(frozen=True)
class Erased:
    """The tombstone of an event; `was` is the kind that it had."""

    was: EventKind


Payload = (
    Message
    | StageChange
    | HandoffStep
    | Survey
    | Note
    | Feedback
    | ProfileChange
    | Labels
    | Summary
    | Erased
)

KIND_OF: Mapping[type, EventKind] = {
    Message: EventKind.MESSAGE,
    StageChange: EventKind.STAGE,
    HandoffStep: EventKind.HANDOFF,
    Survey: EventKind.SURVEY,
    Note: EventKind.NOTE,
    Feedback: EventKind.FEEDBACK,
    ProfileChange: EventKind.PROFILE,
    Labels: EventKind.LABELS,
    Summary: EventKind.SUMMARY,
    Erased: EventKind.ERASED,
}


@dataclass(frozen=True)
class Event:
    """One numbered fact of a conversation. `at` is UTC; `client_id` that of its command."""

    conversation: ConversationId
    seq: int
    episode: int
    at: datetime
    sender: Sender
    payload: Payload
    client_id: ClientId | None = None

    @property
    def kind(self) -> EventKind:
        """The kind of its payload."""
        return KIND_OF[type(self.payload)]
