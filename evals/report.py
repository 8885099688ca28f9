"""An eval run as text for a person and as JSON for a program."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from evals.figures import Figure
from evals.kept import Flip
from evals.metrics.metric import Unit
from evals.outcomes import Outcome, Verdict, cited_first
from evals.runs import CONFIDENCE, Run

WORST: Final = 20
"""How many failed cases a report names."""

_GRAVITY: Final = {
    Verdict.ANSWERED_WRONG: 3,
    Verdict.UNEXPECTED: 2,
    Verdict.ABSTAINED: 1,
}
_NO_CHANGE: Final = 0.0005  # less is not shown as a change


def worst(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """List the failed cases, the gravest first.

    Wrong answers by how sure they were; then wrong decisions; then what was not answered although
    the right article was found, the surest first.
    """
    failed = [outcome for outcome in outcomes if outcome.verdict in _GRAVITY]

    def gravity(outcome: Outcome) -> tuple[int, float]:
        found = 1.0 / outcome.rank if outcome.rank else 0.0
        lost = outcome.verdict is Verdict.ABSTAINED
        return _GRAVITY[outcome.verdict], found if lost else outcome.reply.confidence

    return sorted(failed, key=gravity, reverse=True)


def as_text(run: Run, deltas: Mapping[str, float], flips: Sequence[Flip] = ()) -> str:
    """Write the figures as tables, a suite each, and the failed cases below, the gravest first.

    `deltas` are the changes since the last run; `flips` the cases that changed, shown when given.
    """
    about = run.about
    lines = [
        f"{len(run.outcomes)} cases of {about.cases} on {about.articles}, part {about.part}, "
        f"snapshot {about.snapshot}, median reply {run.median_ms:.0f} ms",
        "",
        f"{'':32}{'figure':>8}   95 % interval    cases   change",
    ]
    for one in run.suites:
        lines.append(one.suite.title)
        lines += [
            _line(
                measured.metric.name,
                measured.figure,
                measured.metric.unit,
                deltas.get(f"{one.suite.name}/{measured.metric.name}"),
            )
            for measured in one.measured
        ]
    if run.trust is not None:
        lines.append("Confidence")
        lines += [
            _line(figure.name, figure, Unit.NUMBER, deltas.get(f"{CONFIDENCE}/{figure.name}"))
            for figure in run.trust.figures
        ]
    lines += _flip_lines(flips)
    failed = worst(run.outcomes)
    if failed:
        lines += ["", f"Failed ({min(WORST, len(failed))} of {len(failed)} shown):"]
    lines += [
        f"  {o.case.id} {o.verdict}: {o.case.question[:70]!r} -> {o.reply.decision}"
        f" {cited_first(o.reply) or ''} (confidence {o.reply.confidence:.2f},"
        f" gold at {o.rank or 'none'})"
        for o in failed[:WORST]
    ]
    return "\n".join(lines)


def as_json(run: Run, deltas: Mapping[str, float], flips: Sequence[Flip] = ()) -> dict[str, Any]:
    """Give figures and per-case results as plain values.

    A figure stands under "suite/name"; a case's `scores` hold every metric that counted it.
    """
    about = run.about
    scores: dict[str, dict[str, float]] = {}
    for one in run.suites:
        for measured in one.measured:
            for case, score in measured.scores.items():
                name = f"{one.suite.name}/{measured.metric.name}"
                scores.setdefault(case, {})[name] = round(score, 6)
    return {
        "articles": about.articles,
        "case_files": about.cases,
        "part": about.part,
        "snapshot": about.snapshot,
        "model": about.model,
        "version": about.version,
        "at": about.at.isoformat(timespec="seconds"),
        "threshold": about.threshold,
        "figures": {
            name: {
                "value": figure.value,
                "low": figure.low,
                "high": figure.high,
                "count": figure.count,
                "change": deltas.get(name),
            }
            for name, figure in run.figures.items()
        },
        "changed": [
            {"id": flip.case, "before": flip.before, "after": flip.after} for flip in flips
        ],
        "cases": [_case(outcome, scores.get(outcome.case.id, {})) for outcome in run.outcomes],
    }


def _case(outcome: Outcome, scores: Mapping[str, float]) -> dict[str, Any]:
    return {
        "id": outcome.case.id,
        "verdict": outcome.verdict,
        "decision": outcome.reply.decision,
        "confidence": outcome.reply.confidence,
        "cited": cited_first(outcome.reply),
        "rank": outcome.rank,
        "latency_ms": round(outcome.latency_ms, 2),
        "scores": dict(scores),
    }


def _line(name: str, figure: Figure, unit: Unit, delta: float | None) -> str:
    places = 1 if unit is Unit.WORDS else 3
    change = "" if delta is None else "=" if abs(delta) < _NO_CHANGE else f"{delta:+.{places}f}"
    interval = f"{figure.low:.{places}f} to {figure.high:.{places}f}"
    return (
        f"  {name:<30}{figure.value:>8.{places}f}   {interval:<16}{figure.count:>6}   {change}"
    ).rstrip()


def _flip_lines(flips: Sequence[Flip]) -> list[str]:
    if not flips:
        return []
    marks = {True: "better", False: "worse", None: "other"}
    return [
        "",
        f"Changed since the last run ({len(flips)}):",
        *(
            f"  {marks[flip.better]:<7}{flip.case} {flip.before} -> {flip.after}: "
            f"{flip.question[:70]!r}"
            for flip in flips
        ),
    ]
