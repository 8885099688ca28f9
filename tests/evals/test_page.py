"""The report's page stands alone, says what was measured, and shows markup as text."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.dialogue import Decision
from bot.tone import load_tone
from evals import charts
from evals.cases import Case
from evals.gate import Limit
from evals.kept import Kept, KeptRun, deltas, flips
from evals.outcomes import Outcome, Verdict
from evals.page import to_html
from evals.reliability import Bin, Coverage
from evals.runs import About, Run, run
from evals.sample import snapshot_of
from evals.suites import suites
from knowledge.hashing import HashEmbedder
from knowledge.snapshot import Snapshot
from tests.evals.made import a_case, an_answer, asked, no_answer, outcome

ABOUT = About(
    "kb", "cases", "tuning", "1-a", "m", "0.1", datetime(2026, 11, 24, 9, 30, tzinfo=UTC), 0.5
)
FIGURE = "answers/answered_right"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("page")
    articles: Path = folder / "articles"
    articles.mkdir()
    (articles / "a.md").write_text("Parcels take 3 working days.\n", encoding="utf-8")
    return snapshot_of([articles], folder / "snapshots", HashEmbedder())


def answered(case: Case) -> Outcome:
    number = int(case.id)
    if number < 12:
        return outcome(case, replace(an_answer(), confidence=0.5 + number / 30))
    return outcome(case, replace(no_answer(Decision.OFFER_HUMAN), confidence=number / 100))


@pytest.fixture
def made(snapshot: Snapshot) -> Run:
    cases = [a_case("a.md" if n % 4 else None, id=str(n)) for n in range(24)]
    cases[0] = asked(cases[0], "<script>alert(1)</script> & co")
    return run(
        ABOUT, cases, lambda some: [answered(c) for c in some], snapshot, suites(load_tone())
    )


def page_of(made: Run, snapshot: Snapshot, former: Kept, limits: tuple[Limit, ...] = ()) -> str:
    return to_html(
        made,
        snapshot,
        ":root{}",
        former=former,
        deltas=deltas(made, former),
        flips=flips(made, former),
        limits=limits,
    )


def test_the_page_needs_nothing_else_and_runs_nothing(made: Run, snapshot: Snapshot) -> None:
    page = page_of(made, snapshot, Kept())
    assert not re.search(r"<script|<link|<img|@import|url\(|https?://", page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in page


def test_charts_have_words_and_tables_beside_them(made: Run, snapshot: Snapshot) -> None:
    page = page_of(made, snapshot, Kept())
    assert page.count('role="img"') == 2
    assert page.count("as a table</summary>") == 2
    assert "in force" in page


def test_changes_and_broken_limits_are_told_in_words(made: Run, snapshot: Snapshot) -> None:
    was = KeptRun(at="2026-11-23T10:00:00+00:00", version="0", snapshot="0", figures={FIGURE: 0.1})
    former = Kept(runs=(was,), verdicts={"1": Verdict.ABSTAINED})
    page = page_of(made, snapshot, former, (Limit(FIGURE, at_least=0.99),))
    assert "points better" in page
    assert "The gate is shut: 1 figure breaks its limit." in page
    assert "not answered → answered right" in page


def test_a_failed_case_shows_what_was_found_and_given(made: Run, snapshot: Snapshot) -> None:
    page = page_of(made, snapshot, Kept())
    assert "No answer: no article has it." in page
    assert "Parcels take 3 working days." in page
    assert "What failed" in page


def test_marks_stand_where_the_figures_say() -> None:
    plot = charts.reliability([Bin(0.5, 1.0, 4), Bin(1.0, 0.0, 1)])
    assert [(m.x, m.y) for m in plot.marks] == [(charts.WIDTH / 2, 0.0), (charts.WIDTH, 220.0)]
    assert plot.marks[0].radius > plot.marks[1].radius
    curve = charts.risk_coverage([Coverage(0.9, 0.5, 0.0), Coverage(0.2, 1.0, 0.15)], 0.5)
    assert curve.now is not None
    assert curve.now.x == charts.WIDTH / 2
    assert curve.y_ticks[-1].label == "20 %"
    assert charts.risk_coverage([Coverage(0.4, 1.0, 0.2)], 0.5).now is None
    assert charts.trend([1.0, 2.0], 10, 10) == ""
