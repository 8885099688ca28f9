"""A real server process with two agents, one site and a few articles; and customers who write to it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from websockets import Origin
from websockets.sync.client import ClientConnection, connect

WARMLINE = (sys.executable, "-c", "from web.commands import main; main()")
READY = re.compile(r"^ready (http://\S+)")
ANSWER_TIMEOUT_S = 30.0
EMAIL = "customer@shop.example"
ARTICLES = {
    "refunds.md": "# When your refund arrives\n\nWe send the refund within two working days after "
    "the parcel reaches us. Banks take three to five working days to show it.\n",
    "kettle.md": "# Descale the kettle\n\nFill the kettle with water and one sachet of descaler. "
    "Boil it, wait twenty minutes and rinse it twice.\n",
}


@dataclass(frozen=True)
class Colleague:
    """Somebody who can log in."""

    name: str
    email: str
    password: str


MIRA = Colleague("Mira Klein", "mira@shop.example", "seven-green-kettles")
JONAS = Colleague("Jonas Weber", "jonas@shop.example", "nine-blue-teacups")
AGENTS = (MIRA, JONAS)


@dataclass(frozen=True)
class Desk:
    """A running server and the key of its site."""

    url: str
    key: str

    @contextmanager
    def customer(self, name: str) -> Iterator["Customer"]:
        """A new customer with a socket of their own, who leaves this name with the desk."""
        opened = httpx.post(
            f"{self.url}/api/widget/sessions",
            json={"key": self.key, "page": "https://shop.example/orders"},
            headers={"origin": self.url},
            timeout=ANSWER_TIMEOUT_S,
        )
        session = opened.raise_for_status().json()
        address = self.url.replace("http", "ws", 1) + "/ws/widget"
        with connect(address, origin=Origin(self.url)) as socket:
            socket.send(json.dumps({"type": "hello", "token": session["token"], "after": 0}))
            yield Customer(socket, name)


class Customer:
    """A customer on the widget's socket. Commands wait for the event that answers them."""

    def __init__(self, socket: ClientConnection, name: str) -> None:
        self.name = name
        self._socket = socket
        self._known = False

    def _send(self, frame: dict[str, Any]) -> None:
        self._socket.send(json.dumps(frame))

    def _until(self, wanted: Any) -> dict[str, Any]:
        while True:
            frame: dict[str, Any] = json.loads(self._socket.recv(timeout=ANSWER_TIMEOUT_S))
            assert frame["type"] != "error", frame
            if wanted(frame):
                return frame

    def command(self, frame: dict[str, Any]) -> dict[str, Any]:
        """Send what changes something and return its event."""
        client_id = str(uuid4())
        self._send({**frame, "client_id": client_id})
        return self._until(lambda heard: heard.get("client_id") == client_id)

    def says(self, text: str) -> None:
        """Write a message; the first one is followed by the customer's name."""
        self.command({"type": "message", "text": text})
        if not self._known:
            self.command({"type": "email_me", "email": EMAIL, "name": self.name})
            self._known = True

    def asks_for_a_person(self) -> None:
        """Ask for a person and wait until the queue has the conversation."""
        self.command({"type": "ask_human"})
        self._until(lambda heard: heard.get("kind") == "handoff" and heard["state"] == "queued")

    def hears(self, role: str) -> str:
        """Wait for the next message of the bot or an agent."""
        heard = self._until(
            lambda frame: frame.get("kind") == "message" and frame["from"]["role"] == role
        )
        return str(heard["text"])

    def sees_the_end(self) -> None:
        """Wait until the episode is closed."""
        self._until(lambda heard: heard.get("kind") == "stage" and heard["stage"] == "closed")


Arrives = Callable[[str], Customer]


def warmline(data: Path, *words: str, given: str = "") -> str:
    """Run a command to its end and return what it printed."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from web.commands import main; main()",
            *words,
            "--data",
            str(data),
        ],
        input=given,
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def environment() -> dict[str, str]:
    """The quick embedder without meaning: these tests are about the console, not about answers."""
    return {**os.environ, "WARMLINE_EMBEDDING_MODEL": "hash"}


@contextmanager
def running_desk(folder: Path) -> Iterator[Desk]:
    """Serve a fresh data folder on a free port until the block ends."""
    data, articles = folder / "data", folder / "articles"
    articles.mkdir()
    for name, text in ARTICLES.items():
        (articles / name).write_text(text, encoding="utf-8")
    warmline(data, "ingest", str(articles))
    for agent in AGENTS:
        words = ("agent", "add", agent.email, "--name", agent.name, "--password-stdin")
        warmline(data, *words, given=agent.password + "\n")
    key = warmline(data, "site", "add", "Shop", "--origin", "https://shop.example").split()[-1]
    log = (folder / "server.log").open("w")
    process = subprocess.Popen(
        [*WARMLINE, "serve", "--port", "0", "--data", str(data)],
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        env=environment(),
    )
    try:
        assert process.stdout is not None
        ready = next((READY.match(line) for line in process.stdout if READY.match(line)), None)
        assert ready is not None, (folder / "server.log").read_text(encoding="utf-8")
        yield Desk(ready.group(1), key)
    finally:
        process.terminate()
        process.wait(timeout=ANSWER_TIMEOUT_S)
        if process.stdout is not None:
            process.stdout.close()
        log.close()
