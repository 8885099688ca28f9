"""Customers and agents in a hurry: they join, write, claim, drop the line and come back.

Each keeps what it was promised (acknowledged commands, events seen), so that it can be compared with
the tables afterwards. Chance comes from one seed for each of them.
"""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from tests.web.servers import PASSWORD, Frame, ServerProcess

GONE = (OSError, TimeoutError, WebSocketException, httpx.HTTPError)
"""What a client meets when a server is killed under it."""
HURRY_S = 0.3  # between two deeds, at most
PATIENCE_S = 60.0


@dataclass
class Promise:
    """A command that was acknowledged: by which event, in which conversation."""

    conversation: str
    client_id: str
    seq: int
    text: str | None


@dataclass
class Client:
    """One socket that comes back after every loss, with what it has seen so far."""

    name: str
    servers: Sequence[ServerProcess]
    chance: random.Random
    figures: Counter[str]
    seen: dict[str, dict[int, Frame]] = field(default_factory=dict)
    pending: dict[str, Frame] = field(default_factory=dict)
    promises: list[Promise] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    line: ClientConnection | None = None
    lost: int = 0
    later: set[asyncio.Task[None]] = field(default_factory=set)

    def server(self) -> ServerProcess:
        """Any of the servers, as a balancer would choose."""
        return self.chance.choice(self.servers)

    async def pause(self, most_s: float = HURRY_S) -> None:
        """Wait as people do."""
        await asyncio.sleep(self.chance.uniform(0.02, most_s))

    async def tell(self, type_: str, **fields: Any) -> str:
        """Send a command; it is sent again after a loss until it is answered."""
        client_id = f"{self.name}-{next(self.numbers)}"
        frame = {"type": type_, "client_id": client_id, **fields}
        self.pending[client_id] = frame
        await self.send(frame)
        return client_id

    async def send(self, frame: Frame) -> None:
        """Send a frame, or leave it for the next line."""
        if self.line is not None:
            with suppress(*GONE):
                await self.line.send(json.dumps(frame))

    async def connect(self, path: str, hello: Frame, headers: dict[str, str]) -> None:
        """Hold a line until it is lost."""
        server = self.server()
        address = server.url.replace("http", "ws") + path
        async with connect(
            address,
            origin=server.url,  # type: ignore[arg-type]
            additional_headers=headers,
            compression=None,
            open_timeout=PATIENCE_S,
        ) as line:
            await line.send(json.dumps(hello))
            self.line = line
            try:
                for frame in list(self.pending.values()):
                    await line.send(json.dumps(frame))
                async for text in line:
                    self.hear(json.loads(text))
            finally:
                self.line = None

    async def back_off(self) -> None:
        """Wait before the line is made anew, longer each time that it was lost at once."""
        await self.pause(min(8.0, 0.5 * 2.0**self.lost))
        self.lost += 1

    async def drop(self) -> None:
        """Lose the line without a word."""
        if self.line is not None:
            self.figures["lines dropped"] += 1
            self.line.transport.abort()
        await self.pause()

    def hear(self, frame: Frame) -> None:
        """Keep what is told; each kind of client goes on from here."""
        client_id = frame.get("client_id")
        self.lost = 0
        if frame["type"] == "event":
            self.keep(frame)
        if client_id in self.pending:
            if frame["type"] == "error" and frame.get("retry_after_s") is not None:
                again = asyncio.create_task(self._again(str(client_id), frame["retry_after_s"]))
                self.later.add(again)
                again.add_done_callback(self.later.discard)
                return
            told = self.pending.pop(client_id)
            if frame["type"] == "event":
                where = self.conversation_of(frame)
                self.promises.append(Promise(where, str(client_id), frame["seq"], told.get("text")))

    async def _again(self, client_id: str, after_s: float) -> None:
        """Send a command again that came too early."""
        await asyncio.sleep(after_s)
        if client_id in self.pending:
            await self.send(self.pending[client_id])

    def keep(self, frame: Frame) -> None:
        """Keep an event; numbers rise, and one that comes again says the same."""
        seen = self.seen.setdefault(self.conversation_of(frame), {})
        known = seen.get(frame["seq"])
        if known is not None:
            if (known["kind"], known.get("text")) != (frame["kind"], frame.get("text")):
                self.broken.append(f"{self.name}: event {frame['seq']} was told in two ways")
            return
        if seen and frame["seq"] < max(seen) and not frame.get("client_id"):
            self.broken.append(f"{self.name}: event {frame['seq']} came after {max(seen)}")
        seen[frame["seq"]] = frame

    def conversation_of(self, frame: Frame) -> str:
        """Which conversation an event is of; customers have one."""
        return str(frame["conversation"])


