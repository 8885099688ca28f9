"""What the desk tells those who read from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.dialogue import Dialogue
from handoff.events import (
    AgentId,
    AgentRef,
    ConversationId,
    Message,
    Promise,
    Resolution,
    Role,
    SiteId,
    Stage,
    VisitorHash,
    WaitRange,
)

Cursor = NewType("Cursor", int)
"""A point in the desk's whole history; only ever taken from `Changes.cursor`."""


class View(StrEnum):
    """The lists of the console."""

    WAITING = "waiting"  # in the queue, in the order in which they should be taken
    MINE = "mine"  # with the agent asked about, longest unanswered first
    HUMAN = "human"  # with any agent
    BOT = "bot"  # with the bot, latest first
    OPEN = "open"  # everything not closed, latest first
    CLOSED = "closed"  # latest closed first
    SNOOZED = "snoozed"  # put away until a time, soonest first


@dataclass(frozen=True)
class ConversationState:
    """Where a conversation stands now: what all its events add up to.

    `seq` is the number of its last event; `customer_seq` that of the customer's last message
    (0 for none), `answered_seq` that of the last customer message that has a reply, and
    `settled_seq` that of the last one of which the bot knows that a person will reply. A question
    is open while both are below `customer_seq` and the stage is bot or waiting. Times are UTC.
    """

    id: ConversationId
    site: SiteId
    visitor_hash: VisitorHash
    stage: Stage
    episode: int
    seq: int
    customer_seq: int
    answered_seq: int
    settled_seq: int
    created_at: datetime
    changed_at: datetime
    episode_started_at: datetime
    agent: AgentRef | None = None
    offered_to: AgentRef | None = None
    offer_expires_at: datetime | None = None
    declined_by: tuple[str, ...] = ()
    waiting_since: datetime | None = None
    handoff_reason: str = ""
    skill: str | None = None
    at_front: bool = False
    priority: int = 0
    tags: tuple[str, ...] = ()
    snoozed_until: datetime | None = None
    promise: Promise | None = None
    profile: Mapping[str, str] = field(default_factory=dict)
    page: str | None = None
    locale: str | None = None
    device: str | None = None
    offer_made: bool = False
    unanswered_since: datetime | None = None
    closed_at: datetime | None = None
    resolution: Resolution | None = None
    last_text: str | None = None
    last_role: Role | None = None

    @property
    def has_open_question(self) -> bool:
        """Whether the customer's last message waits for the bot."""
        return (
            self.stage in (Stage.BOT, Stage.WAITING)
            and max(self.answered_seq, self.settled_seq) < self.customer_seq
        )


@dataclass(frozen=True)
class Row:
    """A conversation as a line of the console's lists.

    `text` is the beginning (at most 160 characters) of the last message, `text_from` who said it,
    `at` when. `unanswered_since` is when the oldest customer message without a person's or the
    bot's reply came; `waiting_since` when the handoff was asked for. `at_front` goes before
    everyone in the queue: its agent was lost, or gave it back.
    """

    conversation: ConversationId
    site: SiteId
    stage: Stage
    episode: int
    seq: int
    at: datetime
    name: str | None = None
    email: str | None = None
    text: str | None = None
    text_from: Role | None = None
    waiting_since: datetime | None = None
    unanswered_since: datetime | None = None
    reason: str = ""
    agent: AgentRef | None = None
    offered_to: AgentRef | None = None
    offer_expires_at: datetime | None = None
    skill: str | None = None
    at_front: bool = False
    priority: int = 0
    tags: tuple[str, ...] = ()
    snoozed_until: datetime | None = None
    promise: Promise | None = None
    resolution: Resolution | None = None


@dataclass(frozen=True)
class QueuePlace:
    """A place in the queue. `position` counts from 1; `wait` is None without enough history.

    `back_at` (UTC) is when people are back, set when nobody is there now; `off_duty` says that
    nobody is and no next opening is known.
    """

    position: int
    wait: WaitRange | None
    back_at: datetime | None = None
    off_duty: bool = False


@dataclass(frozen=True)
class Entry:
    """How a conversation enters the queue: its place there, for whom, and how urgent it is."""

    place: QueuePlace
    skill: str | None = None
    priority: int = 0


@dataclass(frozen=True)
class OpenQuestion:
    """A leased question: `dialogue` ends with the customer message numbered `answers_seq`.

    While `stage` is waiting only answers, questions back and small talk will be stored. `tries`
    counts leases of this question, this one included. `snapshot` is the one that the episode's
    last bot answer came from.
    """

    conversation: ConversationId
    site: SiteId
    answers_seq: int
    dialogue: Dialogue
    stage: Stage
    tries: int
    snapshot: str | None = None
    page: str | None = None


@dataclass(frozen=True)
class Changed:
    """A conversation of which something is new, and the number of its last event."""

    conversation: ConversationId
    seq: int


@dataclass(frozen=True)
class Changes:
    """What changed since a cursor, and the cursor to ask with next."""

    cursor: Cursor
    conversations: tuple[Changed, ...]


@dataclass(frozen=True)
class Offer:
    """A conversation offered to an agent until `expires_at` (UTC)."""

    conversation: ConversationId
    agent: AgentId
    expires_at: datetime


@dataclass(frozen=True)
class EpisodeSummary:
    """One episode of a conversation, for the customer's history."""

    episode: int
    started_at: datetime
    closed_at: datetime | None
    resolution: Resolution | None
    first_text: str
    score: int | None = None


@dataclass(frozen=True)
class PastQuestion:
    """A customer's message and the bot's reply to it at `at`; `dialogue` ends with the message."""

    conversation: ConversationId
    seq: int
    at: datetime
    dialogue: Dialogue
    reply: Message
