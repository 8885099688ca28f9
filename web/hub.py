"""Who is connected, and how what happens reaches them.

The tables are the queue: a hint "conversation X changed" wakes everyone who follows X, and each
reader fetches what it lacks (`events_after` its own cursor) and sends it at its own pace. So
nothing is sent twice or left out, a slow reader holds up nobody and fills no memory, and a lost
hint costs one sweep. Only what is not stored (typing, seen, queue, rows) waits in a queue of
limited length; a reader that lets it fill up, or takes too long for one frame, is closed with 4409
and resumes.

Everything here runs in the event loop; nothing here waits for a reader.
"""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import BaseModel
from starlette.websockets import WebSocketDisconnect

from handoff.desk import Desk
from handoff.events import AgentId, Audience, ClientId, ConversationId, Event
from handoff.presence import Presence
from web.threads import Door
from web.wire import Close
from web.wire.events import EventFrame, to_json
from web.wire.outgoing import Viewing, WireAgent

log = logging.getLogger(__name__)

EVENTS_A_FETCH = 200  # a long history goes out in pages, so that memory stays small
ANSWERS_REMEMBERED = 64  # more commands than a socket has under way at once


class Socket(Protocol):
    """The part of a WebSocket that a reader needs."""

    async def send_text(self, data: str) -> None:
        """Send one frame; waits while the network is full."""
        ...

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close with a code."""
        ...


@dataclass(frozen=True)
class ReaderLimits:
    """How far behind a reader may be: frames that wait, and seconds for one to leave."""

    waiting_frames: int
    frame_s: float


class TooSlow(Exception):
    """A reader does not keep up."""


@dataclass(eq=False)
class Reader:
    """One socket's outgoing side.

    `frame_of` makes the frame of an event for this reader; None keeps the event from it.
    `agent` is set on the console's sockets, and such a reader also gets rows and offers.
    """

    socket: Socket
    audience: Audience
    frame_of: Callable[[Event], EventFrame]
    limits: ReaderLimits
    agent: WireAgent | None = None
    cursors: dict[ConversationId, int] = field(default_factory=dict)
    _fleeting: deque[str] = field(default_factory=deque)
    _changed: dict[ConversationId, None] = field(default_factory=dict)  # a set that keeps order
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _overflowed: bool = False
    _answers: dict[tuple[ConversationId, int], Event] = field(default_factory=dict)
    _answered: deque[ClientId] = field(default_factory=lambda: deque(maxlen=ANSWERS_REMEMBERED))

    def answer(self, event: Event, had: int) -> None:
        """Send the event that answers a command of this socket, with the command's `client_id`.

        It goes out in its turn; again when it was sent before the command (up to number `had`), or
        meanwhile without that id: a command that changes nothing is answered by an older event.
        """
        conversation = event.conversation
        if event.seq > self.cursors.get(conversation, 0):
            self._answers[conversation, event.seq] = event
            self.hint(conversation)
        elif event.seq <= had or event.client_id not in self._answered:
            self.tell(self.frame_of(event))

    def tell(self, frame: BaseModel) -> None:
        """Send a frame soon, in order with the others told."""
        self.tell_text(to_json(frame))

    def tell_text(self, text: str) -> None:
        """Send a frame that is JSON already."""
        if len(self._fleeting) >= self.limits.waiting_frames:
            self._overflowed = True
        else:
            self._fleeting.append(text)
        self._wake.set()

    def hint(self, conversation: ConversationId) -> None:
        """Something may be new in a conversation that this reader follows."""
        if conversation in self.cursors:
            self._changed[conversation] = None
            self._wake.set()

    async def run(self, desk: Desk, database: Door) -> None:
        """Send until the socket is gone.

        Raises:
            TooSlow: the other side does not read.
        """
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._send_fleeting()
            while self._changed:
                conversation = next(iter(self._changed))
                del self._changed[conversation]
                await self._send_events(conversation, desk, database)

    async def _send_fleeting(self) -> None:
        while self._fleeting or self._overflowed:
            if self._overflowed:
                raise TooSlow
            await self._send(self._fleeting.popleft())

    async def _send_events(self, conversation: ConversationId, desk: Desk, database: Door) -> None:
        while (after := self.cursors.get(conversation)) is not None:
            events = await database(
                desk.events_after, conversation, after, self.audience, limit=EVENTS_A_FETCH
            )
            for event in events:
                if self.cursors.get(conversation) != after:
                    break  # left, or opened anew from another number, while we sent
                self.cursors[conversation] = after = event.seq
                answering = self._answers.pop((conversation, event.seq), event)
                if answering.client_id is not None:
                    self._answered.append(answering.client_id)
                await self._send(to_json(self.frame_of(answering)))
                await self._send_fleeting()
            else:
                if len(events) < EVENTS_A_FETCH:
                    return

    async def _send(self, text: str) -> None:
        try:
            async with asyncio.timeout(self.limits.frame_s):
                await self.socket.send_text(text)
        except TimeoutError:
            raise TooSlow from None


class Hub:
    """All readers of this server, and what each follows."""

    def __init__(self) -> None:
        self._readers: set[Reader] = set()
        self._followers: defaultdict[ConversationId, set[Reader]] = defaultdict(set)
        self.active_agents: set[str] = set()  # who did something since their leases were renewed
        self.presences: dict[str, Presence] = {}  # what agents chose, over reconnects
        self.waiting: set[ConversationId] = set()
        self.rows_changed: dict[ConversationId, None] = {}
        self.rows_wake = asyncio.Event()

    def join(self, reader: Reader) -> None:
        """A socket has said hello."""
        self._readers.add(reader)

    def leave(self, reader: Reader) -> None:
        """A socket is gone."""
        self._readers.discard(reader)
        for conversation in list(reader.cursors):
            self.unfollow(reader, conversation)

    def follow(self, reader: Reader, conversation: ConversationId, after: int) -> None:
        """Send a reader the conversation's events after `after`, now and from now on."""
        reader.cursors[conversation] = after
        self._followers[conversation].add(reader)
        reader.hint(conversation)
        if reader.agent:
            self._tell_viewing(conversation)

    def unfollow(self, reader: Reader, conversation: ConversationId) -> None:
        """Stop sending."""
        reader.cursors.pop(conversation, None)
        followers = self._followers.get(conversation)
        if followers is None:
            return
        followers.discard(reader)
        if not followers:
            del self._followers[conversation]
        if reader.agent:
            self._tell_viewing(conversation)

    def changed(self, conversation: ConversationId) -> None:
        """Something was stored: wake those who follow, and bring the agents' lists up to date."""
        for reader in self._followers.get(conversation, ()):
            reader.hint(conversation)
        self.rows_changed[conversation] = None
        self.rows_wake.set()

    def reached(self, conversation: ConversationId, seq: int) -> None:
        """Some server stored the event numbered `seq`: wake those who do not have it yet."""
        for reader in self._followers.get(conversation, ()):
            if reader.cursors.get(conversation, seq) < seq:
                reader.hint(conversation)
        self.rows_changed[conversation] = None
        self.rows_wake.set()

    def tell(
        self,
        conversation: ConversationId,
        audience: Audience,
        frame: BaseModel,
        *,
        but: Reader | None = None,
    ) -> None:
        """Tell something fleeting to the followers of one kind."""
        text = to_json(frame)
        for reader in self._followers.get(conversation, ()):
            if reader.audience is audience and reader is not but:
                reader.tell_text(text)

    def agents(self, agent: str | None = None) -> list[Reader]:
        """The console's readers; those of one agent when an id is given."""
        return [r for r in self._readers if r.agent and agent in (None, r.agent.id)]

    def connected_agents(self) -> set[AgentId]:
        """Every agent with at least one socket here."""
        return {AgentId(reader.agent.id) for reader in self._readers if reader.agent}

    def customers_of(self, conversation: ConversationId) -> list[Reader]:
        """The widget's readers of one conversation."""
        followers = self._followers.get(conversation, ())
        return [reader for reader in followers if reader.audience is Audience.CUSTOMER]

    def followed_by_customers(self) -> Iterable[ConversationId]:
        """The conversations that have a customer connected here."""
        return [c for c in list(self._followers) if self.customers_of(c)]

    @property
    def connections(self) -> int:
        """How many sockets are connected."""
        return len(self._readers)

    def _tell_viewing(self, conversation: ConversationId) -> None:
        followers = self._followers.get(conversation, set())
        agents = {r.agent.id: r.agent for r in followers if r.agent}
        frame = Viewing(conversation=conversation, agents=sorted(agents.values(), key=str))
        self.tell(conversation, Audience.AGENT, frame)


async def serve_reader(reader: Reader, hub: Hub, desk: Desk, database: Door) -> None:
    """Run a reader until its task is cancelled; a slow one is closed with 4409."""
    try:
        await reader.run(desk, database)
    except TooSlow:
        log.info("slow reader closed audience=%s", reader.audience.value)
        hub.leave(reader)
        await reader.socket.close(Close.TOO_SLOW, "too slow; reconnect and resume")
    except (WebSocketDisconnect, RuntimeError):
        pass  # gone while we sent; the receiving side ends the connection
    except Exception:  # the task's edge: the client reconnects and resumes
        log.exception("reader failed audience=%s", reader.audience.value)
        hub.leave(reader)
        await reader.socket.close(Close.FAILED, "something failed here; reconnect and resume")
