"""Labelled sentences of language models: which of them the verifier should let pass.

`evals/cases/worded_sentences.jsonl` holds sentences that we wrote on the sample company's articles, as a
model might write them, each with the quote it gives: supported ones (verbatim, paraphrased, merged,
shortened) and unsupported ones (another number, name or sense, an invention, a wrong passage, a
passage that does not exist).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.wording import quotes
from bot.wording.claims import Claim
from bot.wording.sources import Material, number
from bot.wording.verifying import Verified, Verifier
from evals.cases import CASES
from evals.errors import CaseFileError
from knowledge.articles import ArticleId
from knowledge.snapshot import Snapshot

WORDED_SENTENCES = CASES / "worded_sentences.jsonl"


class WordedCase(BaseModel):
    """One labelled sentence.

    `article` holds the cited passage: the one where `at` stands, or else `quote`; None when the model
    cites by `number` a passage that does not exist (None: by no number at all). `beside` are articles
    whose passages the model was given too.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    kind: Literal[
        "verbatim", "paraphrased", "merged", "shortened",
        "number", "name", "negation", "invention", "wrong_passage", "missing_id",
    ]  # fmt: skip
    supported: bool
    sentence: str
    quote: str
    article: str | None = None
    at: str | None = None
    number: int | None = None
    beside: tuple[str, ...] = ()
    part: Literal["tuning", "locked"]


@dataclass(frozen=True)
class Judged:
    """A case and whether the verifier let its sentence pass; `why` names the fault, if any."""

    case: WordedCase
    passed: bool
    why: str

    @property
    def is_right(self) -> bool:
        """Whether the verifier did what the label asks."""
        return self.passed == self.case.supported


def read_worded(path: Path = WORDED_SENTENCES) -> list[WordedCase]:
    """Read a file of labelled sentences. Raises CaseFileError naming file and line."""
    cases = []
    for line_number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            cases.append(WordedCase.model_validate_json(line))
        except ValidationError as error:
            raise CaseFileError(
                f"{path.name} line {line_number}: {error.errors()[0]['msg']}."
            ) from error
    return cases


def claim_of(case: WordedCase, snapshot: Snapshot) -> tuple[Claim, Material]:
    """Put a case as the model's claim on numbered passages. Raises CaseFileError for a stray quote."""
    articles = [ArticleId(a) for a in (case.article, *case.beside) if a is not None]
    passages = [passage for article in articles for passage in snapshot.passages(article)]
    material = Material(case.sentence, number(snapshot, passages), articles[0])
    if case.article is None:
        return Claim(case.sentence, case.number, case.quote), material
    for source in material.sources:
        if source.article.id == case.article and quotes.find(case.at or case.quote, source):
            return Claim(case.sentence, source.number, case.quote), material
    raise CaseFileError(f"{case.id}: {case.at or case.quote!r} does not stand in {case.article}.")


def judge_worded(
    cases: Iterable[WordedCase], snapshot: Snapshot, verifier: Verifier
) -> list[Judged]:
    """Verify every case's sentence."""
    judged = []
    for case in cases:
        result = verifier.verify(*claim_of(case, snapshot))
        passed = isinstance(result, Verified)
        why = "" if isinstance(result, Verified) else f"{result.fault} {result.detail}".strip()
        judged.append(Judged(case, passed, why))
    return judged


def counts(judged: Iterable[Judged]) -> dict[str, tuple[int, int]]:
    """Count right ones and all, for each kind and for "supported" and "unsupported"."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for one in judged:
        for name in (one.case.kind, "supported" if one.case.supported else "unsupported"):
            total[name] += 1
            right[name] += one.is_right
    return {name: (right[name], total[name]) for name in total}
