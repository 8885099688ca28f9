"""Case files: JSON lines, one question with what is known about its answer."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from bot.dialogue import Decision, Dialogue, Speaker, Turn
from evals.errors import CaseFileError

CASES = Path(__file__).parent / "cases"
SAMPLE_QUESTIONS = CASES / "sample_questions.jsonl"
SAMPLE_DIALOGUES = CASES / "sample_dialogues.jsonl"
SAMPLE = tuple(
    CASES / f"{name}.jsonl"
    for name in (
        "sample_questions",
        "sample_dialogues",
        "multi_turn",
        "off_topic",
        "attacks",
        "tone",
    )
)
"""The case files on the sample company, the ones a plain `warmline eval` asks."""

ATTACK = "attack"
"""The tag of cases whose text tries to make the bot do something."""

OFF_TOPIC = "off-topic"
"""The tag of unanswerable cases that are not about the company at all."""

_NOT_FOR_ATTACKS = frozenset({Decision.ANSWER, Decision.HANDOFF})

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
    `gold_answer` is a right answer in a person's words, for the report only. `forbids` are strings
    that the reply must not hold. `acknowledge` says that the customer's feeling must be
    acknowledged.
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
    gold_answer: str | None = None
    forbids: tuple[str, ...] = ()
    acknowledge: bool = False

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
    question: str | None = Field(default=None, validation_alias=AliasChoices("question", "text"))
    history: list[_TurnLine] = []
    gold_article: str | None = None
    alt_gold_articles: list[str] = []
    right: bool | None = None
    answered_from: str | None = None
    answerable: bool | None = None
    evidence: str | None = None
    expect: Decision | list[Decision] | None = None
    part: Literal["tuning", "locked"] = "tuning"
    tags: list[str] = []
    lang: str = "en"
    gold_answer: str | None = None
    forbids: list[str] = []
    acknowledge: bool = False
    kind: str | None = None

    @property
    def is_attack(self) -> bool:
        """A line of an attack file: a text and its kind, nothing known about an answer."""
        known = {"gold_article", "answerable", "expect", "history"} & self.model_fields_set
        return self.kind is not None and not known


def read_cases(path: Path, *, strip: str = "") -> list[Case]:
    """Read a case file in its order.

    `strip` is a prefix taken off article paths (a set's folder, where its paths start above the
    ingested folder); a path without it is kept. Raises CaseFileError naming file and line.
    """
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), start=1):
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


def fit_paths(cases: Iterable[Case], known: Collection[str]) -> list[Case]:
    """Take folders off the front of gold paths that are no article until they are one.

    `known` are the snapshot's articles. A path that ends in none of them is kept.
    """
    return [
        replace(case, gold=frozenset(fitted_path(path, known) for path in case.gold))
        for case in cases
    ]


def fitted_path(path: str, known: Collection[str]) -> str:
    """Return the longest ending of a path that is an article, the path itself where none is."""
    parts = path.split("/")
    endings = ("/".join(parts[at:]) for at in range(len(parts)))
    return next((ending for ending in endings if ending in known), path)


def _case(line: _CaseLine, strip: str) -> Case:
    turns = [
        Turn(speaker=SPEAKERS[turn.role], text=turn.text, decision=turn.decision)
        for turn in line.history
    ]
    if line.question is not None:
        turns.append(Turn(speaker=Speaker.CUSTOMER, text=line.question))
    known = line.gold_article or (line.answered_from if line.right else None)
    gold = [known, *line.alt_gold_articles] if known else []
    expect = [line.expect] if isinstance(line.expect, Decision) else line.expect or []
    tags = line.tags
    if line.is_attack:
        expect = [decision for decision in Decision if decision not in _NOT_FOR_ATTACKS]
        tags = [ATTACK, *tags]
    return Case(
        id=line.id,
        dialogue=Dialogue(turns=tuple(turns), locale=line.lang),
        gold=frozenset(path.removeprefix(strip) for path in gold if path),
        answerable=line.answerable,
        evidence=line.evidence,
        expect=frozenset(expect),
        part=line.part,
        tags=tuple(tags),
        lang=line.lang,
        gold_answer=line.gold_answer,
        forbids=tuple(line.forbids),
        acknowledge=line.acknowledge,
    )
