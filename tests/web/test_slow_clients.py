"""A client that does not read is closed with 4409 and resumes; nobody waits for it."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest

from handoff.database import migrate, open_database
from handoff.desk import Desk
from handoff.events import (
    Audience,
    ClientId,
    ConversationId,
    SiteId,
    VisitorHash,
    new_conversation_id,
)
from web.hub import Hub, Reader, ReaderLimits, serve_reader
from web.threads import Door
from web.wire.events import event_frame
from web.wire.outgoing import Pong


@dataclass
class StuckSocket:
    """The network of a client that reads nothing: the first frame never leaves."""

    code: int | None = None
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    async def send_text(self, data: str) -> None:
        """Wait for ever."""
        del data
        await asyncio.Event().wait()

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Remember the code."""
        del reason
        self.code = code
        self.closed.set()


@pytest.fixture
def desk(sqlite_url: str) -> Desk:
    """A desk on a fresh database."""
    engine = open_database(sqlite_url)
    migrate(engine)
    return Desk(engine)


def stuck_reader(socket: StuckSocket, limits: ReaderLimits) -> Reader:
    """A customer's reader on a socket that takes nothing."""
    return Reader(socket, Audience.CUSTOMER, event_frame, limits)


async def closed_after(desk: Desk, reader: Reader, socket: StuckSocket, hub: Hub) -> None:
    """Serve the reader until it is closed."""
    door = Door("database", 1)
    try:
        async with asyncio.timeout(30):
            await serve_reader(reader, hub, desk, door)
            await socket.closed.wait()
    finally:
        door.close()


def in_a_loop_of_its_own(work: Coroutine[Any, Any, Any]) -> Any:
    """Run on another thread: in this one the browser of other tests may keep a loop running."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, work).result()


def test_frame_that_does_not_leave_in_time_closes_with_4409(desk: Desk) -> None:
    async def run() -> int | None:
        socket, hub = StuckSocket(), Hub()
        reader = stuck_reader(socket, ReaderLimits(waiting_frames=8, frame_s=0.01))
        hub.join(reader)
        reader.tell(Pong())
        await closed_after(desk, reader, socket, hub)
        return socket.code

    assert in_a_loop_of_its_own(run()) == 4409


def test_reader_whose_queue_is_full_is_closed_with_4409_and_follows_nothing(desk: Desk) -> None:
    async def run() -> tuple[int | None, dict[ConversationId, int]]:
        socket, hub = StuckSocket(), Hub()
        reader = stuck_reader(socket, ReaderLimits(waiting_frames=2, frame_s=60))
        hub.join(reader)
        conversation = new_conversation_id()
        await asyncio.to_thread(
            desk.customer_writes,
            conversation,
            "Hello",
            ClientId("m1"),
            site=SiteId("shop"),
            visitor_hash=VisitorHash("somebody"),
        )
        hub.follow(reader, conversation, 0)
        for _ in range(3):
            reader.tell(Pong())
        await closed_after(desk, reader, socket, hub)
        return socket.code, reader.cursors

    assert in_a_loop_of_its_own(run()) == (4409, {})
