"""The gate of a release, on the sample company with the real model; the tuning part only."""

import pytest

from bot.assistant import Assistant
from evals.cases import SAMPLE_DIALOGUES, SAMPLE_QUESTIONS, only, read_cases
from evals.figures import figures
from evals.gate import broken, read_limits
from evals.ledger import LEDGER, looks
from evals.outcomes import Outcome
from evals.runner import run_cases
from evals.sample import sample_snapshot
from knowledge.articles import ArticleId
from knowledge.minilm import load_embedder
from knowledge.snapshot import Snapshot

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def snapshot_and_outcomes(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Snapshot, list[Outcome]]:
    embedder = load_embedder()
    snapshot = sample_snapshot(tmp_path_factory.mktemp("sample") / "snapshots", embedder)
    cases = only([*read_cases(SAMPLE_QUESTIONS), *read_cases(SAMPLE_DIALOGUES)], "tuning")
    return snapshot, list(run_cases(Assistant(embedder), snapshot, cases))


def test_the_gate_is_open(snapshot_and_outcomes: tuple[Snapshot, list[Outcome]]) -> None:
    assert broken(read_limits(), figures(snapshot_and_outcomes[1])) == []


def test_every_sentence_of_every_answer_stands_at_its_cited_span(
    snapshot_and_outcomes: tuple[Snapshot, list[Outcome]],
) -> None:
    snapshot, outcomes = snapshot_and_outcomes
    quoted = 0
    for outcome in outcomes:
        reply = outcome.reply
        assert reply.snapshot == snapshot.generation
        for sentence in reply.sentences:
            if sentence.citation is None:
                continue
            citation = reply.citations[sentence.citation]
            article = snapshot.article(ArticleId(citation.article))
            assert article is not None
            assert article.text[citation.start : citation.end] == citation.quote
            assert " ".join(sentence.text.split()) in " ".join(citation.quote.split())
            quoted += 1
    assert quoted > 50


def test_ten_articles_are_ranked_whatever_the_decision(
    snapshot_and_outcomes: tuple[Snapshot, list[Outcome]],
) -> None:
    for outcome in snapshot_and_outcomes[1]:
        if any(c.isalpha() for c in outcome.case.question):
            assert len({hit.article for hit in outcome.reply.retrieved}) >= 10, outcome.case.id


def test_the_ledger_names_a_date_and_figures_for_each_look() -> None:
    assert looks() >= 1
    for line in LEDGER.read_text(encoding="utf-8").splitlines():
        assert '"at": "20' in line
        assert '"hit@1"' in line
