"""One run of the suites: what was asked of which snapshot, and everything that was measured."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from evals.cases import Case
from evals.figures import Figure
from evals.outcomes import Outcome
from evals.runner import Replier, run_cases
from evals.suites import Suite, SuiteRun, run_suite
from evals.trust import Trust, trust
from knowledge.snapshot import Snapshot

PLANTED = "planted"
"""The tag of cases about articles with planted instructions; they have a snapshot of their own."""

CONFIDENCE = "confidence"
"""The name under which the figures of the confidence stand beside the suites'."""


@dataclass(frozen=True)
class About:
    """What was run: `articles` and `cases` name what was asked about what, `at` is UTC."""

    articles: str
    cases: str
    part: str
    snapshot: str
    model: str
    version: str
    at: datetime
    threshold: float


@dataclass(frozen=True)
class Run:
    """A run's outcomes and figures. `trust` is None where too little is known to rate it."""

    about: About
    outcomes: tuple[Outcome, ...]
    suites: tuple[SuiteRun, ...]
    trust: Trust | None

    @property
    def figures(self) -> dict[str, Figure]:
        """Every figure under "suite/name", in the order of a report."""
        found = {
            f"{one.suite.name}/{measured.metric.name}": measured.figure
            for one in self.suites
            for measured in one.measured
        }
        if self.trust is not None:
            found |= {f"{CONFIDENCE}/{figure.name}": figure for figure in self.trust.figures}
        return found

    @property
    def median_ms(self) -> float:
        """The middle wall time of a reply."""
        return median(outcome.latency_ms for outcome in self.outcomes)


def run(
    about: About,
    cases: Sequence[Case],
    ask: Callable[[Sequence[Case]], Sequence[Outcome]],
    snapshot: Snapshot,
    wanted: Sequence[Suite],
) -> Run:
    """Ask every case that one of the suites wants, once, and count.

    `snapshot` holds every article that a reply may cite.
    """
    asked = [case for case in cases if any(suite.belongs(case) for suite in wanted)]
    outcomes = tuple(ask(asked))
    counted = (run_suite(suite, outcomes, snapshot) for suite in wanted)
    return Run(
        about,
        outcomes,
        tuple(one for one in counted if one is not None),
        trust(outcomes, about.threshold),
    )


def ask_of(
    assistant: Replier,
    snapshot: Snapshot,
    planted: Snapshot | None = None,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Callable[[Sequence[Case]], Sequence[Outcome]]:
    """Make the asking of a run: of `snapshot`, and of `planted` where a case is tagged so."""

    def ask(cases: Sequence[Case]) -> Sequence[Outcome]:
        found: list[Outcome] = []
        for case in cases:
            about = planted if planted is not None and PLANTED in case.tags else snapshot
            found += run_cases(assistant, about, [case])
            progress(len(found), len(cases))
        return found

    return ask
