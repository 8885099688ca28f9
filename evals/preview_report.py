"""A preview as text for a terminal, JSON for a program, and one page for a content team."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from bot.dialogue import Decision, Reply
from evals.outcomes import cited_first
from evals.preview import Effect, Preview, Replayed

TEMPLATES = Path(__file__).parent / "templates"
SHOWN = 20
"""How many questions of one effect the text names; JSON and the page hold them all."""
_MAX_CHARS = 160  # of a question or an answer on one line of the text

TITLES = {
    Effect.LOST: "Lost answers",
    Effect.SOURCE: "Answered from another article",
    Effect.WORDING: "Answered in other words",
    Effect.GAINED: "New answers",
    Effect.DECISION: "Unanswered in another way",
}
_DECIDED = {
    Decision.ANSWER: "answers",
    Decision.CLARIFY: "asks back",
    Decision.OFFER_HUMAN: "offers a person",
    Decision.HANDOFF: "hands over",
    Decision.SMALLTALK: "small talk",
    Decision.DECLINE: "has no answer",
}


def as_text(preview: Preview) -> str:
    """Write the counts, then each question that changes with both replies, the gravest first."""
    lines = [headline(preview)]
    for effect, title in TITLES.items():
        found = preview.with_effect(effect)
        if not found:
            continue
        more = f", {SHOWN} shown" if len(found) > SHOWN else ""
        lines += ["", f"{title} ({len(found)}{more})"]
        for one in found[:SHOWN]:
            times = f"  ({one.question.times} times)" if one.question.times > 1 else ""
            lines.append(f"  {_short(one.question.text)}{times}")
            lines.append(f"    before: {_line(one.before)}")
            lines.append(f"    after:  {_line(one.after)}{_leaves(one)}")
    return "\n".join(lines)


def headline(preview: Preview) -> str:
    """Say in a sentence or two what the publish would do."""
    total = len(preview.replayed)
    if preview.nothing_changes:
        return "Nothing would change: the sources hold what is served already."
    if not total:
        return "No question was replayed: nobody has asked yet, and no file was given."
    counts = {effect: preview.count(effect) for effect in Effect}
    others = counts[Effect.SOURCE] + counts[Effect.WORDING] + counts[Effect.DECISION]
    return (
        f"{_count(total, 'question')} replayed: {_count(counts[Effect.LOST], 'answer')} lost, "
        f"{counts[Effect.GAINED]} gained, {others} changed, {counts[Effect.SAME]} as before."
    )


def as_json(preview: Preview) -> dict[str, Any]:
    """Give counts, the ingest's report, and every question that changes, as plain values."""
    return {
        "ingest": preview.ingest.to_json(),
        "nothing_changes": preview.nothing_changes,
        "questions": len(preview.replayed),
        "counts": {effect.value: preview.count(effect) for effect in Effect},
        "changes": [
            {
                "effect": one.effect.value,
                "question": one.question.text,
                "history": [
                    {"role": turn.speaker.value, "text": turn.text}
                    for turn in one.question.dialogue.turns[:-1]
                ],
                "times": one.question.times,
                "origin": one.question.origin,
                "before": _reply_json(one.before),
                "after": _reply_json(one.after),
                "source_leaves": one.gone,
            }
            for effect in TITLES
            for one in preview.with_effect(effect)
        ],
    }


def as_html(preview: Preview, sheet: str, *, limit: int | None = None) -> str:
    """Make one page that needs nothing else: no script, no other file.

    `sheet` is the product's style sheet of tokens, put inside. `limit` is the number of lost
    answers up to which it would be published, None when that was not asked.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    pages = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    groups = [
        (effect.value, title, [_card(one) for one in preview.with_effect(effect)])
        for effect, title in TITLES.items()
    ]
    return pages.get_template("preview.html").render(
        sheet=sheet,
        headline=headline(preview),
        ingest=preview.ingest,
        counts={effect.value: preview.count(effect) for effect in Effect},
        groups=[group for group in groups if group[2]],
        total=len(preview.replayed),
        limit=limit,
    )


@dataclass(frozen=True)
class Piece:
    """A stretch of a text; `changed` when the other text lacks it."""

    text: str
    changed: bool


@dataclass(frozen=True)
class Side:
    """One reply as the page shows it. `sources` are (title, article) of what is cited."""

    decision: str
    answers: bool
    pieces: tuple[Piece, ...]
    sources: tuple[tuple[str, str], ...]
    confidence: float


@dataclass(frozen=True)
class Card:
    """One question as the page shows it."""

    question: str
    earlier: tuple[tuple[str, str], ...]
    times: int
    gone: str | None
    before: Side
    after: Side


def differing(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Cut two texts into pieces that both have and pieces that only one has, by words."""
    olds, news = re.findall(r"\s+|\S+", old), re.findall(r"\s+|\S+", new)
    before: list[Piece] = []
    after: list[Piece] = []
    matcher = SequenceMatcher(None, olds, news, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if a < b:
            before.append(Piece("".join(olds[a:b]), tag != "equal"))
        if c < d:
            after.append(Piece("".join(news[c:d]), tag != "equal"))
    return tuple(before), tuple(after)


def _card(one: Replayed) -> Card:
    if one.effect is Effect.WORDING:
        before, after = differing(one.before.text, one.after.text)
    else:  # different answers: marks on nearly every word would tell nothing
        before, after = (Piece(one.before.text, False),), (Piece(one.after.text, False),)
    return Card(
        question=one.question.text,
        earlier=tuple((t.speaker.value, t.text) for t in one.question.dialogue.turns[:-1]),
        times=one.question.times,
        gone=one.gone,
        before=_side(one.before, before),
        after=_side(one.after, after),
    )


def _side(reply: Reply, pieces: tuple[Piece, ...]) -> Side:
    cited = [reply.citations[s.citation] for s in reply.sentences if s.citation is not None]
    return Side(
        decision=_DECIDED[reply.decision],
        answers=reply.decision is Decision.ANSWER,
        pieces=pieces,
        sources=tuple(dict.fromkeys((c.title, c.article) for c in cited)),
        confidence=reply.confidence,
    )


def _reply_json(reply: Reply) -> dict[str, Any]:
    return {
        "decision": reply.decision.value,
        "answer": reply.text,
        "source": cited_first(reply),
        "confidence": round(float(reply.confidence), 6),
    }


def _line(reply: Reply) -> str:
    if reply.decision is not Decision.ANSWER:
        return f"{_DECIDED[reply.decision]} (confidence {reply.confidence:.2f})"
    return f"[{cited_first(reply)}] {_short(reply.text)}"


def _leaves(one: Replayed) -> str:
    return f"  ({one.gone} leaves with this publish)" if one.gone else ""


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MAX_CHARS else f"{line[: _MAX_CHARS - 1]}…"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def lost_questions(preview: Preview) -> Sequence[str]:
    """The questions whose answer would be lost, the most asked first."""
    return [one.question.text for one in preview.with_effect(Effect.LOST)]
