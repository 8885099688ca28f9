"""An eval run as text for a person and as JSON for a program."""

from dataclasses import dataclass
from statistics import median
from typing import Any

from evals.figures import Figure
from evals.outcomes import Outcome, Verdict, cited_first

WORST = 20
"""How many failed cases the text names."""

FAILED = (Verdict.ANSWERED_WRONG, Verdict.ABSTAINED, Verdict.UNEXPECTED)


@dataclass(frozen=True)
class Run:
    """What one run measured, and on what."""

    part: str
    snapshot: str
    outcomes: tuple[Outcome, ...]
    figures: tuple[Figure, ...]


def as_text(run: Run) -> str:
    """Write the figures as a table and the failed cases below, answered wrong first."""
    lines = [
        f"{len(run.outcomes)} cases, part {run.part}, snapshot {run.snapshot}, "
        f"median reply {median(o.latency_ms for o in run.outcomes):.0f} ms",
        "",
        f"{'figure':<24}{'value':>7}   95 % interval   cases",
    ]
    lines += [
        f"{f.name:<24}{f.value:>7.3f}   {f.low:.3f} to {f.high:.3f}  {f.count:>6}"
        for f in run.figures
    ]
    failed = [o for verdict in FAILED for o in run.outcomes if o.verdict is verdict]
    if failed:
        lines += ["", f"Failed ({min(WORST, len(failed))} of {len(failed)} shown):"]
    lines += [
        f"  {o.case.id} {o.verdict}: {o.case.question[:70]!r} -> {o.reply.decision}"
        f" {cited_first(o.reply) or ''} (confidence {o.reply.confidence:.2f},"
        f" gold at {o.rank or 'none'})"
        for o in failed[:WORST]
    ]
    return "\n".join(lines)


def as_json(run: Run) -> dict[str, Any]:
    """Give figures and per-case results as plain values."""
    return {
        "part": run.part,
        "snapshot": run.snapshot,
        "figures": {
            f.name: {"value": f.value, "low": f.low, "high": f.high, "count": f.count}
            for f in run.figures
        },
        "cases": [
            {
                "id": o.case.id,
                "verdict": o.verdict,
                "decision": o.reply.decision,
                "confidence": o.reply.confidence,
                "cited": cited_first(o.reply),
                "rank": o.rank,
                "latency_ms": round(o.latency_ms, 2),
            }
            for o in run.outcomes
        ],
    }
