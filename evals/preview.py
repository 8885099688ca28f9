"""What a publish would do to the questions that customers ask, seen before it is live.

The candidate is a real snapshot in a folder aside (`candidate`); questions are replayed against it
and against the one in service (`replay`).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.dialogue import Decision, Dialogue, Reply, Speaker, Turn
from evals.cases import SPEAKERS
from evals.errors import CaseFileError
from evals.outcomes import cited_first
from handoff.views import PastQuestion
from ingest.report import Report
from knowledge.articles import ArticleId
from knowledge.embedding import Embedder, Encoded
from knowledge.snapshot import (
    FolderStore,
    Generation,
    Snapshot,
    SnapshotDraft,
    SnapshotInfo,
    SnapshotStore,
)

MAX_QUESTION_CHARS = 20_000
"""Beyond this nothing of a question is read; no person types more."""
_ENCODED_AT_ONCE = 64
_ASIDE = ".preview-"


class Replier(Protocol):
    """What a replay needs of an assistant."""

    def queries(self, dialogue: Dialogue, snapshot: Snapshot | None) -> list[str]:
        """List the texts to embed before deciding."""
        ...

    def decide(
        self, snapshot: Snapshot | None, dialogue: Dialogue, encoded: Mapping[str, Encoded]
    ) -> Reply:
        """Decide on the dialogue's last turn."""
        ...


class Effect(StrEnum):
    """What a publish does to one question, the gravest first."""

    LOST = "lost"  # answered before, not any more
    SOURCE = "source"  # answered from another article
    WORDING = "wording"  # the same article answers in other words
    GAINED = "gained"  # answered now, not before
    DECISION = "decision"  # unanswered before and after, but another way
    SAME = "same"


@dataclass(frozen=True)
class Question:
    """A question as it was asked; `times` says how often among those replayed.

    `origin` is "conversation", or the name of the file that holds it.
    """

    dialogue: Dialogue
    origin: str
    times: int = 1

    @property
    def text(self) -> str:
        """The customer's message."""
        return self.dialogue.question


@dataclass(frozen=True)
class Replayed:
    """A question with both replies. `gone` names the former source when it leaves with the publish."""

    question: Question
    before: Reply
    after: Reply
    effect: Effect
    gone: str | None = None


@dataclass(frozen=True)
class Preview:
    """The whole comparison. `ingest` is the run that made the candidate.

    `nothing_changes` says that the sources hold what is served; then nothing was replayed.
    """

    ingest: Report
    replayed: tuple[Replayed, ...]
    nothing_changes: bool = False

    def with_effect(self, effect: Effect) -> tuple[Replayed, ...]:
        """The questions with this effect, the most asked first."""
        found = (one for one in self.replayed if one.effect is effect)
        return tuple(sorted(found, key=lambda one: -one.question.times))

    def count(self, effect: Effect) -> int:
        """How many different questions have this effect."""
        return sum(one.effect is effect for one in self.replayed)


@dataclass
class Candidate:
    """Stands before a store: reads what is served, and puts what is published aside."""

    served: SnapshotStore
    aside: SnapshotStore
    draft: SnapshotDraft | None = field(default=None, repr=False)

    def current(self) -> Generation | None:
        """Name what is served."""
        return self.served.current()

    def open(self, generation: Generation) -> Snapshot:
        """Open a served snapshot."""
        return self.served.open(generation)

    def list(self) -> list[SnapshotInfo]:
        """Describe the served snapshots."""
        return self.served.list()

    def rollback(self, generation: Generation) -> None:
        """Refuse: a candidate is never served."""
        raise NotImplementedError("a candidate is never served")

    def publish(self, draft: SnapshotDraft) -> Generation:
        """Write and verify the draft aside."""
        self.draft = draft
        return self.aside.publish(draft)

    def open_candidate(self) -> Snapshot | None:
        """Open what was put aside; None when nothing was, because nothing would change."""
        made = self.aside.current()
        return self.aside.open(made) if made is not None else None


