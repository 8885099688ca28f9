"""The packet: everything a person needs to take over a conversation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from bot.dialogue import DIRECT_REQUEST, Citation, Decision
from handoff.events import (
    Attachment,
    ConversationId,
    Decided,
    Event,
    Feedback,
    Message,
    Role,
)
from handoff.views import ConversationState

CLIP_CHARS = 240
"""Of a message within the summary; the transcript has it whole."""
SUGGESTIONS = 5
"""Articles suggested to the agent."""
_ENDS = frozenset(".?!…。？！؟")
_TURNED_DOWN = "answer_rejected"
"""The bot's reason for a message that met words like "that isn't it"."""


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
    """A bot answer the customer saw. `rejected` is True after a thumb down or words to that effect."""

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
    What is unknown is None or empty, never guessed. `worded_summary` is a language model's, in
    which every figure, name, date and link was checked against the transcript; it comes after the
    handoff, and stays None without a model or when it was not to be believed.
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
    attachments: tuple[Attachment, ...] = ()
    worded_summary: str | None = None


def assemble(
    state: ConversationState, events: Sequence[Event], now: datetime, reason: str
) -> Packet:
    """The packet of a conversation from the events of its present episode, oldest first."""
    thumbs = {
        e.payload.about_seq: e.payload.helpful for e in events if isinstance(e.payload, Feedback)
    }
    said = [(e, e.payload) for e in events if isinstance(e.payload, Message)]
    decided = [m.decided for _, m in said if m.decided is not None]
    # What a wish for a person was searched with says nothing, unless the question stands in it too.
    searching = [d for d in decided if d.reason != DIRECT_REQUEST] or decided
    turned_down = _turned_down(said)
    shown = tuple(
        Shown(e.seq, m.text, m.citations, thumbs.get(e.seq) is False or e.seq in turned_down)
        for e, m in said
        if m.citations
    )
    question = _open_question(said)
    snapshots = [m.snapshot for _, m in said if m.snapshot is not None]
    return Packet(
        conversation=state.id,
        episode=state.episode,
        at=now,
        reason=reason,
        figures=dict(decided[-1].figures) if decided else {},
        summary=summarise(said, question, shown),
        question=question,
        transcript=tuple(_turn(e, m, thumbs) for e, m in said),
        searched=tuple(
            Searched(d.query, tuple(dict.fromkeys(r.article for r in d.retrieved)))
            for d in searching
            if d.query
        ),
        shown=shown,
        frustration=tuple(d.frustration for d in decided),
        suggested=_suggested(searching, shown),
        profile=dict(state.profile),
        page=state.page,
        device=state.device,
        locale=state.locale,
        snapshot=snapshots[-1] if snapshots else None,
        tags=state.tags,
        attachments=tuple(file for _, m in said for file in m.files),
    )


def _turned_down(said: Sequence[tuple[Event, Message]]) -> set[int]:
    """The numbers of the answers that the customer's next words turned down."""
    found = set()
    last: int | None = None
    for event, message in said:
        if message.decided is not None and message.decided.reason == _TURNED_DOWN and last:
            found.add(last)
        if message.citations:
            last = event.seq
    return found


def _turn(event: Event, message: Message, thumbs: Mapping[int, bool]) -> PacketTurn:
    decided = message.decided
    return PacketTurn(
        seq=event.seq,
        at=event.at,
        role=event.sender.role,
        name=event.sender.name,
        text=message.text,
        decision=decided.decision if decided else None,
        frustration=decided.frustration if decided else None,
        confidence=decided.confidence if decided else None,
        helpful=thumbs.get(event.seq),
    )


def _open_question(said: Sequence[tuple[Event, Message]]) -> str:
    """The customer's last message that asks for a thing, not for a person.

    A message that the bot met with handoff or small talk carries no question of its own; where
    all are such, the last message stands.
    """
    about = {m.decided.answers_seq: m.decided.decision for _, m in said if m.decided is not None}
    asked = [(e.seq, m.text) for e, m in said if e.sender.role is Role.CUSTOMER]
    real = [
        text for seq, text in asked if about.get(seq) not in (Decision.HANDOFF, Decision.SMALLTALK)
    ]
    return real[-1] if real else asked[-1][1] if asked else ""


def summarise(said: Sequence[tuple[Event, Message]], question: str, shown: Sequence[Shown]) -> str:
    """A few sentences made of the customer's own words and what was shown; nothing invented."""
    first = next((m.text for e, m in said if e.sender.role is Role.CUSTOMER), "")
    parts = []
    if first:
        parts.append(f"Asked first: {_quoted(first)}")
    if question and question != first:
        parts.append(f"Last question: {_quoted(question)}")
    titles = dict.fromkeys(c.title for s in shown for c in s.citations)
    if titles:
        parts.append(f"Shown: {', '.join(titles)}.")
    rejected = sum(1 for s in shown if s.rejected)
    if rejected:
        parts.append(f"Answers turned down: {rejected}.")
    return " ".join(parts)


def _quoted(text: str) -> str:
    """The words in quotation marks, as a sentence: what ends already gets no second full stop."""
    line = " ".join(text.split())
    if len(line) > CLIP_CHARS:
        line = line[: CLIP_CHARS - 1] + "…"
    return f"“{line}”" if line[-1:] in _ENDS else f"“{line}”."


def _suggested(decided: Sequence[Decided], shown: Sequence[Shown]) -> tuple[str, ...]:
    """What search ranked for the latest questions, less what the customer has turned down."""
    rejected = {c.article for s in shown if s.rejected for c in s.citations}
    found = dict.fromkeys(r.article for d in reversed(decided) for r in d.retrieved)
    return tuple(article for article in found if article not in rejected)[:SUGGESTIONS]


_ADAPTER: TypeAdapter[Packet] = TypeAdapter(Packet)


def to_json(packet: Packet) -> dict[str, Any]:
    """The packet as plain JSON values, as `schema` describes them."""
    dumped: dict[str, Any] = _ADAPTER.dump_python(packet, mode="json")
    return dumped


def from_json(stored: Any) -> Packet:
    """The packet that `to_json` made."""
    return _ADAPTER.validate_python(stored)


def schema() -> dict[str, Any]:
    """The packet's JSON schema (draft 2020-12)."""
    return _ADAPTER.json_schema()
