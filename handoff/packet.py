"""The packet: everything a person needs to take over a conversation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.dialogue import Citation, Decision
from handoff.events import ConversationId, Role


@dataclass(frozen=True)
class PacketTurn:
    """One message of the episode, as it was said."""

    seq: int
    at: datetime
    role: Role
    name: str | None
    text: str
    decision: Decision | None = None
    frustration: float | None = None
    confidence: float | None = None
    helpful: bool | None = None


@dataclass(frozen=True)
class Shown:
    """A bot answer the customer saw. `rejected` is True after a thumbs down."""

    seq: int
    text: str
    citations: tuple[Citation, ...]
    rejected: bool


@dataclass(frozen=True)
class Searched:
    """A search that the bot made, and the articles that it ranked, best first."""

    query: str
    articles: tuple[str, ...]


@dataclass(frozen=True)
class Packet:
    """The card an agent reads first. Texts are the customer's and the bot's own words.

    `figures` are the numbers behind the reason (scores against thresholds); `question` is what
    the customer still wants to know; `suggested` are article ids worth a look, best first.
    `unknown` facts are None or empty, never guessed.
    """

    conversation: ConversationId
    episode: int
    at: datetime
    reason: str
    figures: Mapping[str, float]
    summary: str
    question: str
    transcript: tuple[PacketTurn, ...]
    searched: tuple[Searched, ...] = ()
    shown: tuple[Shown, ...] = ()
    frustration: tuple[float, ...] = ()
    suggested: tuple[str, ...] = ()
    profile: Mapping[str, str] = field(default_factory=dict)
    page: str | None = None
    device: str | None = None
    locale: str | None = None
    snapshot: str | None = None
    tags: tuple[str, ...] = ()
