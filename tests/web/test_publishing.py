"""Publishing with care, from the command line and on a schedule: preview, watch, schedule."""

import json
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.dialogue import Decision, Reply
from handoff.database import migrate, open_database
from handoff.desk import Desk
from handoff.events import ClientId, SiteId, VisitorHash, new_conversation_id
from knowledge.snapshot import FolderStore, Generation
from tests.web.command_line import PATIENCE_S, start, warmline, write_articles
from tests.web.servers import ServerProcess

LONGER = "# Returns\n\nYou can return anything within 60 days of delivery.\n"


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of articles, and their data folder beside."""
    folder = tmp_path_factory.mktemp("publishing")
    done = warmline("ingest", write_articles(folder / "articles"), "--data", folder / "data")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def place(ingested: Path, tmp_path: Path) -> Path:
    """A copy of both for one test."""
    return Path(shutil.copytree(ingested, tmp_path / "place"))


def current(place: Path) -> Generation | None:
    """What is served."""
    return FolderStore(place / "data" / "snapshots").current()


def test_a_damaged_snapshot_is_told_of_and_mended_by_force(place: Path) -> None:
    data = place / "data"
    before = current(place)
    assert before is not None
    (data / "snapshots" / before / "manifest.json").write_text("{", encoding="utf-8")
    told = warmline("snapshots", "--data", data)
    assert (told.returncode, told.stdout) == (0, b"")
    assert f"The current snapshot, {before}, is left out" in told.stderr.decode()
    assert "--force" in told.stderr.decode()
    refused = warmline("ingest", place / "articles", "--data", data)
    assert refused.returncode == 1
    assert "--force" in refused.stderr.decode()
    mended = warmline("ingest", place / "articles", "--data", data, "--force")
    assert mended.returncode == 0, mended.stderr
    assert current(place) != before
    listed = warmline("snapshots", "--data", data)
    assert listed.stdout.decode().startswith(f"* {current(place)}")
    assert listed.stderr == b""


def customer_asked(data: Path, text: str) -> None:
    """Put a question with its reply into the desk."""
    engine = open_database(f"sqlite:///{data / 'warmline.db'}")
    migrate(engine)
    desk = Desk(engine)
    asked = desk.customer_writes(
        new_conversation_id(), text, ClientId("c1"), site=SiteId("s"), visitor_hash=VisitorHash("v")
    )
    desk.bot_replies(asked.conversation, Reply(Decision.ANSWER, "Three days."), asked.seq)
    engine.dispose()


def test_preview_replays_conversations_and_a_file_and_publishes_nothing(place: Path) -> None:
    data, before = place / "data", current(place)
    customer_asked(data, "hold the button of the hub for ten seconds")
    (place / "articles" / "hub.md").unlink()
    (place / "articles" / "returns.md").write_text(LONGER)
    (place / "q.jsonl").write_text('{"question": "return anything within days of delivery"}\n')
    page = place / "preview.html"

    done = warmline(
        "ingest", place / "articles", "--data", data, "--json",
        "--preview", "--questions", place / "q.jsonl", "--preview-out", page,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    found = {change["question"]: change for change in told["changes"]}
    assert found["hold the button of the hub for ten seconds"]["effect"] == "lost"
    assert found["hold the button of the hub for ten seconds"]["origin"] == "conversation"
    assert found["hold the button of the hub for ten seconds"]["source_leaves"] == "hub.md"
    assert found["return anything within days of delivery"]["effect"] == "wording"
    assert told["ingest"]["published"] is False
    assert "within 60 days" in page.read_text().replace("<ins>", "").replace("</ins>", "")
    assert (current(place), list(data.glob(".preview-*"))) == (before, [])


def test_publish_if_publishes_only_within_the_limit(place: Path) -> None:
    data, before = place / "data", current(place)
    customer_asked(data, "hold the button of the hub for ten seconds")
    (place / "articles" / "hub.md").unlink()
    command = ("ingest", place / "articles", "--data", data, "--publish-if")

    refused = warmline(*command, "0")
    assert refused.returncode == 1
    assert b"1 answer would be lost, more than the 0 allowed" in refused.stderr
    assert b"hold the button of the hub for ten seconds" in refused.stdout
    assert current(place) == before

    allowed = warmline(*command, "1", "--json")
    assert allowed.returncode == 0, allowed.stderr
    told = json.loads(allowed.stdout)["ingest"]
    assert (told["published"], told["generation"]) == (True, current(place))
    assert current(place) != before

    again = warmline(*command, "0")
    assert again.returncode == 0
    assert b"Nothing would change" in again.stdout


def test_preview_of_an_unreadable_file_of_questions_fails_first(place: Path) -> None:
    (place / "q.jsonl").write_text("nonsense\n")
    done = warmline(
        "ingest", place / "articles", "--data", place / "data",
        "--preview", "--questions", place / "q.jsonl",
    )  # fmt: skip
    assert done.returncode == 1
    assert b"q.jsonl line 1" in done.stderr


@pytest.fixture
def watcher(place: Path) -> Iterator["subprocess.Popen[str]"]:
    """`warmline ingest --watch` at work."""
    process = start("ingest", place / "articles", "--data", place / "data", "--watch")
    deadline = threading.Timer(PATIENCE_S, process.kill)  # a hung watch ends the test's reading
    deadline.start()
    yield process
    deadline.cancel()
    if process.poll() is None:
        process.kill()
    process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda n: n.name)
def test_watch_says_a_line_a_run_and_ends_cleanly(
    watcher: "subprocess.Popen[str]", place: Path, number: signal.Signals
) -> None:
    assert watcher.stdout is not None
    assert "nothing changed" in watcher.stdout.readline()
    (place / "articles" / "returns.md").write_text(LONGER)
    line = watcher.stdout.readline()
    assert "5 articles: 0 new, 1 changed, 0 removed" in line
    assert line.rstrip().endswith(f"snapshot {current(place)}")
    watcher.send_signal(number)
    out, errors = watcher.communicate(timeout=PATIENCE_S)
    assert (watcher.returncode, out) == (0, ""), errors
    assert "Traceback" not in errors


def test_watch_says_what_failed_and_watches_on(
    watcher: "subprocess.Popen[str]", place: Path
) -> None:
    assert watcher.stdout is not None
    assert watcher.stderr is not None
    watcher.stdout.readline()
    for article in sorted((place / "articles").iterdir())[1:]:
        article.unlink()
    assert "Watching" in watcher.stderr.readline()
    assert "4 of 5 articles would be removed" in watcher.stderr.readline()
    write_articles(place / "more")
    for article in (place / "more").iterdir():
        shutil.move(article, place / "articles" / f"again-{article.name}")
    (place / "articles" / "delivery.md").write_text(LONGER)
    assert any("1 changed" in line for line in watcher.stdout)  # all in one run, or in two


def test_server_ingests_on_its_schedule(stopped_server: ServerProcess, tmp_path: Path) -> None:
    source = write_articles(tmp_path / "sources" / "articles")
    stopped_server.environ |= {
        "WARMLINE_INGEST_SOURCES": f"; {source} ;",
        "WARMLINE_INGEST_EVERY_S": "0.2",
    }
    store = FolderStore(stopped_server.data / "snapshots")
    stopped_server.start()
    await_log(stopped_server, "done articles=5 new=1 changed=4")
    (source / "returns.md").write_text(LONGER)
    await_log(stopped_server, "done articles=5 new=0 changed=1")
    published = store.current()
    await_log(stopped_server, f"snapshot in use generation={published}")
    for name in ("returns.md", "delivery.md", "invoices.md"):
        (source / name).unlink()
    await_log(stopped_server, "scheduled ingest failed: 3 of 5 articles would be removed")
    assert store.current() == published
    assert stopped_server.stop() == 0


def await_log(server: ServerProcess, words: str) -> None:
    """Wait until the server has logged something."""
    deadline = time.monotonic() + PATIENCE_S
    pause = threading.Event()
    while words not in server.log():
        assert time.monotonic() < deadline, server.log()
        pause.wait(0.05)
