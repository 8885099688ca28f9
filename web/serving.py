"""Running the server process: the lock on the data folder, the socket, the end."""

import gc
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

import uvicorn
from filelock import FileLock, Timeout

from knowledge.embedding import Embedder
from web.app import create_app
from web.errors import DoorError, FolderBusy
from web.logs import start_logging
from web.settings import Settings

SHUTDOWN_S = 10  # sockets are told at once (1012); this is for requests under way
BACKLOG = 2048


class AddressTaken(DoorError):
    """The port is in use."""


class Server(uvicorn.Server):
    """Says when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell."""
        await super().startup(sockets)
        if self.started and not self.should_exit:
            # Modules and model stay to the end: no collection need look through them again, which
            # took a quarter of a second each time, with every customer waiting.
            gc.collect()
            gc.freeze()
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop; being asked to is no failure, so the signal is not raised again at the end."""
        await super().shutdown(sockets)
        self._captured_signals.clear()


def run_server(
    settings: Settings,
    *,
    embedder: Embedder | None = None,
    demo: bool = False,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until a signal says stop.

    Args:
        settings: what the owner chose.
        embedder: a model that is loaded already.
        demo: serve the sample company's shop too.
        ready: called with the address once it answers; None prints `ready URL`.

    Raises:
        FolderBusy: another server has this SQLite data folder.
        AddressTaken: the port is in use.
    """
    start_logging(settings.log_level)
    with only_server(settings), listening(settings.host, settings.port) as listener:
        url = f"http://{shown_host(settings.host)}:{listener.getsockname()[1]}"
        config = uvicorn.Config(
            create_app(settings, embedder=embedder, demo=demo),
            host=settings.host,
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            ws_max_size=settings.max_frame_bytes,
            access_log=False,
            log_config=None,
            server_header=False,
            forwarded_allow_ips=settings.trusted_proxies,
            timeout_graceful_shutdown=SHUTDOWN_S,
        )
        tell = ready or say_ready
        server = Server(config, lambda: tell(url))
        server.run(sockets=[listener])
        if not server.started:
            sys.exit(1)


def say_ready(url: str) -> None:
    """Print what scripts wait for."""
    print(f"ready {url}", flush=True)


@contextmanager
def only_server(settings: Settings) -> Iterator[None]:
    """Hold the data folder's lock: an SQLite folder has one server."""
    if not settings.uses_sqlite:
        with nullcontext():
            yield
        return
    settings.data.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.data / "server.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise FolderBusy(
            f"Another server uses the folder {settings.data}. Stop it first, or use --data."
        ) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Listen on an address, before the model is loaded, so that a taken port is told at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise AddressTaken(
                f"Cannot listen on {host} port {port}: {error.strerror}. Try another --port."
            ) from None
        listener.set_inheritable(True)
        yield listener
    finally:
        listener.close()


def shown_host(host: str) -> str:
    """Write a host as it stands in an address that can be opened."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104 (shown, not bound)
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
