"""Case files: JSON lines, one question with what is known about its answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.dialogue import Decision, Dialogue, Speaker, Turn
from evals.errors import CaseFileError

CASES = Path(__file__).parent / "cases"
SAMPLE_QUESTIONS = CASES / "sample_questions.jsonl"
SAMPLE_DIALOGUES = CASES / "sample_dialogues.jsonl"

SPEAKERS = {
    "customer": Speaker.CUSTOMER,
    "user": Speaker.CUSTOMER,
    "bot": Speaker.BOT,
    "assistant": Speaker.BOT,
    "agent": Speaker.AGENT,
}


@dataclass(frozen=True)
class Case:
    """A question and what is known about its answer.

    `gold` holds the articles that answer it, as ingested paths; empty when none does.
    `answerable` is None where asking back is right. `evidence` is a verbatim piece of a gold
    article. `expect` lists the decisions that are right where the case is about the decision
    (small talk, a wish for a person, an attack), empty where it is about the answer.
    `part` is "tuning" or "locked"; all questions of one article are in the same part.
    """

    id: str
    dialogue: Dialogue
    gold: frozenset[str]
    answerable: bool | None
    evidence: str | None
    expect: frozenset[Decision]
    part: str
    tags: tuple[str, ...]
    lang: str

    @property
    def question(self) -> str:
        """The customer's last message."""
        return self.dialogue.question


class _TurnLine(BaseModel):
    model_config = ConfigDict(extra="ignore")
    role: Literal["customer", "user", "bot", "assistant", "agent"]
    text: str
    decision: Decision | None = None


class _CaseLine(BaseModel):
    model_config = ConfigDict(extra="ignore")
    id: str
    question: str | None = None
    history: list[_TurnLine] = []
    gold_article: str | None = None
    alt_gold_articles: list[str] = []
    answerable: bool | None = None
    evidence: str | None = None
    expect: Decision | list[Decision] | None = None
    part: Literal["tuning", "locked"] = "tuning"
    tags: list[str] = []
    lang: str = "en"


def read_cases(path: Path, *, strip: str = "") -> list[Case]:
    """Read a case file in its order.

    `strip` is a prefix taken off article paths (a set's folder, where its paths start above the
    ingested folder); a path without it is kept. Raises CaseFileError naming file and line.
    """
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            cases.append(_case(_CaseLine.model_validate_json(line), strip))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"]) or "the line"
            raise CaseFileError(
                f"{path.name} line {number}: {field}: {first['msg']}. Mend the line or remove it."
            ) from error
    return cases


def only(cases: Iterable[Case], part: str) -> list[Case]:
    """Keep the cases of one part."""
    return [case for case in cases if case.part == part]


def _case(line: _CaseLine, strip: str) -> Case:
    turns = [
        Turn(speaker=SPEAKERS[turn.role], text=turn.text, decision=turn.decision)
        for turn in line.history
    ]
    if line.question is not None:
        turns.append(Turn(speaker=Speaker.CUSTOMER, text=line.question))
    gold = [line.gold_article, *line.alt_gold_articles] if line.gold_article else []
    expect = [line.expect] if isinstance(line.expect, Decision) else line.expect or []
    return Case(
        id=line.id,
        dialogue=Dialogue(turns=tuple(turns), locale=line.lang),
        gold=frozenset(path.removeprefix(strip) for path in gold if path),
        answerable=line.answerable,
        evidence=line.evidence,
        expect=frozenset(expect),
        part=line.part,
        tags=tuple(line.tags),
        lang=line.lang,
    )
