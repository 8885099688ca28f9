"""A client that does not read is closed with 4409 and resumes; nobody waits for it."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from handoff.database import migrate, open_database
from handoff.desk import Desk
from handoff.events import (
    Audience,
    ClientId,
    ConversationId,
    Event,
    SiteId,
    VisitorHash,
    new_conversation_id,
)
from tests import loops
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


def test_frame_that_does_not_leave_in_time_closes_with_4409(desk: Desk) -> None:
    async def run() -> int | None:
        socket, hub = StuckSocket(), Hub()
        reader = stuck_reader(socket, ReaderLimits(waiting_frames=8, frame_s=0.01))
        hub.join(reader)
        reader.tell(Pong())
        await closed_after(desk, reader, socket, hub)
        return socket.code

    assert loops.run(run()) == 4409


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

    assert loops.run(run()) == (4409, {})


@dataclass
class OpenSocket:
    """The network of a client that reads: what it was sent."""

    sent: list[dict[str, Any]] = field(default_factory=list)

    async def send_text(self, data: str) -> None:
        self.sent.append(json.loads(data))

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        raise AssertionError(f"closed with {code}: {reason}")


@pytest.mark.parametrize("read_before", [False, True], ids=["in its turn", "again"])
def test_command_that_changes_nothing_is_answered_under_its_own_client_id(
    desk: Desk, read_before: bool
) -> None:
    """A second wish for a person is answered by the place in the queue that the first one got."""
    conversation = new_conversation_id()

    def ask(client_id: str) -> Event:
        return desk.customer_asks_human(
            conversation,
            ClientId(client_id),
            site=SiteId("shop"),
            visitor_hash=VisitorHash("somebody"),
        )

    async def run() -> list[dict[str, Any]]:
        socket, hub, door = OpenSocket(), Hub(), Door("database", 1)
        reader = Reader(socket, Audience.CUSTOMER, event_frame, ReaderLimits(100, 60))
        hub.join(reader)
        ask("h1")
        hub.follow(reader, conversation, 0)
        had = 0
        serving = asyncio.create_task(serve_reader(reader, hub, desk, door))
        if read_before:
            while len(socket.sent) < 3:
                await asyncio.sleep(0)
        reader.answer(ask("h2"), had)
        while not any(frame.get("client_id") == "h2" for frame in socket.sent):
            await asyncio.sleep(0)
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        door.close()
        return socket.sent

    sent = loops.run(run())
    (answer,) = (frame for frame in sent if frame.get("client_id") == "h2")
    assert (answer["kind"], answer["state"]) == ("handoff", "queued")
    numbers = [frame["seq"] for frame in sent]
    assert sorted(set(numbers)) == [1, 2, 3]
