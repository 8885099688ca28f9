"""What an operator names, and the files behind it."""

import errno
import os
import stat
import zipfile
from pathlib import Path

import pytest

from ingest import sources
from ingest.errors import FileRefused, SourceRefused
from ingest.sources import ArchiveTree, Entry, FolderTree, SourceSpec, open_tree


def found(tree: sources.Tree) -> tuple[list[str], list[str]]:
    entries = list(tree.entries())
    return (
        [e.path for e in entries if isinstance(e, Entry)],
        [str(e) for e in entries if isinstance(e, FileRefused)],
    )


@pytest.mark.parametrize(
    ("text", "name", "location"),
    [
        ("docs", None, "docs"),
        ("shop=docs", "shop", "docs"),
        ("shop=https://a.example/x?y=1", "shop", "https://a.example/x?y=1"),
        ("https://a.example/x?y=1", None, "https://a.example/x?y=1"),
    ],
)
def test_a_source_may_carry_a_name(text: str, name: str | None, location: str) -> None:
    assert SourceSpec.parse(text) == SourceSpec(location, name)


def test_a_path_with_an_equals_sign_that_exists_is_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a=b").mkdir()
    monkeypatch.chdir(tmp_path)
    assert SourceSpec.parse("a=b") == SourceSpec("a=b")


@pytest.mark.parametrize("text", ["", "  ", "name="])
def test_an_empty_source_is_refused(text: str) -> None:
    with pytest.raises(SourceRefused):
        SourceSpec.parse(text)


def test_a_missing_place_is_refused_by_name() -> None:
    with pytest.raises(SourceRefused, match="no-such-place"):
        open_tree(SourceSpec("no-such-place"))


def test_hidden_files_and_editor_leftovers_are_not_listed(tmp_path: Path) -> None:
    for name in ("a.md", ".hidden.md", "b.md~", "~$c.docx", ".git/x.md", "sub/d.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert found(FolderTree(tmp_path)) == (["a.md", "sub/d.md"], [])


def test_links_out_of_the_folder_are_refused_by_name_and_links_inside_are_read(
    tmp_path: Path,
) -> None:
    outside = tmp_path / "secret.md"
    outside.write_text("secret")
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.md").write_text("x")
    (folder / "inside.md").symlink_to(folder / "a.md")
    (folder / "outside.md").symlink_to(outside)
    (folder / "around").symlink_to(folder)
    (folder / "dead.md").symlink_to(folder / "gone.md")
    paths, refused = found(FolderTree(folder))
    assert paths == ["a.md", "inside.md"]
    assert [text.split(":")[0] for text in refused] == ["around", "dead.md", "outside.md"]
    with pytest.raises(FileRefused, match=r"outside\.md"):
        FolderTree(folder).read("outside.md")
    with pytest.raises(FileRefused):
        FolderTree(folder).read("../secret.md")


def test_links_back_to_themselves_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("text")
    (tmp_path / "loop.md").symlink_to("loop.md")
    found = list(open_tree(SourceSpec.parse(str(tmp_path))).entries())
    assert [one.path for one in found if isinstance(one, Entry)] == ["a.md"]
    (refused,) = [str(one) for one in found if isinstance(one, FileRefused)]
    assert refused.startswith("loop.md: ")


@pytest.mark.parametrize("path", ["..", "sub/..", "../other.md", "sub/../../other.md", "out/x.md"])
def test_no_path_reads_beside_the_folder(tmp_path: Path, path: str) -> None:
    (tmp_path / "other.md").write_text("not ours")
    beside = tmp_path / "beside"
    beside.mkdir()
    (beside / "x.md").write_text("not ours")
    help_ = tmp_path / "help"
    (help_ / "sub").mkdir(parents=True)
    (help_ / "out").symlink_to(beside)
    tree = open_tree(SourceSpec.parse(str(help_)))
    assert not tree.holds(path)
    with pytest.raises(FileRefused):
        tree.read(path)


def test_what_cannot_be_looked_at_is_refused_when_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.md").write_text("text")
    tree = open_tree(SourceSpec.parse(str(tmp_path)))
    with pytest.raises(FileRefused, match=r"\.md"):
        tree.read(f"{'long' * 100}.md")

    def unreadable(_: Path) -> bool:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "is_symlink", unreadable)
    assert tree.read("a.md") == b"text"
    with pytest.raises(FileRefused, match=r"b\.md"):
        tree.read("b.md")


def test_names_that_are_no_plain_text_are_refused_and_shown_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x")
    (tmp_path / "two\nlines.md").write_text("x")
    (tmp_path / os.fsdecode(b"no\xfftext.md")).write_text("x")
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "folder.md").mkdir()
    paths, refused = found(FolderTree(tmp_path))
    assert paths == ["a.md"]
    assert [text.split(":")[0] for text in refused] == [
        "no\\xfftext.md",
        "pipe.md",
        "two\\nlines.md",
    ]


def test_file_over_the_limit_is_refused_by_name(tmp_path: Path) -> None:
    with (tmp_path / "big.md").open("wb") as file:
        file.truncate(sources.MAX_FILE_BYTES + 1)
    with pytest.raises(FileRefused, match=r"big\.md: larger than 50 MB"):
        FolderTree(tmp_path).read("big.md")


def test_single_file_is_a_source(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("text")
    tree = open_tree(SourceSpec(str(tmp_path / "a.md")))
    assert found(tree) == (["a.md"], [])
    assert tree.read("a.md") == b"text"
    assert not tree.holds("b.md")


def write_zip(path: Path, files: dict[str, bytes | zipfile.ZipInfo]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            if isinstance(data, zipfile.ZipInfo):
                archive.writestr(data, "target")
            else:
                archive.writestr(name, data)
    return path


def test_archive_is_read_without_unpacking(tmp_path: Path) -> None:
    tree = open_tree(
        SourceSpec(
            str(
                write_zip(tmp_path / "h.zip", {"b/c.md": b"x", "a.md": b"y", "__MACOSX/a.md": b"z"})
            )
        )
    )
    assert found(tree) == (["a.md", "b/c.md"], [])
    assert tree.read("b/c.md") == b"x"


def test_bombs_links_and_climbing_paths_in_an_archive_are_refused_by_name(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.md")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    tree = ArchiveTree(
        write_zip(
            tmp_path / "h.zip",
            {
                "ok.md": b"fine",
                "bomb.md": b"\0" * 20_000_000,
                "link.md": link,
                "../up.md": b"x",
                "/root.md": b"x",
            },
        )
    )
    paths, refused = found(tree)
    assert paths == ["ok.md"]
    reasons = {text.split(":")[0]: text for text in refused}
    assert "bomb" in reasons["bomb.md"]
    assert "link" in reasons["link.md"]
    assert "out of the archive" in reasons["../up.md"]
    assert "out of the archive" in reasons["/root.md"]


def test_archive_member_whose_header_lies_about_its_size_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "MAX_FILE_BYTES", 1000)
    path = write_zip(tmp_path / "h.zip", {"a.md": bytes(range(256)) * 8})
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")  # the directory's entry: claim 10 bytes
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    with pytest.raises(FileRefused, match=r"a\.md"):
        ArchiveTree(path).read("a.md")


def test_what_is_no_archive_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "h.zip").write_bytes(b"not a zip")
    with pytest.raises(SourceRefused, match=r"h\.zip"):
        open_tree(SourceSpec(str(tmp_path / "h.zip")))
