"""An answer quotes the passage that answers, as read beside the question."""

from pathlib import Path

import pytest

from bot.answers import extracted
from bot.queries import Plan, Query
from bot.rules import load_rules
from ingest import pipeline
from ingest.sources import SourceSpec
from knowledge.articles import ArticleId
from knowledge.hashing import HashEmbedder
from knowledge.passages import Passage
from knowledge.search import WeightedQuery
from knowledge.snapshot import FolderStore, Snapshot

QUESTION = "do vouchers expire"
VOUCHERS = """# Vouchers

## How long they last

Vouchers expire after three years.

## Vouchers from a closed shop

They stay valid for ever in all our other shops.
"""


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder: Path = tmp_path_factory.mktemp("kb")
    (folder / "articles").mkdir()
    (folder / "articles" / "vouchers.md").write_text(VOUCHERS, encoding="utf-8")
    store, embedder = FolderStore(folder / "snapshots"), HashEmbedder()
    source = SourceSpec(str(folder / "articles"))
    pipeline.run([source], store, lambda: embedder, embedder.model_id)
    generation = store.current()
    assert generation is not None
    return store.open(generation)


def quoted(snapshot: Snapshot, planned: Plan, answering: Passage | None) -> list[str]:
    query = WeightedQuery(QUESTION, HashEmbedder().encode([QUESTION])[0])
    findings = snapshot.search_encoded([query], limit_articles=3)
    answer = extracted(snapshot, findings, planned, load_rules().answer, answering)
    return [citation.quote for citation in answer.citations]


def test_it_is_quoted_beside_what_is_found_best(snapshot: Snapshot) -> None:
    _, closed = snapshot.passages(ArticleId("vouchers.md"))
    planned = Plan((Query(QUESTION),))
    best = ["Vouchers expire after three years."]
    assert quoted(snapshot, planned, None) == best
    assert quoted(snapshot, planned, closed) == [
        *best, "They stay valid for ever in all our other shops."
    ]  # fmt: skip


def test_after_a_follow_up_it_is_not(snapshot: Snapshot) -> None:
    _, closed = snapshot.passages(ArticleId("vouchers.md"))
    leaning = Plan((Query("and then"), Query(QUESTION)), leaning=0.9)
    assert quoted(snapshot, leaning, closed) == quoted(snapshot, leaning, None)
