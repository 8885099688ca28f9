"""A real server process with a temporary data folder, and clients that speak its protocol."""

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from handoff.accounts import Accounts, AgentRole
from handoff.database import migrate, open_database
from handoff.sites import Sites
from ingest import pipeline
from ingest.sources import SourceSpec
from knowledge.minilm import load_embedder
from knowledge.snapshot import FolderStore
from web.accounts.passwords import hash_password

PATIENCE_S = 60.0  # a deadline, not a wait: the machine may be busy with other tests
PASSWORD = "correct horse battery"
HOST_PAGE = "https://shop.example"

ARTICLES = {
    "returns.md": "# Returns\n\nYou can return anything within 30 days. Use the label in the box.\n",
    "delivery.md": "# Delivery times\n\nStandard delivery takes three working days in Norway.\n",
    "invoices.md": "# Invoices\n\nInvoices stand in your account under Billing.\n\n"
    "| plan | price |\n|---|---|\n| Basic | 5 euro |\n| Team | 9 euro |\n",
    "passwords.md": "# Forgotten password\n\n1. Open the log-in page.\n2. Press Forgot password.\n"
    "3. Follow the link in the e-mail.\n",
}

Frame = dict[str, Any]


@dataclass(frozen=True)
class Colleague:
    """Somebody who can log in."""

    name: str
    email: str
    password: str = PASSWORD
    role: AgentRole = AgentRole.AGENT


PEOPLE = (
    Colleague("Ada", "ada@shop.example"),
    Colleague("Bob", "bob@shop.example"),
    Colleague("Sue", "sue@shop.example", role=AgentRole.SUPERVISOR),
)


def prepare(
    folder: Path,
    articles: Mapping[str, str] = ARTICLES,
    people: Sequence[Colleague] = PEOPLE,
    model: str = "hash",
) -> str:
    """Make a data folder with articles, people and a site; gives the site's key."""
    source = folder.with_name(f"{folder.name}-articles")
    source.mkdir(parents=True)
    for name, text in articles.items():
        (source / name).write_text(text, encoding="utf-8")
    embedder = load_embedder(model)
    pipeline.run(
        [SourceSpec(str(source))],
        FolderStore(folder / "snapshots"),
        lambda: embedder,
        embedder.model_id,
    )
    engine = open_database(f"sqlite:///{folder / 'warmline.db'}")
    migrate(engine)
    accounts = Accounts(engine)
    for person in people:
        accounts.add(
            person.email,
            person.name,
            person.role,
            hash_password(person.password),
            must_change_password=False,
        )
    site = Sites(engine).add("Shop", [HOST_PAGE])
    engine.dispose()
    return site.key


