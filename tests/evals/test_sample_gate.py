"""The gate of a release, on the sample company with the real model; the tuning part only."""

from datetime import UTC, datetime

import pytest

from bot.assistant import Assistant
from bot.tone import load_tone
from bot.wording.verifying import Verifier, load_floors
from evals import runs
from evals.cases import SAMPLE, only, read_cases
from evals.gate import broken, read_limits
from evals.ledger import LEDGER, looks
from evals.sample import planted_snapshot, sample_snapshot
from evals.suites import suites
from knowledge.minilm import load_embedder

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> runs.Run:
    embedder = load_embedder()
    folder = tmp_path_factory.mktemp("sample")
    snapshot = sample_snapshot(folder / "sample", embedder)
    planted = planted_snapshot(folder / "planted", folder / "sample", embedder)
    about = runs.About(
        articles="the sample",
        cases="the sample company",
        part="tuning",
        snapshot=snapshot.generation,
        model=embedder.model_id,
        version="",
        at=datetime(2026, 11, 24, tzinfo=UTC),
        threshold=0.5,
    )
    cases = only([case for file in SAMPLE for case in read_cases(file)], "tuning")
    ask = runs.ask_of(Assistant(embedder), snapshot, planted)
    verifier = Verifier(embedder.encode, load_floors(embedder.model_id))
    return runs.run(about, cases, ask, planted, suites(load_tone(), verifier))


def test_the_gate_is_open(run: runs.Run) -> None:
    assert broken(read_limits(), run.figures) == []


def test_every_suite_has_cases_and_every_answer_is_checked(run: runs.Run) -> None:
    assert {one.suite.name for one in run.suites} >= {
        "retrieval", "answers", "evidence", "abstention", "multi_turn", "smalltalk", "people",
        "attacks", "tone",
    }  # fmt: skip
    assert run.figures["evidence/sentences_grounded"].count > 50
    assert run.figures["tone/nothing_forbidden"].count == len(run.outcomes)


def test_ten_articles_are_ranked_whatever_the_decision(run: runs.Run) -> None:
    for outcome in run.outcomes:
        if any(c.isalpha() for c in outcome.case.question):
            assert len({hit.article for hit in outcome.reply.retrieved}) >= 10, outcome.case.id


def test_the_ledger_names_a_date_and_figures_for_each_look() -> None:
    assert looks() >= 1
    for line in LEDGER.read_text(encoding="utf-8").splitlines():
        assert '"at": "20' in line
        assert 'hit@1"' in line
