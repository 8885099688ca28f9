"""The words the bot and the desk share: what was said, and what the bot decided to say.

This is the one file of `bot` that `handoff` may import; it imports nothing but types.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Speaker(StrEnum):
    """Who said a turn."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"


class Decision(StrEnum):
    """What the bot does with a turn (HOUSE.md, `ask --batch`)."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    OFFER_HUMAN = "offer_human"
    HANDOFF = "handoff"
    SMALLTALK = "smalltalk"
    DECLINE = "decline"


DIRECT_REQUEST: Final = "direct_request"
"""The reason of a handoff that the customer has asked for."""


@dataclass(frozen=True)
class Turn:
    """One message of the episode so far. `decision` and `offer` are known for bot turns only.

    `helpful` is the customer's thumb under a bot answer: True, False, or None for none.
    `articles` are the articles a bot turn cited, first cited first.
    """

    speaker: Speaker
    text: str
    decision: Decision | None = None
    offer: bool = False
    helpful: bool | None = None
    articles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dialogue:
    """Everything a reply rests on: the episode's turns, oldest first, the last the customer's.

    `profile` holds what is known of the customer ("name", "email", "plan", …). `rewrite` is the last
    message as a question of its own, by a language model; None where there is none.
    """

    turns: tuple[Turn, ...]
    profile: Mapping[str, str] = field(default_factory=dict)
    locale: str | None = None
    rewrite: str | None = None

    @property
    def question(self) -> str:
        """The customer's last message."""
        return self.turns[-1].text


@dataclass(frozen=True)
class Citation:
    """Where a quote stands: `article.text[start:end] == quote` in the reply's snapshot.

    `start` and `end` count code points, end exclusive.
    """

    article: str
    title: str
    url: str | None
    quote: str
    start: int
    end: int


@dataclass(frozen=True)
class ReplySentence:
    """A sentence of a reply; `citation` indexes `Reply.citations`, None only for a lead-in."""

    text: str
    citation: int | None


@dataclass(frozen=True)
class Retrieved:
    """One passage that search ranked, kept with the reply for the packet and for evals."""

    article: str
    passage: str
    score: float


@dataclass(frozen=True)
class Choice:
    """One thing the customer may have meant; `value` is sent back by `choose`."""

    value: str
    label: str


@dataclass(frozen=True)
class Reply:
    """The bot's decision on a turn and, where there is one, its text with evidence.

    `text` is what the customer reads: the sentences joined, or the question back, or the words of
    an offer. `confidence` is the probability that the best answer found is right, whatever the
    decision; `frustration` the probability that the customer is frustrated (both 0..1).
    `reason` is a short machine-readable code (`DIRECT_REQUEST`, "low_confidence", …) and
    `figures` the numbers behind it (for the packet): name to value. `priority` (-1..2) is where the
    matter stands in the queue, should the reply hand over.
    """

    decision: Decision
    text: str
    sentences: tuple[ReplySentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    choices: tuple[Choice, ...] = ()
    offer: bool = False
    snapshot: str | None = None
    confidence: float = 0.0
    frustration: float = 0.0
    reason: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    retrieved: tuple[Retrieved, ...] = ()
    priority: int = 0
    query: str = ""
    summary: str = ""
