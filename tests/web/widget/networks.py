"""A network that can be cut, slowed and made to lie, between a browser and a server."""

import socket
import threading
from contextlib import suppress
from enum import StrEnum

CHUNK_BYTES = 2048
SLOW_S = 0.05  # for every chunk, both ways


class Weather(StrEnum):
    """What becomes of bytes."""

    FINE = "fine"
    SLOW = "slow"
    CUT = "cut"  # connections break, new ones are refused at once
    SILENT = "silent"  # everything is taken and nothing arrives: the lie


class Network:
    """Forwards TCP from `port` to the server's; `weather` may change at any time."""

    def __init__(self, server_port: int) -> None:
        self.server_port = server_port
        self._weather = Weather.FINE
        self._lines: set[socket.socket] = set()
        self._over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """The server's address through this network."""
        return f"http://127.0.0.1:{self.port}"

    def turn(self, weather: Weather) -> None:
        """Change the weather; a cut, or the end of silence, breaks what is connected."""
        before, self._weather = self._weather, weather
        if weather is Weather.CUT or before is Weather.SILENT:
            self._break()

    def close(self) -> None:
        """No more network."""
        self._over.set()
        self._listener.close()
        self._break()

    def _break(self) -> None:
        for line in list(self._lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                inner, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(inner,), daemon=True).start()

    def _serve(self, inner: socket.socket) -> None:
        if self._weather is Weather.CUT:
            inner.close()
            return
        try:
            outer = socket.create_connection(("127.0.0.1", self.server_port))
        except OSError:  # the server is down
            inner.close()
            return
        self._lines |= {inner, outer}
        back = threading.Thread(target=self._carry, args=(outer, inner), daemon=True)
        back.start()
        self._carry(inner, outer)
        back.join()
        self._lines -= {inner, outer}
        inner.close()
        outer.close()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK_BYTES):
                if self._weather is Weather.SILENT:
                    continue
                if self._weather is Weather.SLOW:
                    self._over.wait(SLOW_S)
                target.sendall(data)
        for line in (source, target):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
