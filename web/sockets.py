"""What both sockets have in common: the greeting, the reading loop, the end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from pydantic import TypeAdapter
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from web.errors import TooMany
from web.hub import Reader, serve_reader
from web.limits import Bucket
from web.middleware import is_own_origin
from web.refusals import error_notice
from web.wire import Close
from web.wire.incoming import BadFrame, Ping, read_frame
from web.wire.outgoing import Pong
from web.wiring import Wiring

log = logging.getLogger(__name__)

T = TypeVar("T")

MAX_REASON_BYTES = 120  # a close frame holds 123 (RFC 6455, 5.5)
FRAMES_PER_MINUTE = 1200.0  # all frames, also those that change nothing (typing, ping)
FRAMES_BURST = 120.0


class Closed(Exception):
    """The socket has to be closed with this code."""

    def __init__(self, code: Close, reason: str) -> None:
        super().__init__(reason)
        self.code = code


async def greet(socket: WebSocket, wiring: Wiring, hello: TypeAdapter[T]) -> T:
    """Accept the socket and read its first frame.

    Raises:
        Closed: foreign origin (4403), no hello in time (4408), or not a hello (4400).
        WebSocketDisconnect: the other side has gone.
    """
    await socket.accept()  # a code can be sent on an accepted socket only
    if not is_own_origin(socket, wiring.settings.public_url):
        raise Closed(Close.ORIGIN, "this socket answers to our own pages only")
    try:
        async with asyncio.timeout(wiring.settings.hello_timeout_s):
            text = await receive_text(socket)
    except TimeoutError:
        raise Closed(Close.NO_HELLO, "no hello in time") from None
    return understood(hello, text)


async def receive_text(socket: WebSocket) -> str:
    """Wait for one text frame; a binary one is a bad frame."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    text = message.get("text")
    if text is None:
        raise Closed(Close.BAD_FRAME, "frames are text")
    assert isinstance(text, str)
    return text


def understood(adapter: TypeAdapter[T], text: str) -> T:
    """Read a frame, or close the socket with 4400."""
    try:
        return read_frame(adapter, text)
    except BadFrame as bad:
        raise Closed(Close.BAD_FRAME, str(bad)) from None


async def converse(
    socket: WebSocket,
    wiring: Wiring,
    reader: Reader,
    frames: TypeAdapter[T],
    handle: Callable[[T], Awaitable[None]],
) -> None:
    """Read frames and handle them one after the other, while the reader sends, until the end.

    Raises:
        Closed: a bad frame.
        WebSocketDisconnect: the other side has gone.
    """
    side = reader.audience.value
    everything = Bucket(FRAMES_PER_MINUTE, FRAMES_BURST)
    connected = wiring.gauges.connections.labels(side)
    connected.inc()
    sending = asyncio.create_task(
        serve_reader(reader, wiring.hub, wiring.desk, wiring.database), name=f"reader {side}"
    )
    try:
        while True:
            frame = understood(frames, await receive_text(socket))
            wiring.gauges.frames.labels(side, getattr(frame, "type", "")).inc()
            try:
                everything.take("Too many frames at once.")
            except TooMany as too_many:
                client_id = getattr(frame, "client_id", None)
                reader.tell(error_notice(too_many, client_id=client_id))
                continue
            if isinstance(frame, Ping):
                reader.tell(Pong())
            else:
                await handle(frame)
    finally:
        connected.dec()
        wiring.hub.leave(reader)
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending


async def close(socket: WebSocket, closed: Closed) -> None:
    """Close with a code and a reason that fits."""
    log.info("socket closed code=%s reason=%s", int(closed.code), closed)
    if socket.application_state is not WebSocketState.CONNECTED:
        return
    reason = str(closed).encode()[:MAX_REASON_BYTES].decode(errors="ignore")
    with suppress(RuntimeError, WebSocketDisconnect):  # the other side may be gone
        await socket.close(int(closed.code), reason)