@dataclass
class ServerProcess:
    """`warmline serve` on a free port; `url` is set once it says ready."""

    data: Path
    key: str
    environ: dict[str, str] = field(default_factory=dict)
    port: int = 0
    url: str = ""
    process: subprocess.Popen[str] | None = None
    clients: list[httpx.Client] = field(default_factory=list)

    def start(self) -> None:
        """Start and wait until it is ready."""
        command = [sys.executable, "-m", "web.commands", "serve"]
        with (self.data.parent / f"{self.data.name}.log").open("a") as log:
            self.process = subprocess.Popen(
                [*command, "--data", self.data, "--port", str(self.port)],
                env={**os.environ, "WARMLINE_EMBEDDING_MODEL": "hash", **self.environ},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("ready "), self.log()
        self.url = line.split()[1]
        self.port = int(self.url.rsplit(":", 1)[1])  # a restart comes back at the same address

    def log(self) -> str:
        """What it wrote to stderr."""
        return (self.data.parent / f"{self.data.name}.log").read_text()

    def kill(self) -> None:
        """`kill -9`."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self._wait()

    def stop(self) -> int:
        """Ask it to stop, as a service manager does; gives the exit code."""
        assert self.process is not None
        self.process.terminate()
        return self._wait()

    def _wait(self) -> int:
        assert self.process is not None
        assert self.process.stdout is not None
        code = self.process.wait(PATIENCE_S)
        self.process.stdout.close()
        return code

    def hang_up(self) -> None:
        """Close the agents' HTTP connections."""
        for client in self.clients:
            client.close()

    def session(self, **more: Any) -> httpx.Response:
        """Ask for a widget session."""
        body = {"key": self.key, **more}
        headers = {"origin": self.url}
        return httpx.post(
            f"{self.url}/api/widget/sessions", json=body, headers=headers, timeout=PATIENCE_S
        )

    def log_in(self, email: str = "ada@shop.example", password: str = PASSWORD) -> httpx.Client:
        """Log an agent in."""
        client = httpx.Client(base_url=self.url, timeout=PATIENCE_S)
        self.clients.append(client)
        answer = client.post("/api/login", json={"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        return client


class Line:
    """One socket: frames are read by a thread, so that a test can look for the ones it wants."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._frames: queue.Queue[Frame | None] = queue.Queue()
        self.seen: list[Frame] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with suppress(ConnectionClosed):  # the code is what counts; see `closed`
            for text in self._connection:
                self._frames.put(json.loads(text))
        self._frames.put(None)

    def send(self, type_: str, **fields: Any) -> None:
        """Send a frame."""
        self._connection.send(json.dumps({"type": type_, **fields}))

    def send_text(self, text: str | bytes) -> None:
        """Send anything."""
        self._connection.send(text)

    def until(self, wanted: Callable[[Frame], bool]) -> Frame:
        """Read up to the first frame that is wanted; all frames read stand in `seen`."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            frame = self._frames.get(timeout=max(0.1, deadline - time.monotonic()))
            assert frame is not None, f"closed with {self.close_code}; seen {self.seen}"
            self.seen.append(frame)
            if wanted(frame):
                return frame

    def event(self, kind: str, **fields: Any) -> Frame:
        """Read up to an event of this kind with these fields."""
        return self.until(
            lambda frame: (
                frame["type"] == "event"
                and frame["kind"] == kind
                and all(frame.get(name) == value for name, value in fields.items())
            )
        )

    def message_of(self, role: str) -> Frame:
        """Read up to a message from this role."""
        return self.until(
            lambda frame: (
                frame["type"] == "event"
                and frame["kind"] == "message"
                and frame["from"]["role"] == role
            )
        )

    def frame(self, type_: str) -> Frame:
        """Read up to a frame of this type."""
        return self.until(lambda frame: frame["type"] == type_)

    def closed(self) -> int | None:
        """Wait for the close and give its code."""
        self._reader.join(PATIENCE_S)
        assert not self._reader.is_alive()
        return self.close_code

    @property
    def close_code(self) -> int | None:
        """The code that the server sent; None when it just vanished."""
        return self._connection.protocol.close_rcvd and self._connection.protocol.close_rcvd.code

    def close(self) -> None:
        """Go away."""
        self._connection.close()


@contextmanager
def open_line(
    server: ServerProcess, path: str, *, origin: str | None = "", cookie: str = ""
) -> Iterator[Line]:
    """Open a socket from the server's own origin, or from another; None sends none."""
    headers = {"Cookie": cookie} if cookie else {}
    with connect(
        server.url.replace("http", "ws") + path,
        origin=server.url if origin == "" else origin,  # type: ignore[arg-type]
        additional_headers=headers,
        open_timeout=PATIENCE_S,
        compression=None,
    ) as connection:
        yield Line(connection)


@contextmanager
def customer_line(server: ServerProcess, session: dict[str, Any], after: int = 0) -> Iterator[Line]:
    """Connect a customer and say hello."""
    with open_line(server, "/ws/widget") as line:
        line.send("hello", token=session["token"], after=after)
        line.frame("welcome")
        yield line


@contextmanager
def agent_line(server: ServerProcess, client: httpx.Client, **hello: Any) -> Iterator[Line]:
    """Connect an agent and say hello."""
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    with open_line(server, "/ws/agent", cookie=cookie) as line:
        line.send("hello", **hello)
        line.frame("welcome")
        yield line


def copy_of(prepared: Path, target: Path) -> Path:
    """Give a test a data folder of its own."""
    shutil.copytree(prepared, target)
    return target
