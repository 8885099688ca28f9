"""The command line as a real process: what it prints where, and how it ends."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.lock import only_ingest
from knowledge.snapshot import FolderStore
from tests.web.command_line import ARTICLES, environment, warmline, write_articles

EVERY_HELP = """
import sys
from typer.main import get_command
from web.commands import app
from web.commands import main

def paths(command, before=()):
    yield before
    for name, inner in getattr(command, "commands", {}).items():
        yield from paths(inner, (*before, name))

for words in list(paths(get_command(app))):
    sys.argv = ["warmline", *words, "--help"]
    try:
        main()
    except SystemExit as end:
        assert end.code == 0, words
heavy = {"torch", "sentence_transformers", "transformers", "faiss", "sklearn", "sqlalchemy"}
print("LOADED", *sorted(heavy & set(sys.modules)))
"""


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A data folder with two snapshots, and the folder of articles."""
    folder = tmp_path_factory.mktemp("ingested")
    source, data = write_articles(folder / "articles"), folder / "data"
    first = warmline("ingest", source, "--data", data)
    assert first.returncode == 0, first.stderr
    (source / "hub.md").write_text("# Resetting the hub\n\nHold the button for twelve seconds.\n")
    second = warmline("ingest", source, "--data", data, "--json")
    report = json.loads(second.stdout)
    assert (report["changed"], report["embedded"], report["reused"]) == (["hub.md"], 1, 4)
    return data, source


@pytest.fixture
def data(ingested: tuple[Path, Path], tmp_path: Path) -> Path:
    """A copy of the data folder for one test."""
    return Path(shutil.copytree(ingested[0], tmp_path / "data"))


def test_help_of_every_command_loads_no_model() -> None:
    told = subprocess.run(
        [sys.executable, "-c", EVERY_HELP],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines()[-1] == "LOADED"
    assert "--publish-if" in told.stdout


@pytest.mark.parametrize(
    "args",
    [
        ("dance",),
        ("ingest",),
        ("ingest", "x", "--watch", "--preview"),
        ("ingest", "x", "--questions", "q.jsonl"),
        ("snapshots", "rollback"),
        ("bench", "weather"),
        ("ask", "a question", "--batch", "file.jsonl"),
        ("agent", "add", "ada@shop.example", "--role", "king"),
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2_and_says_so(args: tuple[str, ...], tmp_path: Path) -> None:
    done = warmline(*args, WARMLINE_DATA=str(tmp_path))
    assert done.returncode == 2, done.stderr
    assert b"Traceback" not in done.stderr
    assert done.stderr.strip()
    assert not done.stdout


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("ask", "where is it?"), "Nothing is published yet"),
        (("snapshots", "rollback", "../../etc"), "There is no snapshot"),
        (("ingest", "no-such-folder"), "no-such-folder"),
        (("ingest", "no-such-folder", "--watch"), "no-such-folder"),
        (("ingest", "http://127.0.0.1:9/a"), "127.0.0.1"),
        (("backup",), "no database"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_failure_ends_with_1_and_a_sentence(
    args: tuple[str, ...], words: str, tmp_path: Path
) -> None:
    done = warmline(*args, "--data", tmp_path / "data")
    assert done.returncode == 1, done.stderr
    assert words in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert not done.stdout


def test_a_bad_setting_is_told_by_name(tmp_path: Path) -> None:
    done = warmline("snapshots", "--data", tmp_path, WARMLINE_SNAPSHOTS_KEPT="none")
    assert done.returncode == 1
    assert b"WARMLINE_SNAPSHOTS_KEPT = 'none'" in done.stderr


def test_snapshots_are_listed_inspected_and_rolled_back(data: Path) -> None:
    listed = json.loads(warmline("snapshots", "--json", "--data", data).stdout)
    assert [row["current"] for row in listed] == [True, False]
    newest, oldest = (row["generation"] for row in listed)

    told = json.loads(warmline("snapshots", "inspect", "--json", "--data", data).stdout)
    assert (told["generation"], told["since"], told["changed"]) == (newest, oldest, ["hub.md"])
    assert told["model"].startswith("hash")

    back = warmline("snapshots", "rollback", oldest, "--data", data)
    assert back.returncode == 0
    assert FolderStore(data / "snapshots").current() == oldest
    assert warmline("article", "hub.md", "--data", data).stdout.decode() == ARTICLES["hub.md"]
    newer = warmline("article", "hub.md", "--snapshot", newest, "--data", data)
    assert "twelve seconds" in newer.stdout.decode()


def test_no_more_snapshots_are_kept_than_the_setting_says(
    data: Path, ingested: tuple[Path, Path], tmp_path: Path
) -> None:
    source = Path(shutil.copytree(ingested[1], tmp_path / "articles"))
    (source / "hub.md").write_text("# Resetting the hub\n\nPull the plug.\n")
    done = warmline("ingest", source, "--data", data, WARMLINE_SNAPSHOTS_KEPT="1")
    assert done.returncode == 0, done.stderr
    assert len(FolderStore(data / "snapshots").list()) == 1


def test_unknown_article_is_named(data: Path) -> None:
    done = warmline("article", "nowhere.md", "--data", data)
    assert done.returncode == 1
    assert b"'nowhere.md'" in done.stderr


def test_batch_gives_every_line_its_line_in_order(data: Path) -> None:
    lines = [
        b'{"id": "plain", "question": "return anything within days of delivery"}',
        b"not json",
        json.dumps({"id": "huge", "question": "delivery " * 200_000}).encode(),
        b"",
        json.dumps({"id": "arabic", "question": "متى يصل طلبي؟"}).encode(),
        b"\xff\xfe\x00garbage",
        b'{"id": "empty", "question": ""}',
        b"[" * 5000,
        b'{"id": 7, "question": "\\u0000\\ud83d\\ude00", "history": [{"role": "user", "text": ""}]}',
        b'{"question": "no id"}',
        b'{"id": "role", "question": "q", "history": [{"role": "king", "text": "x"}]}',
        json.dumps({"id": "last", "question": "配送はいつですか"}, ensure_ascii=False).encode(),
    ]
    done = warmline("ask", "--batch", "-", "--data", data, stdin=b"\n".join(lines))

    records = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [record["id"] for record in records] == [
        "plain", None, "huge", None, "arabic", None, "empty", None, 7, None, None, "last",
    ]  # fmt: skip
    assert [r["line"] for r in records if r["id"] is None] == [2, 4, 6, 8, 10, 11]
    assert all(record["error"] for record in records if record["id"] is None)
    for record in records:
        for citation in record.get("citations", []):
            text = warmline("article", citation["article"], "--data", data).stdout.decode()
            assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr


def test_second_ingest_says_who_is_at_work(data: Path, ingested: tuple[Path, Path]) -> None:
    with only_ingest(data / "ingest.lock"):
        done = warmline("ingest", ingested[1], "--data", data)
    assert done.returncode == 1
    assert f"process {os.getpid()}" in done.stderr.decode()
    assert b"already running" in done.stderr
