"""A snapshot made of the former one is the snapshot made anew, whatever stays, goes, comes or moves."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge import draft
from knowledge.articles import Article
from knowledge.draft import DraftBuilder
from knowledge.files import BODY_WORDS, FOUND_OUT
from knowledge.hashing import HashEmbedder
from knowledge.manifest import FILE, checksums, read, verify
from knowledge.rows import Rows, Stretch, numbered_anew
from knowledge.snapshot import FolderStore, Snapshot
from knowledge.vectors import Floats
from tests.knowledge.small import article, build, cut

SHARED = "The late parcel is on its way."


@pytest.fixture(autouse=True)
def one_projection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The projection of token vectors is fitted to a folder's first ingest; here it is always one."""

    def fixed(tokens: Floats, dimensions: int) -> Floats:
        return np.eye(tokens.shape[1], dimensions, dtype=np.float32)

    monkeypatch.setattr(draft, "fit_projection", fixed)


@pytest.fixture
def before(articles: list[Article]) -> list[Article]:
    """Some that stay, one that changes, two that leave, one that only points to one that leaves."""
    return [
        *articles,
        article("b-old.md", "Old", "Gone words."),
        article("c-pointer.md", "Where?", "See [Old](b-old.md)."),
        article("d-pointer.md", "How?", "See [Refunds](refunds.md)."),
        article("m-changes.md", "Parcels", SHARED),
        article("z-last.md", "Last", "The last of all words."),
    ]


@pytest.fixture
def after(before: list[Article]) -> list[Article]:
    """What a content team made of it."""
    left = [one for one in before if one.id not in {"b-old.md", "z-last.md"}]
    return [
        article("a-first.md", "Something new", "A parcel that nobody had. The label is new."),
        article(
            "n-french.md", "Retours", "Envoyez le colis avec notre étiquette et pas sans elle."
        ),
        article("zz-pointer.md", "And now?", "See [Something new](a-first.md)."),
        *(
            replace(one, text=f"{SHARED} It is new.") if one.id == "m-changes.md" else one
            for one in left
        ),
    ]


def test_what_stays_is_copied_and_the_snapshot_is_the_one_made_anew(
    tmp_path: Path, before: list[Article], after: list[Article]
) -> None:
    store, anew = FolderStore(tmp_path / "snapshots"), FolderStore(tmp_path / "anew")
    former = store.open(store.publish(build(before)))
    made = build(after, former)
    assert len(made.kept) == len(before) - 3
    assert {one.id for one in made.articles}.isdisjoint(made.kept)
    grown, fresh = store.open(store.publish(made)), anew.open(anew.publish(build(after)))
    assert grown.generation.split("-")[1] == fresh.generation.split("-")[1]
    assert replace(grown.manifest, created_at=fresh.manifest.created_at) == fresh.manifest


def test_a_snapshot_grown_a_hundred_times_is_still_the_one_made_anew(tmp_path: Path) -> None:
    random = np.random.default_rng(11)
    store = FolderStore(tmp_path / "snapshots", keep=2)
    texts = [f"Rule {n} says to wait {n} days. Ask [us](a{n % 7}.md) then." for n in range(40)]
    texts += [f"See [that](a{n}.md)." for n in range(20)]
    served = {f"a{n}.md": texts[n] for n in range(30)}
    former: Snapshot | None = None
    for _ in range(100):
        for _ in range(random.integers(1, 5)):
            name = f"a{random.integers(40)}.md"
            if random.random() < 0.4 and len(served) > 5:
                served.pop(name, None)
            else:
                served[name] = texts[random.integers(len(texts))]
        now = [article(name, f"Title {name[1]}", text) for name, text in served.items()]
        former = store.open(store.publish(build(now, former)))
    anew = FolderStore(tmp_path / "anew")
    fresh = anew.open(anew.publish(build(now)))
    assert former is not None
    assert former.manifest.checksums == fresh.manifest.checksums


