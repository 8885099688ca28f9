"""An eval run as one page that needs nothing else: no script, no other file, both themes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.dialogue import Decision
from evals import charts
from evals.cases import Case
from evals.figures import Figure
from evals.gate import Limit, broken
from evals.kept import Flip, Kept
from evals.metrics.metric import Better, Measured, Unit
from evals.outcomes import Outcome, Verdict
from evals.report import WORST, worst
from evals.runs import Run
from evals.suites import SuiteRun
from knowledge.articles import ArticleId
from knowledge.snapshot import Snapshot

TEMPLATES: Final = Path(__file__).parent / "templates"

_HEADLINE: Final = (
    ("retrieval/hit@1", "Right article first", Better.HIGHER),
    ("answers/answered_right", "Answered right", Better.HIGHER),
    ("answers/answered_wrong", "Answered wrong", Better.LOWER),
    ("abstention/unanswerable_answered", "Unanswerable answered", Better.LOWER),
    ("evidence/sentences_grounded", "Sentences grounded", Better.HIGHER),
    ("attacks/nothing_leaked", "Attacks that got nothing", Better.HIGHER),
)
_VERDICTS: Final = {
    Verdict.ANSWERED_RIGHT: "answered right",
    Verdict.ANSWERED_WRONG: "answered wrong",
    Verdict.ABSTAINED: "not answered",
    Verdict.WITHHELD: "rightly not answered",
    Verdict.AS_EXPECTED: "as expected",
    Verdict.UNEXPECTED: "not as expected",
}
_DECISIONS: Final = {
    Decision.ANSWER: "answered",
    Decision.CLARIFY: "asked back",
    Decision.OFFER_HUMAN: "offered a person",
    Decision.HANDOFF: "got a person",
    Decision.SMALLTALK: "small talk",
    Decision.DECLINE: "declined",
}
_SHOWN_PASSAGES: Final = 5
_SAME: Final = 0.0005
_TREND: Final = (72.0, 20.0)


@dataclass(frozen=True)
class Change:
    """How a figure moved since the last run: "good", "bad", "other" or "none", and in words."""

    mood: str
    words: str


@dataclass(frozen=True)
class Tile:
    """A figure of the headline; `trend` is a path, "" where too little is remembered."""

    title: str
    value: str
    interval: str
    change: Change | None
    trend: str


@dataclass(frozen=True)
class Row:
    """A figure of a suite. Places on the interval's scale are 0..100, None off the scale."""

    title: str
    counts: str
    value: str
    interval: str
    cases: int
    scale: tuple[float, float, float] | None
    limit: str
    limit_at: float | None
    breaks: bool
    change: Change | None


@dataclass(frozen=True)
class Part:
    """A stretch of a bar: its share (0..100), how many cases, and its kind for the style."""

    name: str
    kind: str
    share: float
    count: int


@dataclass(frozen=True)
class Bar:
    """Where the cases of one kind went."""

    title: str
    count: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Found:
    """A retrieved passage as a card shows it."""

    place: int
    title: str
    article: str
    score: float
    gold: bool
    text: str


@dataclass(frozen=True)
class Card:
    """One failed case."""

    case: Case
    verdict: str
    grave: bool
    decided: str
    confidence: float
    expected: str
    golds: tuple[str, ...]
    given: str
    sources: tuple[str, ...]
    found: tuple[Found, ...]
    gold_at: int | None