@contextmanager
def candidate(served: SnapshotStore, folder: Path) -> Iterator[Candidate]:
    """Lend a candidate that lives in `folder` (the data folder) while the block runs.

    Hold the ingest's lock around it: what a killed preview left behind is swept first.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in folder.glob(f"{_ASIDE}*"):
        rmtree(leftover, ignore_errors=True)
    aside = Path(mkdtemp(prefix=_ASIDE, dir=folder))
    try:
        yield Candidate(served, FolderStore(aside, keep=1))
    finally:
        rmtree(aside, ignore_errors=True)


def replay(
    questions: Sequence[Question],
    before: Snapshot | None,
    after: Snapshot | None,
    assistant: Replier,
    embedder: Embedder,
    *,
    renamed: Mapping[str, str] | None = None,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> list[Replayed]:
    """Ask both snapshots every question, embedding each text once, in the questions' order.

    `renamed` maps articles' former ids to their new ones: a renamed source is the same source.
    `progress` is told how many of how many are done. Raises SnapshotMismatch when a snapshot was
    made by another model than `embedder`.
    """
    for snapshot in (before, after):
        if snapshot is not None:
            snapshot.require(embedder.model_id)
    done: list[Replayed] = []
    for start in range(0, len(questions), _ENCODED_AT_ONCE):
        some = questions[start : start + _ENCODED_AT_ONCE]
        asked = [
            [text for of in (before, after) for text in assistant.queries(one.dialogue, of)]
            for one in some
        ]
        texts = list(dict.fromkeys(text for queries in asked for text in queries))
        encoded = dict(zip(texts, embedder.encode(texts), strict=True)) if texts else {}
        for question, queries in zip(some, asked, strict=True):
            known = {text: encoded[text] for text in queries}
            old = assistant.decide(before, question.dialogue, known)
            new = assistant.decide(after, question.dialogue, known)
            done.append(compare(question, old, new, after, renamed or {}))
        progress(len(done), len(questions))
    return done


def compare(
    question: Question,
    before: Reply,
    after: Reply,
    serving: Snapshot | None = None,
    renamed: Mapping[str, str] | None = None,
) -> Replayed:
    """Name what became of a question; `serving` tells whether the former source is still there."""
    source = cited_first(before)
    moved = (renamed or {}).get(source, source) if source else None
    left = serving is not None and moved is not None and not serving.article(ArticleId(moved))
    gone = source if left else None
    return Replayed(question, before, after, _effect(before, after, moved), gone)


def read_questions(file: Path) -> list[Question]:
    """Read a file of `{"question", "history"?}` lines. Raises CaseFileError naming the line."""
    found = []
    for number, line in enumerate(_lines(file), start=1):
        if not line.strip():
            continue
        try:
            asked = _Line.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "the line"
            raise CaseFileError(
                f"{file.name} line {number}: {where}: {first['msg']}. Mend the line or remove it."
            ) from error
        found.append(Question(asked.dialogue(), file.name))
    return found


def from_conversations(past: Iterable[PastQuestion]) -> list[Question]:
    """Take what customers asked."""
    return [Question(one.dialogue, "conversation") for one in past]


def fold(questions: Iterable[Question]) -> list[Question]:
    """Make one of questions asked with the same words after the same turns, in first order."""
    kept: dict[str, Question] = {}
    for question in questions:
        turns = question.dialogue.turns
        key = json.dumps([(t.speaker.value, " ".join(t.text.casefold().split())) for t in turns])
        known = kept.get(key)
        kept[key] = question if known is None else replace(known, times=known.times + 1)
    return list(kept.values())


class _TurnLine(BaseModel):
    model_config = ConfigDict(extra="ignore")
    role: str
    text: str
    decision: Decision | None = None

    def turn(self) -> Turn:
        return Turn(SPEAKERS.get(self.role, Speaker.CUSTOMER), self.text, self.decision)


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore")
    question: str
    history: list[_TurnLine] | None = None
    locale: str | None = None

    def dialogue(self) -> Dialogue:
        turns = [turn.turn() for turn in self.history or []]
        turns.append(Turn(Speaker.CUSTOMER, self.question[:MAX_QUESTION_CHARS]))
        return Dialogue(tuple(turns), locale=self.locale)


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8-sig").split("\n")
    except FileNotFoundError as error:
        raise CaseFileError(f"There is no file of questions {str(file)!r}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise CaseFileError(f"{file.name} cannot be read as UTF-8 text: {error}.") from error


def _effect(before: Reply, after: Reply, source: str | None) -> Effect:
    answered, answers = (reply.decision is Decision.ANSWER for reply in (before, after))
    if answered and not answers:
        return Effect.LOST
    if answers and not answered:
        return Effect.GAINED
    if not answered:
        same = (before.decision, _asked_back(before)) == (after.decision, _asked_back(after))
        return Effect.SAME if same else Effect.DECISION
    if source != cited_first(after):
        return Effect.SOURCE
    return Effect.SAME if before.text == after.text else Effect.WORDING


def _asked_back(reply: Reply) -> tuple[str, ...]:
    return tuple(choice.label for choice in reply.choices)
