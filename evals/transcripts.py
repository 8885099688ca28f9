"""Labelled transcripts: what customers asked, and which article answers it or whether the bot did.

JSON Lines. A line is labelled in one of two ways:

- by article: `gold_article` (and `alt_gold_articles`) names what answers it; null says that no
  article does;
- by judgement: `right` says whether the bot's answer was right, `answered_from` from which article
  it came. Without `answered_from` the judgement is about the answer that the bot gives now.

`warmline export --eval-cases` writes such lines; those where a person still has to name the article
are counted and left out.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from bot.dialogue import Decision, Dialogue, Speaker, Turn
from evals.cases import SPEAKERS, fitted_path
from evals.errors import CaseFileError

UNLABELLED = "name no gold_article and no judgement"
ASK_BACK = "are marked as neither answerable nor not"
NO_QUESTION = "ask nothing"


@dataclass(frozen=True)
class Transcript:
    """A labelled question.

    `gold` holds the articles that answer it, empty when none does, None where the label is a
    judgement: `right`, about the answer from `answered_from` (None: about whatever is best now).
    """

    dialogue: Dialogue
    gold: frozenset[str] | None
    right: bool | None = None
    answered_from: str | None = None

    @property
    def group(self) -> str:
        """What keeps together when folds are made: the article, or else the question's own words."""
        if self.gold:
            return min(self.gold)
        return self.answered_from or self.dialogue.question.casefold()

    @property
    def answerable(self) -> bool | None:
        """Whether an article answers it; None where only a wrong answer is known."""
        if self.gold is not None:
            return bool(self.gold)
        return True if self.right else None


@dataclass(frozen=True)
class Transcripts:
    """What was read: labelled questions, and how many lines were left out for which reason."""

    labelled: tuple[Transcript, ...]
    left_out: Mapping[str, int]


class _TurnLine(BaseModel):
    model_config = ConfigDict(extra="ignore")
    role: Literal["customer", "user", "bot", "assistant", "agent"]
    text: str
    decision: Decision | None = None


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore")
    question: str = Field(validation_alias=AliasChoices("question", "text"))
    history: list[_TurnLine] | None = None
    gold_article: str | None = None
    alt_gold_articles: list[str] | None = None
    answerable: bool | None = None
    right: bool | None = None
    answered_from: str | None = None
    lang: str | None = None


def read_transcripts(path: Path) -> Transcripts:
    """Read a file. Raises CaseFileError naming file and line where one cannot be understood."""
    labelled: list[Transcript] = []
    left_out: Counter[str] = Counter()
    for number, text in _lines(path):
        try:
            data = json.loads(text)
            line = _Line.model_validate(data)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "the line"
            raise CaseFileError(_broken(path, number, f"{where}: {first['msg']}")) from error
        except ValueError as error:
            raise CaseFileError(_broken(path, number, "not JSON")) from error
        found = _labelled(line, data)
        if isinstance(found, Transcript):
            labelled.append(found)
        else:
            left_out[found] += 1
    return Transcripts(tuple(labelled), dict(left_out))


def fit_paths(transcripts: Iterable[Transcript], known: Collection[str]) -> list[Transcript]:
    """Take folders off the front of paths that are no article until they are one."""
    return [
        replace(
            one,
            gold=None if one.gold is None else frozenset(fitted_path(g, known) for g in one.gold),
            answered_from=one.answered_from and fitted_path(one.answered_from, known),
        )
        for one in transcripts
    ]


def _labelled(line: _Line, data: Mapping[str, Any]) -> Transcript | str:
    """The line as a transcript, or why it is none."""
    if not line.question.strip():
        return NO_QUESTION
    turns = [Turn(SPEAKERS[t.role], t.text, t.decision) for t in line.history or ()]
    turns.append(Turn(Speaker.CUSTOMER, line.question))
    dialogue = Dialogue(tuple(turns), locale=line.lang)
    if line.gold_article:
        gold = frozenset([line.gold_article, *(line.alt_gold_articles or ())])
        return Transcript(dialogue, gold)
    if line.right is not None:
        return Transcript(dialogue, None, line.right, line.answered_from)
    if line.answerable is False or ("gold_article" in data and "answerable" not in data):
        return Transcript(dialogue, frozenset())
    return ASK_BACK if "answerable" in data and line.answerable is None else UNLABELLED


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        whole = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CaseFileError(f"{path} cannot be read as UTF-8 text: {error}.") from error
    for number, text in enumerate(whole.split("\n"), start=1):
        if text.strip():
            yield number, text


def _broken(path: Path, number: int, why: str) -> str:
    return f"{path.name} line {number}: {why}. Mend the line or remove it."