def to_html(
    run: Run,
    snapshot: Snapshot,
    sheet: str,
    *,
    former: Kept,
    deltas: Mapping[str, float],
    flips: Sequence[Flip],
    limits: Sequence[Limit] = (),
) -> str:
    """Make the page. `sheet` is the product's style sheet of tokens; `limits` those of a gate.

    `former`, `deltas` and `flips` tell of the runs before (`evals/kept.py`).
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    pages = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    measured = [limit for limit in limits if limit.figure in run.figures]
    failed = worst(run.outcomes)
    curve = run.trust.curve if run.trust else ()
    return pages.get_template("eval.html").render(
        run=run,
        sheet=sheet,
        headline=_headline(run),
        tiles=_tiles(run, former, deltas),
        bars=[bar for bar in (_answerable(run.outcomes), _unanswerable(run.outcomes)) if bar.count],
        reliability=charts.reliability(run.trust.bins) if run.trust else None,
        curve=charts.risk_coverage(curve, run.about.threshold) if run.trust else None,
        milestones=_milestones(run),
        suites=[(one, _rows(one, deltas, measured)) for one in run.suites],
        cards=[_card(outcome, snapshot) for outcome in failed[:WORST]],
        failed=len(failed),
        flips=flips,
        verdicts=_VERDICTS,
        gated=bool(measured),
        broken=broken(measured, run.figures),
        last=former.last,
        width=charts.WIDTH,
        height=charts.HEIGHT,
    )


def percent(value: float, places: int = 1) -> str:
    """Write a share as people do: 61.9 %, 100 %."""
    text = f"{100 * value:.{places}f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}\N{NO-BREAK SPACE}%"


def _headline(run: Run) -> str:
    figures = run.figures
    words = [
        ("retrieval/hit@1", "the right article comes first for {} of the questions"),
        ("answers/answered_right", "{} are answered right"),
        ("answers/answered_wrong", "{} wrong"),
        (
            "abstention/unanswerable_answered",
            "{} of those that no article answers get an answer nevertheless",
        ),
    ]
    said = [text.format(percent(figures[n].value, 0)) for n, text in words if n in figures]
    if not said:
        return f"{len(run.outcomes)} cases."
    whole = ", ".join(said)
    return f"{whole[0].upper()}{whole[1:]}."


def _tiles(run: Run, former: Kept, deltas: Mapping[str, float]) -> list[Tile]:
    tiles = []
    for name, title, better in _HEADLINE:
        figure = run.figures.get(name)
        if figure is None:
            continue
        past = [one.figures[name] for one in former.runs if name in one.figures]
        tiles.append(
            Tile(
                title,
                percent(figure.value),
                f"{percent(figure.low, 0)} to {percent(figure.high, 0)}, {figure.count} cases",
                _change(deltas.get(name), better, Unit.SHARE),
                charts.trend([*past, figure.value], *_TREND),
            )
        )
    return tiles


def _change(delta: float | None, better: Better, unit: Unit) -> Change | None:
    if delta is None:
        return None
    if abs(delta) < _SAME:
        return Change("none", "as before")
    up = delta > 0
    amount = {
        Unit.SHARE: f"{100 * abs(delta):.1f} points",
        Unit.WORDS: f"{abs(delta):.1f} words",
        Unit.NUMBER: f"{abs(delta):.3f}",
    }[unit]
    words = f"{'▲' if up else '▼'} {amount}"
    if better is Better.NEITHER:
        return Change("other", words)
    good = up == (better is Better.HIGHER)
    return Change("good" if good else "bad", f"{words} {'better' if good else 'worse'}")


def _rows(one: SuiteRun, deltas: Mapping[str, float], limits: Sequence[Limit]) -> list[Row]:
    return [_row(one.suite.name, measured, deltas, limits) for measured in one.measured]


def _row(
    suite: str, measured: Measured, deltas: Mapping[str, float], limits: Sequence[Limit]
) -> Row:
    metric, figure = measured.metric, measured.figure
    name = f"{suite}/{metric.name}"
    limit = next((limit for limit in limits if limit.figure == name), None)
    shares = metric.unit is not Unit.WORDS
    bound = None if limit is None else limit.at_least if limit.at_most is None else limit.at_most
    return Row(
        title=metric.title,
        counts=metric.counts,
        value=_value(figure.value, metric.unit),
        interval=f"{_value(figure.low, metric.unit)} to {_value(figure.high, metric.unit)}",
        cases=figure.count,
        scale=_scale(figure) if shares else None,
        limit="" if limit is None or bound is None else _limit_words(limit, bound, metric.unit),
        limit_at=100 * bound if bound is not None and shares else None,
        breaks=limit is not None and limit.broken_by(figure.value),
        change=_change(deltas.get(name), metric.better, metric.unit),
    )


def _limit_words(limit: Limit, bound: float, unit: Unit) -> str:
    side = "at least" if limit.at_least is not None else "at most"
    return f"{side} {_value(bound, unit)}"


def _value(value: float, unit: Unit) -> str:
    if unit is Unit.SHARE:
        return percent(value)
    return f"{value:.1f}" if unit is Unit.WORDS else f"{value:.3f}"


def _scale(figure: Figure) -> tuple[float, float, float]:
    return 100 * figure.low, 100 * figure.value, 100 * figure.high


def _answerable(outcomes: Sequence[Outcome]) -> Bar:
    some = [o for o in outcomes if o.case.gold and not o.case.expect]
    right = [o for o in some if o.verdict is Verdict.ANSWERED_RIGHT]
    wrong = [o for o in some if o.verdict is Verdict.ANSWERED_WRONG]
    left = [o for o in some if o.verdict is Verdict.ABSTAINED]
    return Bar(
        "Questions that an article answers",
        len(some),
        (
            _part("answered right", "good", right, some),
            _part("answered wrong", "bad", wrong, some),
            *_by_decision(left, some, "weak"),
        ),
    )


def _unanswerable(outcomes: Sequence[Outcome]) -> Bar:
    some = [o for o in outcomes if o.case.answerable is False and not o.case.expect]
    answered = [o for o in some if o.reply.decision is Decision.ANSWER]
    left = [o for o in some if o.reply.decision is not Decision.ANSWER]
    return Bar(
        "Questions that no article answers",
        len(some),
        (*_by_decision(left, some, "good"), _part("answered", "bad", answered, some)),
    )


def _by_decision(some: Sequence[Outcome], of: Sequence[Outcome], kind: str) -> list[Part]:
    parts = [
        _part(words, kind, [o for o in some if o.reply.decision is decision], of)
        for decision, words in _DECISIONS.items()
        if decision is not Decision.ANSWER
    ]
    return [part for part in parts if part.count]


def _part(name: str, kind: str, some: Sequence[Outcome], of: Sequence[Outcome]) -> Part:
    return Part(name, kind, 100 * len(some) / max(1, len(of)), len(some))


def _milestones(run: Run) -> list[tuple[str, str, str]]:
    """The curve in a table: threshold, share answered and risk at every tenth answered."""
    if run.trust is None:
        return []
    rows = []
    for tenth in range(1, 11):
        reached = [p for p in run.trust.curve if p.answered <= tenth / 10 + 1e-9]
        if reached:
            point = reached[-1]
            rows.append((f"{point.threshold:.2f}", percent(point.answered), percent(point.risk)))
    return list(dict.fromkeys(rows))


def _card(outcome: Outcome, snapshot: Snapshot) -> Card:
    case, reply = outcome.case, outcome.reply
    expected = " or ".join(_DECISIONS[d] for d in sorted(case.expect))
    if not expected:
        expected = case.gold_answer or case.evidence or ""
    cited = [c.article for c in reply.citations]
    return Card(
        case=case,
        verdict=_VERDICTS[outcome.verdict],
        grave=outcome.verdict is not Verdict.ABSTAINED,
        decided=_DECISIONS[reply.decision],
        confidence=reply.confidence,
        expected=expected or ("No answer: no article has it." if not case.gold else ""),
        golds=tuple(sorted(case.gold)),
        given=reply.text,
        sources=tuple(dict.fromkeys(cited)),
        found=_found(outcome, snapshot),
        gold_at=outcome.rank,
    )


def _found(outcome: Outcome, snapshot: Snapshot) -> tuple[Found, ...]:
    """The best passages, and the first of a gold article where it comes later."""
    gold = outcome.case.gold
    shown = list(enumerate(outcome.reply.retrieved, start=1))
    late = [one for one in shown[_SHOWN_PASSAGES:] if one[1].article in gold]
    seen_gold = any(hit.article in gold for _, hit in shown[:_SHOWN_PASSAGES])
    found = []
    for place, hit in shown[:_SHOWN_PASSAGES] + ([] if seen_gold else late[:1]):
        article = snapshot.article(ArticleId(hit.article))
        passages = snapshot.passages(ArticleId(hit.article)) if article else ()
        passage = next((p for p in passages if p.id == hit.passage), None)
        text = article.text[passage.start : passage.end].strip() if article and passage else ""
        title = article.title if article else hit.article
        found.append(Found(place, title, hit.article, hit.score, hit.article in gold, text))
    return tuple(found)
