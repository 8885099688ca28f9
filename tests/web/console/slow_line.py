"""The console's socket with frames of the server that are late, however quick the machine is."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Page, WebSocketRoute

from tests.web.browsers import TIMEOUT_MS
from tests.web.servers import Frame

_LOOK_MS = 20


def nothing(_: Frame) -> bool:
    """No frame is late."""
    return False


def everything(_: Frame) -> bool:
    """Every frame is late."""
    return True


def is_event(frame: Frame) -> bool:
    """What is kept in a conversation is late; the rows of the list come at once."""
    return bool(frame["type"] == "event")


@dataclass
class SlowLine:
    """The console's socket, on which chosen frames of the server are late until `arrive`."""

    page: Page
    is_late: Callable[[Frame], bool] = nothing
    waiting: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Stand in between before the console connects."""
        self.page.route_web_socket("**/ws/agent", self._connect)

    def _connect(self, socket: WebSocketRoute) -> None:
        self.socket = socket
        server = socket.connect_to_server()
        server.on_message(self._pass)

    def _pass(self, text: str | bytes) -> None:
        if self.is_late(json.loads(text)):
            self.waiting.append(str(text))
        else:
            self.socket.send(text)

    def wait_for_late(self, chosen: Callable[[Frame], bool]) -> None:
        """Wait until such a frame is among the late ones."""
        for _ in range(TIMEOUT_MS // _LOOK_MS):
            if any(chosen(json.loads(text)) for text in self.waiting):
                return
            self.page.wait_for_timeout(_LOOK_MS)
        raise AssertionError(f"No such frame came; late are {self.waiting}.")

    def lose(self) -> None:
        """Drop what is late, as a line does that breaks; nothing is late after it."""
        self.wait_for_late(everything)
        self.waiting.clear()
        self.is_late = nothing

    def arrive(self) -> None:
        """Let everything through that was late, in its order; nothing is late after it."""
        self.wait_for_late(everything)
        while self.waiting:  # more may come while one is sent
            self.socket.send(self.waiting.pop(0))
        self.is_late = nothing
