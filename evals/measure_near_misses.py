"""Search, confidence and replies on companies that nothing was fitted on:
`python -m evals.measure_near_misses --data FOLDER [COMPANY …]`.

`evals/companies` holds help centres of invented companies with pairs of questions of one form about one
article: one that it answers, mostly in other words, and its twin, which no article answers. So neither
the subject nor the wording tells the two apart. Every question is asked of a snapshot that a real ingest
made, and replied to as a customer's is.
"""

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from bot.assistant import Assistant
from bot.dialogue import Decision, Reply
from evals.cases import Case, read_cases
from evals.reliability import Flags, Floats, auroc, operating_point, threshold_for
from evals.sample import snapshot_of
from knowledge.snapshot import Snapshot

COMPANIES: Final = Path(__file__).parent / "companies"
_TENTH: Final = 0.10  # the most twins that may be answered, where a threshold is chosen for it


@dataclass(frozen=True)
class Asked:
    """A company's questions and what became of them; all arrays (n,), all but `rated` of bool.

    `rated` float64 is the confidence of the best answer found (0.0 where nothing was), `found`
    whether its article is gold, `answerable` whether there is one; `answered` whether the reply was
    an answer, `rightly` whether it cites a gold article first.
    """

    company: str
    rated: Floats
    found: Flags
    answerable: Flags
    answered: Flags
    rightly: Flags


@dataclass(frozen=True)
class Separation:
    """How well answered questions are told from their twins; all are shares but `questions`.

    `found_first` of the answerable have a gold article first; `answered_right` and `answered_wrong` of
    them get an answer from a gold article or another one, `twins_answered` of the twins get one. `auroc`
    is how often a right answer is rated above the best one for a twin, `right_at_tenth` the share of the
    answerable that are rated right above a threshold which a tenth of the twins reach.
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
    asked = []
    print(f"{'':12}            found         answered         twins     right at")
    print(f"{'company':12} questions  first  AUROC  right  wrong  answered  a tenth")
    for name in dict.fromkeys(options.companies or names):
        folder = COMPANIES / name
        snapshot = snapshot_of([folder / "articles"], options.data / name, embedder)
        cases = read_cases(folder / "questions.jsonl")
        asked.append(ask(name, cases, snapshot, assistant))
        _print(separation(asked[-1]))
    if len(asked) > 1:
        _print(separation(together(asked)))


def ask(company: str, cases: Sequence[Case], snapshot: Snapshot, assistant: Assistant) -> Asked:
    """Rate the best answer found for each case, and reply to it."""
    rated = [assistant.rate(snapshot, case.dialogue) for case in cases]
    replies = [assistant.reply(snapshot, case.dialogue) for case in cases]
    gold = [case.gold for case in cases]
    return Asked(
        company,
        np.array([0.0 if one is None else one.probability for one in rated]),
        _flags(one is not None and one.article in of for one, of in zip(rated, gold, strict=True)),
        _flags(bool(of) for of in gold),
        _flags(reply.decision is Decision.ANSWER for reply in replies),
        _flags(_cites_first(reply, of) for reply, of in zip(replies, gold, strict=True)),
    )


def together(asked: Sequence[Asked]) -> Asked:
    """All companies' questions as those of one."""
    arrays = ("rated", "found", "answerable", "answered", "rightly")
    whole = {name: np.concatenate([getattr(one, name) for one in asked]) for name in arrays}
    return Asked("all", **whole)


def separation(asked: Asked) -> Separation:
    """Count; needs questions of both kinds."""
    found, answerable = asked.found, asked.answerable
    judged = found | ~answerable
    strictest = threshold_for(_TENTH, asked.rated, answerable)
    at_tenth = operating_point(strictest, asked.rated, found, answerable)
    return Separation(
        company=asked.company,
        questions=len(asked.rated),
        found_first=float(found[answerable].mean()),
        auroc=auroc(asked.rated[judged], found[judged]),
        answered_right=float(asked.rightly[answerable].mean()),
        answered_wrong=float((asked.answered & ~asked.rightly)[answerable].mean()),
        twins_answered=float(asked.answered[~answerable].mean()),
        right_at_tenth=at_tenth.answered_right,
    )


def _cites_first(reply: Reply, gold: frozenset[str]) -> bool:
    cited = reply.citations[0].article if reply.citations else None
    return reply.decision is Decision.ANSWER and cited in gold


def _flags(told: Iterable[bool]) -> Flags:
    return np.fromiter(told, dtype=np.bool_)


def _print(one: Separation) -> None:
    print(
        f"{one.company:12} {one.questions:9}  {one.found_first:.3f}  {one.auroc:.3f}  "
        f"{one.answered_right:.3f}  {one.answered_wrong:.3f}  {one.twins_answered:8.3f}  "
        f"{one.right_at_tenth:7.3f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
