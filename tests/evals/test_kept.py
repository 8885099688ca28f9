"""A run is compared with the last one like it."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.dialogue import Decision
from bot.tone import load_tone
from evals.cases import Case
from evals.kept import deltas, flips, keep, read_kept
from evals.outcomes import Outcome
from evals.report import as_json, as_text, worst
from evals.runs import About, Run, run
from evals.sample import snapshot_of
from evals.suites import suites
from knowledge.hashing import HashEmbedder
from knowledge.snapshot import Snapshot
from tests.evals.made import a_case, an_answer, no_answer, outcome

ABOUT = About("kb", "cases", "tuning", "1", "m", "0.1", datetime(2026, 11, 24, tzinfo=UTC), 0.5)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("kept")
    articles: Path = folder / "articles"
    articles.mkdir()
    (articles / "a.md").write_text("Parcels take 3 working days.\n", encoding="utf-8")
    return snapshot_of([articles], folder / "snapshots", HashEmbedder())


def a_run(snapshot: Snapshot, right: int, only: tuple[str, ...] = ()) -> Run:
    """Ten cases, the first `right` of them answered from their article."""
    cases = [a_case("a.md", id=str(n)) for n in range(10)]

    def ask(asked: object) -> list[Outcome]:
        assert isinstance(asked, list)
        return [answered(case, int(case.id) < right) for case in asked]

    return run(
        ABOUT, cases, ask, snapshot, [s for s in suites(load_tone()) if not only or s.name in only]
    )


def answered(case: Case, right: bool) -> Outcome:
    return outcome(case, an_answer() if right else no_answer(Decision.DECLINE))


def test_the_first_run_has_nothing_to_compare_with(tmp_path: Path, snapshot: Snapshot) -> None:
    former = read_kept(tmp_path / "none", ABOUT)
    assert former.last is None
    assert deltas(a_run(snapshot, 4), former) == {}


def test_figures_and_cases_are_compared_with_the_last_run(
    tmp_path: Path, snapshot: Snapshot
) -> None:
    keep(tmp_path, a_run(snapshot, 4), read_kept(tmp_path, ABOUT))
    former = read_kept(tmp_path, ABOUT)
    now = a_run(snapshot, 6)
    assert deltas(now, former)["answers/answered_right"] == pytest.approx(0.2)
    changed = flips(now, former)
    assert [(flip.case, flip.better) for flip in changed] == [("4", True), ("5", True)]
    text = as_text(now, deltas(now, former), changed)
    assert "+0.200" in text
    assert "better 4" in text


def test_a_run_of_some_suites_keeps_what_is_known_of_the_others(
    tmp_path: Path, snapshot: Snapshot
) -> None:
    keep(tmp_path, a_run(snapshot, 4), read_kept(tmp_path, ABOUT))
    keep(tmp_path, a_run(snapshot, 4, ("retrieval",)), read_kept(tmp_path, ABOUT))
    assert "answers/answered_right" in deltas(a_run(snapshot, 4), read_kept(tmp_path, ABOUT))


def test_other_cases_and_broken_files_are_not_compared_with(
    tmp_path: Path, snapshot: Snapshot
) -> None:
    keep(tmp_path, a_run(snapshot, 4), read_kept(tmp_path, ABOUT))
    assert read_kept(tmp_path, replace(ABOUT, cases="others")).last is None
    (file,) = tmp_path.iterdir()
    file.write_text("{", encoding="utf-8")
    assert read_kept(tmp_path, ABOUT).last is None


def test_the_gravest_failures_come_first() -> None:
    wrong = outcome(a_case("x.md", id="wrong"), an_answer())
    invented = outcome(a_case(None, id="invented"), replace(an_answer(), confidence=0.99))
    lost = outcome(a_case("a.md", id="lost"), no_answer(Decision.DECLINE))
    right = outcome(a_case("a.md", id="right"), an_answer())
    assert [o.case.id for o in worst([right, lost, wrong, invented])] == [
        "invented",
        "wrong",
        "lost",
    ]


def test_json_holds_every_figure_and_every_cases_scores(snapshot: Snapshot) -> None:
    whole = as_json(a_run(snapshot, 4), {})
    assert whole["figures"]["answers/answered_right"]["value"] == 0.4
    assert whole["cases"][0]["scores"]["retrieval/hit@1"] == 1.0
    assert len(whole["cases"]) == 10
