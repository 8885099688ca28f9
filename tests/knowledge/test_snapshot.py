from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge import records
from knowledge.articles import Article, ArticleId
from knowledge.draft import DraftBuilder
from knowledge.embedding import Encoded
from knowledge.errors import NoSnapshot, SnapshotCorrupt, SnapshotMismatch, SnapshotRefused
from knowledge.hashing import HashEmbedder
from knowledge.manifest import Generation
from knowledge.passages import Passage, PassageId
from knowledge.snapshot import FolderStore, ServedSnapshot, Snapshot
from knowledge.vectors import Floats, Quantised
from tests.knowledge.small import article, build, cut


def test_a_snapshot_gives_back_articles_and_passages_as_published(
    snapshot: Snapshot, articles: list[Article]
) -> None:
    assert sorted(snapshot.articles(), key=lambda a: a.id) == sorted(articles, key=lambda a: a.id)
    for one in articles:
        assert snapshot.article(one.id) == one
        for passage in snapshot.passages(one.id):
            assert all(one.text[s.start : s.end] == s.text for s in passage.sentences)
    assert snapshot.article(ArticleId("nothing.md")) is None
    assert snapshot.passages(ArticleId("nothing.md")) == ()


def test_a_question_finds_its_article(snapshot: Snapshot) -> None:
    findings = snapshot.search("how long does a refund take?", HashEmbedder())
    assert findings.articles[0].article == "refunds.md"
    best = findings.hits[0]
    assert len(best.sentence_scores) == len(best.passage.sentences)
    assert best.passage.sentences[int(best.sentence_scores.argmax())].text.startswith("A refund")


