"""A run from files to a published snapshot, with a real store and the hash embedder."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from ingest.errors import NothingToServe, PathCollision, TooManyRemoved
from ingest.pipeline import run
from ingest.report import Rename, Report, Severity
from ingest.sources import SourceSpec
from knowledge.articles import ArticleId
from knowledge.embedding import Embedder, Encoded
from knowledge.errors import KnowledgeError
from knowledge.hashing import HashEmbedder
from knowledge.snapshot import FolderStore, Generation, Snapshot, SnapshotDraft


class CountingEmbedder:
    """The hash embedder, counting what it is asked to encode."""

    def __init__(self) -> None:
        self._inner = HashEmbedder()
        self.texts: list[str] = []
        self.loads = 0

    def load(self) -> Embedder:
        self.loads += 1
        return self

    @property
    def model_id(self) -> str:
        return self._inner.model_id

    @property
    def dimensions(self) -> int:
        return self._inner.dimensions

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        self.texts += texts
        return self._inner.encode(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._inner.count_tokens(texts)


class Desk:
    """A folder of articles, a store, and a way to run an ingest of one into the other."""

    def __init__(self, root: Path) -> None:
        self.help = root / "help"
        self.help.mkdir()
        self.store = FolderStore(root / "snapshots")
        self.embedder = CountingEmbedder()

    def write(self, path: str, text: str) -> None:
        file = self.help / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def ingest(self, *, dry_run: bool = False, force: bool = False, source: str = "") -> Report:
        self.embedder.texts.clear()
        self.embedder.loads = 0
        spec = SourceSpec.parse(source or str(self.help))
        return run(
            [spec], self.store, self.embedder.load, self.embedder.model_id,
            dry_run=dry_run, force=force,
        )  # fmt: skip

    @property
    def served(self) -> Snapshot:
        current = self.store.current()
        assert current is not None
        return self.store.open(current)

    def served_ids(self) -> list[str]:
        return [article.id for article in self.served.articles()]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    for number in range(10):
        desk.write(f"topic-{number}.md", f"# Topic {number}\n\nThe answer to {number} is here.\n")
    desk.ingest()
    return desk


def test_every_article_of_a_folder_is_served(desk: Desk) -> None:
    assert desk.served_ids() == [f"topic-{n}.md" for n in range(10)]


def test_second_run_embeds_nothing_loads_no_model_and_publishes_nothing(desk: Desk) -> None:
    before = desk.store.current()
    report = desk.ingest()
    assert (report.embedded, report.published, report.unchanged) == (0, False, 10)
    assert desk.embedder.loads == 0
    assert desk.store.current() == before


def test_touching_one_article_embeds_only_its_passages(desk: Desk) -> None:
    desk.write("topic-3.md", "# Topic 3\n\nAnother answer.\n")
    report = desk.ingest()
    assert report.changed == ("topic-3.md",)
    assert (report.embedded, report.reused) == (1, 9)
    assert [text for text in desk.embedder.texts if "Another" not in text] == []


def test_articles_that_did_not_change_stay_as_they_are(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts = []
    publish = FolderStore.publish

    def noted(store: FolderStore, draft: SnapshotDraft) -> Generation:
        drafts.append(draft)
        return publish(store, draft)

    monkeypatch.setattr(FolderStore, "publish", noted)
    desk.write("topic-3.md", "# Topic 3\n\nAnother answer.\n")
    desk.ingest()
    (draft,) = drafts
    assert [one.id for one in draft.articles] == ["topic-3.md"]
    assert sorted(draft.kept) == [name for name in desk.served_ids() if name != "topic-3.md"]


def test_a_run_that_changes_nothing_loads_no_model_whatever_is_left_out(desk: Desk) -> None:
    desk.write("bare.html", "<main><h2>Only a heading</h2></main>")
    desk.write("empty.md", "")
    desk.write("draft.md", "---\nstatus: draft\n---\n# Draft\n\nNot yet.\n")
    desk.write("twin.md", (desk.help / "topic-1.md").read_text(encoding="utf-8"))
    left_out = {problem.file for problem in desk.ingest().problems}
    assert left_out == {"bare.html", "empty.md", "draft.md", "twin.md"}
    report = desk.ingest()
    assert (report.published, desk.embedder.loads) == (False, 0)


ARTICLES_OF_WRITERS = [
    "security.md",
    "account/security.md",
    "Security.md",
    "contributing/authors.md",
    "driving/licence.md",
    "legal/notice.html",
    "requirements.md",
    "changelog.md",
    "robots.md",
]
ABOUT_CODE = [
    "SECURITY.md",
    "docs/CONTRIBUTING.md",
    "CODE_OF_CONDUCT.md",
    "CHANGELOG.rst",
    "LICENSE",
    "NOTICE.txt",
    "robots.txt",
    "requirements.txt",
]


@pytest.mark.parametrize("path", ARTICLES_OF_WRITERS)
def test_an_article_may_be_named_as_a_repository_names_its_files(desk: Desk, path: str) -> None:
    desk.write(path, f"<h1>{path}</h1>\n\nThis helps customers with {path}.\n")
    report = desk.ingest()
    assert report.problems == ()
    assert path in desk.served_ids()


@pytest.mark.parametrize("path", ABOUT_CODE)
def test_what_a_repository_says_of_itself_is_left_out_by_name(desk: Desk, path: str) -> None:
    desk.write(path, f"# {path}\n\nThis is for developers: {path}.\n")
    report = desk.ingest()
    assert [(p.file, p.severity) for p in report.problems] == [(path, Severity.SKIPPED)]
    assert path not in desk.served_ids()


def test_front_matter_makes_an_article_of_any_name(desk: Desk) -> None:
    desk.write("SECURITY.md", "---\ntitle: Sign in safely\n---\nTurn on the second step.\n")
    desk.write("README.md", "# Help\n\nWelcome to the help centre.\n")
    assert desk.ingest().problems == ()
    assert {"SECURITY.md", "README.md"} <= set(desk.served_ids())


def test_a_damaged_snapshot_is_mended_by_force(desk: Desk) -> None:
    damaged = desk.served
    path = damaged.files.folder / "pooled.npy"
    path.write_bytes(path.read_bytes()[:-2] + b"xx")
    with pytest.raises(KnowledgeError, match="--force"):
        desk.ingest()
    assert desk.ingest(force=True).published
    assert desk.served.article_ids == damaged.article_ids


def test_deleted_article_is_not_served_after_the_next_publish(desk: Desk) -> None:
    (desk.help / "topic-4.md").unlink()
    assert desk.ingest().removed == ("topic-4.md",)
    assert desk.served.article(ArticleId("topic-4.md")) is None


@pytest.mark.parametrize("mark", ["draft: true", "status: archived", "published: false"])
def test_unpublished_article_leaves_with_the_next_publish(desk: Desk, mark: str) -> None:
    desk.write("topic-4.md", f"---\n{mark}\n---\n# Topic 4\n\nThe answer to 4 is here.\n")
    report = desk.ingest()
    assert report.removed == ("topic-4.md",)
    assert any(p.file == "topic-4.md" and "not served" in p.message for p in report.problems)


def test_removing_more_than_a_fifth_stops_until_forced(desk: Desk) -> None:
    for number in range(3):
        (desk.help / f"topic-{number}.md").unlink()
    with pytest.raises(TooManyRemoved, match=r"3 of 10.*--force"):
        desk.ingest()
    assert len(desk.served_ids()) == 10
    assert desk.ingest(force=True).published
    assert len(desk.served_ids()) == 7


def test_renamed_file_is_a_rename_and_embeds_nothing(desk: Desk) -> None:
    (desk.help / "topic-5.md").rename(desk.help / "moved.md")
    report = desk.ingest()
    assert report.renamed == (Rename("topic-5.md", "moved.md"),)
    assert (report.added, report.removed, report.embedded) == ((), (), 0)
    assert desk.embedder.texts == []
    assert "moved.md" in desk.served_ids()
    assert "topic-5.md" not in desk.served_ids()


def test_dry_run_reports_and_changes_nothing(desk: Desk) -> None:
    before = desk.store.current()
    desk.write("new.md", "# New\n\nSomething new.\n")
    report = desk.ingest(dry_run=True)
    assert report.added == ("new.md",)
    assert (report.published, desk.embedder.loads) == (False, 0)
    assert desk.store.current() == before


def test_same_text_under_two_paths_is_served_once_and_reported(desk: Desk) -> None:
    desk.write("zz-copy.md", "# Topic 1\n\nThe answer to 1 is here.\n")
    report = desk.ingest()
    assert "zz-copy.md" not in desk.served_ids()
    assert any(p.file == "zz-copy.md" and "topic-1.md" in p.message for p in report.problems)


def test_file_that_became_unreadable_keeps_its_served_version_and_is_reported(desk: Desk) -> None:
    (desk.help / "topic-6.md").write_bytes(b"\x00\x01\x02binary")
    report = desk.ingest()
    assert [(p.file, p.severity) for p in report.problems] == [("topic-6.md", Severity.ERROR)]
    assert "topic-6.md" in desk.served_ids()


def test_nothing_to_serve_is_refused(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write("empty.md", "\n")
    with pytest.raises(NothingToServe, match=r"empty\.md"):
        desk.ingest()
    assert desk.store.current() is None


def test_same_path_in_two_sources_is_refused_unless_named(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    desk.write("a.md", "# A\n\nOne text.\n")
    (other / "a.md").write_text("# A\n\nOther text.\n", encoding="utf-8")
    load, model = desk.embedder.load, desk.embedder.model_id
    specs = [SourceSpec.parse(str(desk.help)), SourceSpec.parse(str(other))]
    with pytest.raises(PathCollision, match=r"a\.md.*NAME="):
        run(specs, desk.store, load, model)
    specs[1] = SourceSpec.parse(f"shop={other}")
    run(specs, desk.store, load, model)
    assert desk.served_ids() == ["a.md", "shop/a.md"]


def test_included_part_that_changes_changes_the_article(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write("_includes/contact.md", "Call us at 100.\n")
    desk.write("help.md", "# Help\n\n{% include contact.md %}\n")
    desk.ingest()
    desk.write("_includes/contact.md", "Call us at 200.\n")
    assert desk.ingest().changed == ("help.md",)
    article = desk.served.article(ArticleId("help.md"))
    assert article is not None
    assert "Call us at 200." in article.text


def test_progress_ends_with_everything_read_embedded_and_published(tmp_path: Path) -> None:
    said: list[tuple[str, int, int]] = []

    class Listener:
        def has_read(self, done: int, total: int) -> None:
            said.append(("read", done, total))

        def has_embedded(self, done: int, total: int) -> None:
            said.append(("embedded", done, total))

        def publishes(self) -> None:
            said.append(("publish", 0, 0))

    desk = Desk(tmp_path)
    desk.write("a.md", "# A\n\nText of a.\n")
    desk.write("b.md", "# B\n\nText of b.\n")
    run(
        [SourceSpec(str(desk.help))], desk.store, desk.embedder.load, desk.embedder.model_id,
        progress=Listener(),
    )  # fmt: skip
    assert ("read", 2, 2) in said
    assert said[-2:] == [("embedded", 2, 2), ("publish", 0, 0)]


def test_report_is_json(desk: Desk) -> None:

    desk.write("new.md", "# New\n\nSomething new.\n")
    told = json.loads(json.dumps(desk.ingest().to_json()))
    assert told["added"] == ["new.md"]
    assert told["published"] is True


def test_an_archive_inside_a_folder_is_named_with_what_to_do(desk: Desk) -> None:
    (desk.help / "more.zip").write_bytes(b"PK")
    told = {problem.file: problem.message for problem in desk.ingest().problems}
    assert "a source of its own" in told["more.zip"]
