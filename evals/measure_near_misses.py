"""Search and confidence on companies that nothing was fitted on: `python -m evals.measure_near_misses
--data FOLDER [COMPANY …]`.

`evals/companies` holds help centres of invented companies with pairs of questions of one form about one
article: one that it answers, mostly in other words, and a near miss that no article answers. So
neither the subject nor the wording tells them apart, which makes them the hardest questions to know nothing
of. Every question is asked of a snapshot that a real ingest made.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from bot.assistant import Assistant
from evals.cases import Case, read_cases
from evals.reliability import Flags, Floats, auroc, operating_point, threshold_for
from evals.sample import snapshot_of
from knowledge.snapshot import Snapshot

COMPANIES: Final = Path(__file__).parent / "companies"
_MOST_UNANSWERABLE: Final = 0.10


@dataclass(frozen=True)
class Asked:
    """A company's questions, asked: all arrays (n,).

    `rated` is the confidence of the best answer found, `right` whether its article is gold,
    `answerable` whether there is one.
    """

    company: str
    rated: Floats
    right: Flags
    answerable: Flags


@dataclass(frozen=True)
class Told:
    """How well answered questions are told from near misses; all are shares but `questions`.

    `first_found` of the answerable have a gold article first. `auroc` is how often a right answer
    is rated above the best one of a near miss. At the threshold in force `answered_right` of the
    answerable and `near_misses_answered` of the others would get their answer, before anything else
    that the policy looks at; `right_at_limit` of the answerable where at most a tenth of the others may.
    """

    company: str
    questions: int
    first_found: float
    auroc: float
    answered_right: float
    near_misses_answered: float
    right_at_limit: float


def main() -> None:
    """Ask and print, company by company and all together."""
    from knowledge.minilm import load_embedder

    names = sorted(path.parent.name for path in COMPANIES.glob("*/questions.jsonl"))
    parser = argparse.ArgumentParser(description="Ask near misses of invented companies.")
    parser.add_argument("companies", nargs="*", metavar="COMPANY", help=", ".join(names))
    parser.add_argument("--data", type=Path, required=True, help="where snapshots are kept")
    options = parser.parse_args()
    unknown = sorted(set(options.companies) - set(names))
    if unknown:
        parser.error(f"there is no company {unknown[0]!r}; known are {', '.join(names)}")
    embedder = load_embedder()
    assistant = Assistant(embedder)
    asked = []
    print(f"{'company':14}questions  first found  AUROC  right  near misses  right at a tenth")
    for name in options.companies or names:
        folder = COMPANIES / name
        snapshot = snapshot_of([folder / "articles"], options.data / name, embedder)
        cases = read_cases(folder / "questions.jsonl")
        asked.append(ask(name, cases, snapshot, assistant))
        _print(told(asked[-1], assistant.min_confidence))
    if len(asked) > 1:
        _print(told(together(asked), assistant.min_confidence))


def ask(company: str, cases: Sequence[Case], snapshot: Snapshot, assistant: Assistant) -> Asked:
    """Rate the best answer found for each case."""
    rated = [assistant.rate(snapshot, case.dialogue) for case in cases]
    return Asked(
        company,
        np.array([0.0 if one is None else one.probability for one in rated]),
        np.array(
            [
                one is not None and one.article in case.gold
                for one, case in zip(rated, cases, strict=True)
            ],
            dtype=bool,
        ),
        np.array([bool(case.gold) for case in cases], dtype=bool),
    )


def together(asked: Sequence[Asked]) -> Asked:
    """All companies' questions as those of one."""
    return Asked(
        "all",
        np.concatenate([one.rated for one in asked]),
        np.concatenate([one.right for one in asked]),
        np.concatenate([one.answerable for one in asked]),
    )


def told(asked: Asked, threshold: float) -> Told:
    """Count; `threshold` is the confidence from which an answer is sent."""
    rated, right, answerable = asked.rated, asked.right, asked.answerable
    judged = right | ~answerable
    limit = threshold_for(_MOST_UNANSWERABLE, rated, answerable)
    here, there = (operating_point(t, rated, right, answerable) for t in (threshold, limit))
    return Told(
        company=asked.company,
        questions=len(rated),
        first_found=float(right[answerable].mean()),
        auroc=auroc(rated[judged], right[judged]),
        answered_right=here.answered_right,
        near_misses_answered=here.unanswerable_answered,
        right_at_limit=there.answered_right,
    )


def _print(one: Told) -> None:
    print(
        f"{one.company:14}{one.questions:9}  {one.first_found:11.3f}  {one.auroc:5.3f}  "
        f"{one.answered_right:5.3f}  {one.near_misses_answered:11.3f}  {one.right_at_limit:16.3f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