def test_what_was_found_is_read_when_it_is_asked_for(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    parse, rows = records.parse_passage, Quantised.rows

    def parsed(line: bytes) -> Passage:
        read.append("passage")
        return parse(line)

    def restored(kept: Quantised, start: int, end: int) -> Floats:
        read.append("sentences")
        return rows(kept, start, end)

    monkeypatch.setattr(records, "parse_passage", parsed)
    monkeypatch.setattr(Quantised, "rows", restored)
    hits = snapshot.search("how long does a refund take?", HashEmbedder()).hits
    assert len(hits) > 1
    assert not read
    for hit in hits:
        assert (hit.id, hit.article) == (hit.passage.id, hit.passage.article)
        assert len(hit.sentence_scores) == len(hit.passage.sentences)
    assert sorted(read) == ["passage"] * len(hits) + ["sentences"] * len(hits)


def test_publishing_the_same_content_again_publishes_nothing(
    store: FolderStore, articles: list[Article]
) -> None:
    first = store.publish(build(articles))
    assert store.publish(build(articles[::-1])) == first
    assert len(store.list()) == 1


def test_a_builder_reuses_what_the_former_snapshot_holds(
    store: FolderStore, snapshot: Snapshot, articles: list[Article]
) -> None:
    def never() -> HashEmbedder:
        raise AssertionError("nothing to embed, so no model is loaded")

    builder = DraftBuilder(never, HashEmbedder().model_id, "test", former=snapshot)
    for one in articles:
        builder.add(one, cut(one))
    assert store.publish(builder.finish()) == snapshot.generation
    assert (builder.reused, builder.embedded) == (len(articles), 0)


def test_a_dropped_article_is_not_found_after_the_next_publish(
    store: FolderStore, snapshot: Snapshot, articles: list[Article]
) -> None:
    served = ServedSnapshot(store)
    assert served.refresh()
    before = served.get()
    store.publish(build([a for a in articles if a.id != "refunds.md"], snapshot))
    assert served.get() is before
    assert served.refresh()
    after = served.get()
    assert after is not None
    assert after.article(ArticleId("refunds.md")) is None
    found = after.search("refunds", HashEmbedder())
    assert "refunds.md" not in [hit.article for hit in found.articles]
    assert before is not None
    assert before.search("refunds", HashEmbedder()).articles[0].article == "refunds.md"


def test_rollback_makes_a_kept_snapshot_current(
    store: FolderStore, snapshot: Snapshot, articles: list[Article]
) -> None:
    newer = store.publish(build(articles[1:]))
    store.rollback(snapshot.generation)
    assert store.current() == snapshot.generation
    third = store.publish(build(articles[2:]))
    assert third > newer
    assert [info.generation for info in store.list()] == [third, newer, snapshot.generation]
    with pytest.raises(NoSnapshot, match="000042"):
        store.rollback(Generation("000042-abcdefab"))
    with pytest.raises(NoSnapshot):
        store.open(Generation("../somewhere"))


def test_only_the_newest_snapshots_are_kept_and_never_less_than_the_current(
    tmp_path: Path, articles: list[Article]
) -> None:
    store = FolderStore(tmp_path, keep=2)
    for count in range(1, 5):
        last = store.publish(build(articles[:count]))
    assert len(store.list()) == 2
    assert store.current() == last


def test_a_damaged_file_is_named_and_refused(store: FolderStore, snapshot: Snapshot) -> None:
    path = next(store_folder(store, snapshot).glob("sentences.npy"))
    damaged = bytearray(path.read_bytes())
    damaged[-1] ^= 0xFF
    path.write_bytes(damaged)
    with pytest.raises(SnapshotCorrupt, match=r"sentences\.npy.*rollback"):
        store.open(snapshot.generation)


@pytest.mark.parametrize("name", ["sentences.npy", "articles.jsonl", "manifest.json"])
def test_the_same_content_is_published_again_over_a_damaged_snapshot(
    store: FolderStore, snapshot: Snapshot, articles: list[Article], name: str
) -> None:
    path = next(store_folder(store, snapshot).glob(name))
    path.write_bytes(path.read_bytes()[:-3] + b"xyz")
    mended = store.publish(build(articles))
    assert mended != snapshot.generation
    assert store.open(mended).article(articles[0].id) == articles[0]
    listed = [info.generation for info in store.list()]
    assert listed == ([mended] if name == "manifest.json" else [mended, snapshot.generation])


def test_another_model_or_other_passage_rules_are_refused_with_the_remedy(
    store: FolderStore, snapshot: Snapshot
) -> None:
    with pytest.raises(SnapshotMismatch, match=r"hash-128.*hash-64.*warmline ingest"):
        snapshot.search("refund", HashEmbedder(64))
    with pytest.raises(SnapshotMismatch, match="passage rules test"):
        snapshot.require(snapshot.manifest.model_id, "other")
    with pytest.raises(SnapshotMismatch):
        ServedSnapshot(store, "another-model").refresh()


def test_a_draft_whose_spans_do_not_fit_is_refused_and_the_former_serves(
    store: FolderStore, snapshot: Snapshot
) -> None:
    draft = build([article("a.md", "A", "One. Two.")])
    shorter = article("a.md", "A", "One.")
    object.__setattr__(draft, "articles", (shorter,))
    with pytest.raises(SnapshotRefused, match=r"a\.md#0"):
        store.publish(draft)
    assert store.current() == snapshot.generation


def test_a_draft_whose_passages_are_misnumbered_is_refused(
    store: FolderStore, snapshot: Snapshot
) -> None:
    draft = build([article("a.md", "A", "One. Two.")])
    (passage,) = draft.passages
    object.__setattr__(draft, "passages", (replace(passage, id=PassageId("a.md#1")),))
    with pytest.raises(SnapshotRefused, match=r"Passage 0 of a\.md is named a\.md#1"):
        store.publish(draft)
    assert store.current() == snapshot.generation


@pytest.mark.parametrize("broken", ["A\nOne. Two.", "A"], ids=["passage", "heading"])
def test_vectors_without_numbers_are_refused_with_their_text(broken: str) -> None:
    class Broken(HashEmbedder):
        def encode(self, texts: Sequence[str]) -> list[Encoded]:
            return [
                replace(one, pooled=one.pooled * np.float32("nan")) if text == broken else one
                for text, one in zip(texts, super().encode(texts), strict=True)
            ]

    one = article("a.md", "A", "One. Two.")
    builder = DraftBuilder(Broken, HashEmbedder().model_id, "test")
    builder.add(one, cut(one))
    with pytest.raises(SnapshotRefused, match=r"'a\.md#0'|'A'"):
        builder.finish()


def test_leftovers_of_a_killed_publish_are_swept(store: FolderStore, snapshot: Snapshot) -> None:
    folder = store_folder(store, snapshot).parent
    leftover = folder / ".building-000002"
    leftover.mkdir()
    (leftover / "pooled.npy").write_bytes(b"half")
    assert store.current() == snapshot.generation
    store.publish(build([article("new.md", "New", "Something new.")]))
    assert not leftover.exists()


def test_an_empty_snapshot_can_be_published_and_searched(store: FolderStore) -> None:
    snapshot = store.open(store.publish(build([])))
    assert snapshot.search("anything", HashEmbedder()).articles == ()


def test_nothing_is_current_before_the_first_publish(store: FolderStore) -> None:
    served = ServedSnapshot(store)
    assert store.current() is None
    assert store.list() == []
    assert not served.refresh()
    assert served.get() is None


def store_folder(store: FolderStore, snapshot: Snapshot) -> Path:
    return store._folder / snapshot.generation


def test_an_article_that_nearly_repeats_a_better_one_stands_at_the_end(store: FolderStore) -> None:
    text = "The widget battery lasts ten hours. Charge the widget battery at night."
    made = build(
        [
            article("a.md", "Widget battery", text),
            article("near_repeat.md", "Widget battery", text),
            article("c.md", "Charging", "The charger of the widget is white."),
        ]
    )
    snapshot = store.open(store.publish(made))
    found = snapshot.search("widget battery", HashEmbedder()).articles
    assert [hit.article for hit in found] == ["a.md", "c.md", "near_repeat.md"]