@dataclass
class Customer(Client):
    """Asks the bot, asks for a person, waits, may cancel and ask again, and is served."""

    session: dict[str, Any] = field(default_factory=dict)
    stage: str = "bot"
    served: bool = False
    joins_within_s: float = 5.0

    def conversation_of(self, frame: Frame) -> str:
        """Their one conversation."""
        return str(self.session["conversation"])

    async def run(self) -> None:
        """Live until an agent has closed the chat."""
        await self.pause(self.joins_within_s)
        while not self.session:
            with suppress(*GONE):
                self.session = await self._start()
                break
            await self.back_off()
        holding = asyncio.create_task(self._hold())
        try:
            await self._live()
        finally:
            holding.cancel()
            await asyncio.gather(holding, return_exceptions=True)

    async def _start(self) -> dict[str, Any]:
        server = self.server()
        async with httpx.AsyncClient(timeout=PATIENCE_S) as client:
            answer = await client.post(
                f"{server.url}/api/widget/sessions",
                json={"key": server.key},
                headers={"origin": server.url},
            )
            answer.raise_for_status()
            return dict(answer.json())

    async def _hold(self) -> None:
        while True:
            with suppress(*GONE):
                last = max(self.seen.get(self.session["conversation"], {0: {}}))
                hello = {"type": "hello", "token": self.session["token"], "after": last}
                await self.connect("/ws/widget", hello, {})
            self.figures["lines made anew"] += 1
            await self.back_off()

    async def _live(self) -> None:
        for _ in range(self.chance.randint(1, 3)):
            await self._say()
        while not self.served:
            if self.stage in ("bot", "closed"):
                await self._until_answered(await self.tell("ask_human"))
                if self.chance.random() < 0.1:
                    await self._until_answered(await self.tell("cancel_handoff"))
                    continue
            elif self.chance.random() < (0.1 if self.stage == "human" else 0.03):
                await self._say()
            if self.chance.random() < 0.05:
                await self.drop()
            await self.pause(2.0)

    async def _say(self) -> None:
        text = f"{self.name} says {next(self.numbers)}: can I return anything within 30 days?"
        await self._until_answered(await self.tell("message", text=text))
        await self.pause()

    async def _until_answered(self, client_id: str) -> None:
        """Wait until a command is answered; after a while the line is thrown away and made anew."""
        for turn in count(1):
            if client_id not in self.pending:
                return
            if turn % 200 == 0:
                await self.drop()
            await asyncio.sleep(0.05)

    def hear(self, frame: Frame) -> None:
        """Follow the stage."""
        super().hear(frame)
        if frame["type"] == "welcome":
            self.stage = frame["stage"]
        elif frame["type"] == "event" and frame["kind"] == "stage":
            self.stage = frame["stage"]
            if frame["stage"] == "closed" and frame["previous"] == "human":
                self.served = True


@dataclass
class Agent(Client):
    """Claims what waits or accepts what is offered, replies, transfers, releases and closes."""

    id: str = ""
    email: str = ""
    capacity: int = 5
    away_s: float = 9.0
    cookies: dict[str, str] = field(default_factory=dict)
    rows: dict[str, Frame] = field(default_factory=dict)
    offers: list[str] = field(default_factory=list)
    colleagues: Sequence[str] = ()
    said: Counter[str] = field(default_factory=Counter)
    here: bool = True

    @property
    def mine(self) -> list[str]:
        """What this agent has, as the rows tell."""
        return [
            conversation
            for conversation, row in self.rows.items()
            if row["stage"] == "human" and (row.get("agent") or {}).get("id") == self.id
        ]

    async def run(self) -> None:
        """Work until cancelled."""
        while not self.cookies:
            with suppress(*GONE):
                await self._log_in()
            await self.pause()
        holding = asyncio.create_task(self._hold())
        try:
            while True:
                await self.pause()
                if self.line is not None:
                    await self._work()
        finally:
            holding.cancel()
            await asyncio.gather(holding, return_exceptions=True)

    async def _log_in(self) -> None:
        async with httpx.AsyncClient(base_url=self.server().url, timeout=PATIENCE_S) as client:
            answer = await client.post(
                "/api/login", json={"email": self.email, "password": PASSWORD}
            )
            answer.raise_for_status()
            self.cookies = dict(client.cookies.items())

    async def _hold(self) -> None:
        while True:
            self.rows.clear()
            opened = [
                {"conversation": conversation, "after": max(seen)}
                for conversation, seen in self.seen.items()
                if seen
            ][-40:]
            cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            with suppress(*GONE):
                await self.connect(
                    "/ws/agent", {"type": "hello", "open": opened}, {"Cookie": cookie}
                )
            gone = self.chance.random() < 0.2
            self.figures["agents stayed away beyond the grace"] += gone
            await (asyncio.sleep(self.away_s) if gone else self.back_off())

    async def _work(self) -> None:
        if self.chance.random() < 0.01:
            await self.drop()
            return
        mine = self.mine
        waiting = [c for c, row in self.rows.items() if row["stage"] == "waiting"]
        if self.offers:
            await self._take("accept", self.offers.pop(0))
        elif waiting and (len(mine) < self.capacity or self.chance.random() < 0.02):
            # Now and then one too many is tried, and refused.
            await self._take("claim", self.chance.choice(waiting[:8]))
        for conversation in mine:
            await self._serve(conversation)

    async def _take(self, how: str, conversation: str) -> None:
        if any(f.get("conversation") == conversation for f in self.pending.values()):
            return
        self.figures["claims tried"] += 1
        await self.tell(how, conversation=conversation)

    async def _serve(self, conversation: str) -> None:
        if any(f.get("conversation") == conversation for f in self.pending.values()):
            return
        dice = self.chance.random()
        if self.said[conversation] < 2:
            self.said[conversation] += 1
            text = f"{self.name} replies {next(self.numbers)}"
            await self.tell("message", conversation=conversation, text=text)
        elif dice < 0.03:
            await self.tell("release", conversation=conversation, to="queue")
        elif dice < 0.06:
            to = self.chance.choice(self.colleagues)
            await self.tell("transfer", conversation=conversation, to=to)
        elif dice < 0.4:
            await self.tell("close", conversation=conversation, resolution="solved")

    def hear(self, frame: Frame) -> None:
        """Follow the lists."""
        if frame["type"] == "error":
            self.figures[f"refused: {frame['code']}"] += 1
        super().hear(frame)
        match frame["type"]:
            case "welcome" if "agent" in frame and "role" in frame:
                self.id = frame["agent"]["id"]
            case "row":
                self.rows[frame["conversation"]] = frame
            case "row_gone":
                self.rows.pop(frame["conversation"], None)
            case "offer":
                if self.chance.random() < 0.8:
                    self.offers.append(frame["conversation"])
