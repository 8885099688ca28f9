"""Search, confidence and replies on invented companies:
`python -m evals.measure_near_misses --data FOLDER [COMPANY …]`.

`evals/companies` holds help centres of invented companies with pairs of questions of one form about one
article: one that it answers, mostly in other words, and its twin, which no article answers. So neither
the subject nor the wording tells the two apart. Every question is asked of a snapshot that a real ingest
made, and replied to as a customer's is. Nothing that ships was fitted on those that
`evals/reading_examples.py` keeps aside; reading was tuned on the others.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from bot.assistant import Assistant
from evals.cases import read_cases
from evals.outcomes import Outcome, Verdict
from evals.reliability import auroc, operating_point, threshold_for
from evals.runner import run_cases
from evals.sample import snapshot_of

COMPANIES: Final = Path(__file__).parent / "companies"
_TENTH: Final = 0.10  # the most twins that may be answered, where a threshold is chosen for it


@dataclass(frozen=True)
class Separation:
    """How well answered questions are told from their twins; all are shares but `questions`.

    `found_first` of the answerable have a gold article first; `answered_right` and `answered_wrong` of
    them get an answer from a gold article or another one, `twins_answered` of the twins get one. `auroc`
    is how often a right answer is rated above the best one for a twin, `right_at_tenth` the share of the
    answerable that are rated right above a threshold which at most a tenth of the twins reach.
    """

    company: str
    questions: int
    found_first: float
    auroc: float
    answered_right: float
    answered_wrong: float
    twins_answered: float
    right_at_tenth: float


def main() -> None:
    """Ask and print, company by company and all together."""
    from knowledge.minilm import load_embedder

    names = sorted(path.parent.name for path in COMPANIES.glob("*/questions.jsonl"))
    parser = argparse.ArgumentParser(description="Ask invented companies' questions.")
    parser.add_argument("companies", nargs="*", metavar="COMPANY", help=", ".join(names))
    parser.add_argument("--data", type=Path, required=True, help="where snapshots are kept")
    options = parser.parse_args()
    if not names:
        parser.error(f"{COMPANIES} holds no company; it comes with the sources alone")
    unknown = sorted(set(options.companies) - set(names))
    if unknown:
        parser.error(f"there is no company {unknown[0]!r}; known are {', '.join(names)}")
    embedder = load_embedder()
    assistant = Assistant(embedder)
    asked: list[Outcome] = []
    print(f"{'':12}            found         answered         twins     right at")
    print(f"{'company':12} questions  first  AUROC  right  wrong  answered  a tenth")
    chosen = list(dict.fromkeys(options.companies or names))
    for name in chosen:
        folder = COMPANIES / name
        snapshot = snapshot_of([folder / "articles"], options.data / name, embedder)
        cases = read_cases(folder / "questions.jsonl")
        outcomes = list(run_cases(assistant, snapshot, cases))
        _print(separation(name, outcomes))
        asked += outcomes
    if len(chosen) > 1:
        _print(separation("all", asked))


def separation(company: str, outcomes: Sequence[Outcome]) -> Separation:
    """Count; needs questions of both kinds."""
    rated = np.array([one.reply.confidence for one in outcomes])
    found = np.array([one.rank == 1 for one in outcomes])
    answerable = np.array([bool(one.case.gold) for one in outcomes])
    right, wrong = (
        np.array([one.verdict is verdict for one in outcomes])
        for verdict in (Verdict.ANSWERED_RIGHT, Verdict.ANSWERED_WRONG)
    )
    judged = found | ~answerable
    strictest = threshold_for(_TENTH, rated, answerable)
    return Separation(
        company=company,
        questions=len(outcomes),
        found_first=float(found[answerable].mean()),
        auroc=auroc(rated[judged], found[judged]),
        answered_right=float(right[answerable].mean()),
        answered_wrong=float(wrong[answerable].mean()),
        twins_answered=float(wrong[~answerable].mean()),
        right_at_tenth=operating_point(strictest, rated, found, answerable).answered_right,
    )


def _print(one: Separation) -> None:
    print(
        f"{one.company:12} {one.questions:9}  {one.found_first:.3f}  {one.auroc:.3f}  "
        f"{one.answered_right:.3f}  {one.answered_wrong:.3f}  {one.twins_answered:8.3f}  "
        f"{one.right_at_tenth:7.3f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
