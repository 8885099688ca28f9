"""A calibration as text, JSON, and a page with the curve."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from bot.calibration import Calibration
from bot.confidence import Coefficients, checksum
from evals import charts
from evals.calibration import Result
from evals.page import TEMPLATES, percent
from evals.reliability import Operating
from evals.trust import Trust

_NAMES: Final = {"auroc": "AUROC", "ece": "ECE", "brier": "Brier"}
_POINTS: Final = 10  # rows of the curve's table


@dataclass(frozen=True)
class Told:
    """A result with what a report says around it. `left_out` is a count by reason."""

    result: Result
    transcripts: str
    snapshot: str
    left_out: Mapping[str, int]
    max_unanswerable: float
    in_force: float
    at: datetime
    version: str


def calibration_of(told: Told, shipped: Coefficients) -> Calibration:
    """Make what is written to the file that servers pick up."""
    result = told.result
    point = result.after.point
    return Calibration(
        coefficients=result.coefficients,
        based_on=checksum(shipped),
        min_confidence=round(result.threshold, 6),
        max_unanswerable=told.max_unanswerable,
        made_at=told.at.isoformat(timespec="seconds"),
        version=told.version,
        figures={
            **{figure.name: round(figure.value, 4) for figure in result.after.figures},
            "questions": float(result.count),
            "answered_right": round(point.answered_right, 4),
            "answered_wrong": round(point.answered_wrong, 4),
            "unanswerable_answered": round(point.unanswerable_answered, 4),
        },
    )


def as_text(told: Told) -> str:
    """Write figures before and after, the curve, and what the new threshold does."""
    result = told.result
    lines = [headline(told), "", f"{'':22}{'before':>10}{'after':>10}"]
    lines += [
        f"{_NAMES[old.name]:22}{old.value:>10.3f}{new.value:>10.3f}"
        for old, new in zip(result.before.figures, result.after.figures, strict=True)
    ]
    lines += [f"{name:22}{old:>10}{new:>10}" for name, old, new in point_rows(result)]
    lines += ["", f"{'threshold':>10}{'answered':>10}{'not right':>11}"]
    lines += [f"{t:>10}{answered:>10}{risk:>11}" for t, answered, risk in curve_rows(result.after)]
    lines += ["", *notes(told)]
    return "\n".join(lines)


def as_json(told: Told) -> dict[str, Any]:
    """Give everything as plain values."""
    result = told.result

    def side(trust: Trust) -> dict[str, Any]:
        return {
            **{figure.name: figure.value for figure in trust.figures},
            **asdict(trust.point),
            "bins": [asdict(one) for one in trust.bins],
            "curve": [asdict(one) for one in trust.curve],
        }

    return {
        "transcripts": told.transcripts,
        "snapshot": told.snapshot,
        "questions": result.count,
        "right": result.right,
        "unanswerable": result.unanswerable,
        "left_out": dict(told.left_out),
        "refitted": result.refitted,
        "threshold": result.threshold,
        "max_unanswerable": told.max_unanswerable,
        "chosen_on": result.errors,
        "errors_answered": asdict(result.answered),
        "before": side(result.before),
        "after": side(result.after),
    }


def to_html(told: Told, sheet: str) -> str:
    """Make one page that needs nothing else; `sheet` is the product's style sheet of tokens."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    pages = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    result = told.result
    return pages.get_template("calibrate.html").render(
        told=told,
        result=result,
        sheet=sheet,
        headline=headline(told),
        figures=[
            (_NAMES[old.name], f"{old.value:.3f}", f"{new.value:.3f}")
            for old, new in zip(result.before.figures, result.after.figures, strict=True)
        ],
        points=point_rows(result),
        before=charts.reliability(result.before.bins),
        after=charts.reliability(result.after.bins),
        curve=charts.risk_coverage(
            result.after.curve, result.threshold, (result.before.curve,) if result.refitted else ()
        ),
        rows=curve_rows(result.after),
        notes=notes(told),
        width=charts.WIDTH,
        height=charts.HEIGHT,
    )


def headline(told: Told) -> str:
    """Say in a sentence what was found."""
    result = told.result
    return (
        f"With answers sent from {result.threshold:.3f} on, "
        f"{percent(result.after.point.answered_right, 0)} of the questions "
        f"{'that an article answers' if result.errors == 'unanswerable' else 'found right'} "
        f"are answered right, and {percent(result.answered.value)} of those "
        f"{'that no article answers' if result.errors == 'unanswerable' else 'not found right'} "
        f"get an answer."
    )


def point_rows(result: Result) -> list[tuple[str, str, str]]:
    """What the threshold did before, and does now."""

    def side(point: Operating) -> list[str]:
        return [
            f"{point.threshold:.3f}",
            percent(point.answered_right),
            percent(point.answered_wrong),
            percent(point.unanswerable_answered),
        ]

    last = "unanswerable answered" if result.errors == "unanswerable" else "not right, answered"
    names = ("threshold", "answered right", "answered wrong", last)
    return list(zip(names, side(result.before.point), side(result.after.point), strict=True))


def curve_rows(trust: Trust) -> list[tuple[str, str, str]]:
    """The curve at every tenth of the questions answered: threshold, answered, not right."""
    rows = []
    for step in range(1, _POINTS + 1):
        reached = [p for p in trust.curve if p.answered <= step / _POINTS + 1e-9]
        if reached:
            point = reached[-1]
            rows.append((f"{point.threshold:.3f}", percent(point.answered), percent(point.risk)))
    return list(dict.fromkeys(rows))


def notes(told: Told) -> list[str]:
    """What a reader must know to judge the figures, a sentence each."""
    result = told.result
    few = percent(result.answered.high, 0)
    said = [
        f"{result.count} questions of {told.transcripts} were rated on snapshot {told.snapshot}: "
        f"for {result.right} the best answer is right, {result.unanswerable} are known to be "
        "answered by no article.",
        "After is cross-fitted by article: no question is rated by coefficients that saw its "
        "article.",
        f"The threshold is chosen on {result.answered.count} questions; on others like them up to "
        f"{few} may get an answer (95 %).",
    ]
    if result.errors != "unanswerable":
        said.append(
            "Too few questions are known to be answered by no article, so the limit is kept over "
            "all whose best answer is not right. Label at least twenty with gold_article null for "
            "the real one."
        )
    if not result.refitted:
        said.append(
            "The shipped coefficients did better on questions they had not seen, so they stay, and "
            "only the threshold is yours. More transcripts may change that."
        )
    said += [
        f"{count} {'line' if count == 1 else 'lines'} left out: they {why}."
        for why, count in told.left_out.items()
    ]
    return said