@pytest.mark.parametrize("found_out", [None, '{"rules":"0"}'])
def test_what_another_version_published_is_taken_over_passage_by_passage(
    tmp_path: Path, before: list[Article], after: list[Article], found_out: str | None
) -> None:
    store = FolderStore(tmp_path)
    folder = tmp_path / store.publish(build(before))
    (folder / FOUND_OUT).unlink()
    if found_out is not None:
        (folder / FOUND_OUT).write_text(found_out, encoding="utf-8")
    rewritten = replace(read(folder), checksums=checksums(folder))
    (folder / FILE).write_text(rewritten.to_json(), encoding="utf-8")
    former = store.open(store.current() or "")
    assert not _builder(former).can_keep
    made = build(after, former)
    assert not made.kept
    now = tmp_path / store.publish(made)
    verify(now, read(now))
    assert (now / FOUND_OUT).is_file()


def test_other_rules_or_another_model_keep_nothing(tmp_path: Path, before: list[Article]) -> None:
    store = FolderStore(tmp_path)
    former = store.open(store.publish(build(before)))
    embedder = HashEmbedder()
    for model, rules, kept in (
        (embedder.model_id, "test", True),
        (embedder.model_id, "other", False),
        ("other", "test", False),
    ):
        builder = DraftBuilder(lambda: embedder, model, rules, former=former)
        assert builder.can_keep is kept


def test_the_last_word_on_an_article_counts(tmp_path: Path, before: list[Article]) -> None:
    store = FolderStore(tmp_path)
    former = store.open(store.publish(build(before)))
    changed = replace(before[0], text="Another text altogether.")
    for last in ("added", "kept"):
        builder = _builder(former)
        for one in before:
            builder.keep(one.id)
        builder.add(changed, cut(changed))
        if last == "kept":
            builder.keep(changed.id)
            builder.keep(changed.id)
        assert builder.reused == len(before) - (last == "added")
        now = store.open(store.publish(builder.finish()))
        assert now.article(changed.id) == (changed if last == "added" else before[0])
        assert len(now.article_ids) == len(before)


def test_a_former_snapshot_may_be_put_away_meanwhile(
    tmp_path: Path, before: list[Article], after: list[Article]
) -> None:
    store, elsewhere = FolderStore(tmp_path / "one"), FolderStore(tmp_path / "other")
    former = store.open(store.publish(build(before)))
    builder = _builder(former)
    shutil.rmtree(former.files.folder)
    for one in before[1:]:
        builder.keep(one.id)
    assert len(elsewhere.open(elsewhere.publish(builder.finish())).article_ids) == len(before) - 1
    # One that is gone before anything is built is not kept, but its vectors are.
    assert not _builder(Snapshot(_copy_without_words(store, after))).can_keep


def _builder(former: Snapshot) -> DraftBuilder:
    embedder = HashEmbedder()
    return DraftBuilder(lambda: embedder, embedder.model_id, "test", former=former)


def _copy_without_words(store: FolderStore, articles: list[Article]) -> Path:
    """A snapshot that another process has begun to put away while we opened it."""
    snapshot = store.open(store.publish(build(articles)))
    (snapshot.files.folder / BODY_WORDS / "text_words.npy").unlink()
    return snapshot.files.folder


def test_rows_are_taken_from_both_sides_in_order() -> None:
    rows = Rows.of([(True, 0), (True, 1), (False, 0), (True, 3), (False, 1)])
    assert rows.stretches == (
        Stretch(True, 0, 2),
        Stretch(False, 0, 1),
        Stretch(True, 3, 4),
        Stretch(False, 1, 2),
    )
    former, new = np.array([10, 11, 12, 13]), np.array([20, 21])
    assert rows.array(former, new).tolist() == [10, 11, 20, 13, 21]
    assert rows.items(["a", "b", "c", "d"], ["x", "y"]) == ["a", "b", "x", "d", "y"]
    first, new_first = np.array([0, 2, 2, 5, 6]), np.array([0, 1, 3])
    assert rows.starts(first, new_first).tolist() == [0, 2, 2, 3, 4, 6]
    parts = rows.within(first, new_first)
    assert parts.array(np.arange(6), np.arange(100, 103)).tolist() == [0, 1, 100, 5, 101, 102]
    assert Rows(()).array(former, new).tolist() == []
    assert Rows.all_new(2).array(None, new).tolist() == [20, 21]


def test_numbers_are_given_anew_as_they_first_occur() -> None:
    order, numbers = numbered_anew(np.array([4, 1, 4, 0, 1]), 6)
    assert order.tolist() == [4, 1, 0]
    assert numbers.tolist() == [0, 1, 0, 2, 1]
