"""A copy of a running system is whole, and serves."""

import json
import threading
from pathlib import Path

from tests.web.command_line import warmline
from tests.web.servers import ServerProcess, customer_line


def test_backup_of_a_busy_server_is_restored_with_everything_acknowledged(
    own_server: ServerProcess, tmp_path: Path
) -> None:
    session = own_server.session().json()
    copy = tmp_path / "copy"
    with customer_line(own_server, session) as line:
        line.send("message", client_id="m0", text="Can I return my order within 30 days?")
        line.message_of("bot")
        before = [frame for frame in line.seen if frame["type"] == "event"]
        stop = threading.Event()
        writer = threading.Thread(target=keep_writing, args=(own_server, stop))
        writer.start()
        done = warmline("backup", copy, "--data", own_server.data)
        stop.set()
        writer.join()
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().strip() == str(copy)
    assert own_server.stop() == 0

    restored = ServerProcess(copy, own_server.key)
    restored.start()
    try:
        with customer_line(restored, session) as line:  # the copied secret still knows the token
            line.event("message", seq=before[-1]["seq"])
            after = [frame for frame in line.seen if frame["type"] == "event"]
            line.send("message", client_id="m9", text="And how long is delivery to Norway?")
            line.message_of("bot")
        ada = restored.log_in()
        assert ada.get("/readyz").status_code == 200
    finally:
        restored.hang_up()
        assert restored.stop() == 0, restored.log()
    assert after[: len(before)] == before
    original = warmline("snapshots", "--json", "--data", own_server.data)
    assert json.loads(warmline("snapshots", "--json", "--data", copy).stdout) == json.loads(
        original.stdout
    )


def keep_writing(server: ServerProcess, stop: threading.Event) -> None:
    """Customers who write while the copy is made."""
    number = 0
    while not stop.is_set():
        number += 1
        with customer_line(server, server.session().json()) as line:
            line.send("message", client_id=f"w{number}", text="Where are my invoices?")
            line.event("message", client_id=f"w{number}")


def test_backup_overwrites_nothing(own_server: ServerProcess, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    done = warmline("backup", tmp_path / "there", "--data", own_server.data)
    assert done.returncode == 1
    assert b"exists already" in done.stderr
