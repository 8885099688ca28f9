"""Many at once: threads on both databases."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from sqlalchemy import Engine

from handoff.database import migrate, open_database
from handoff.desk import Desk
from handoff.errors import CapacityReached, DeskError, Taken
from handoff.events import ClientId, EventKind, Stage, VisitorHash
from handoff.views import Changed, View
from tests.conftest import BOTH
from tests.handoff.desk_for_tests import SITE, Scene, fresh, reply

THREADS = 8


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Do all of them at the same moment; what each gave, or the error that it met."""
    gate = threading.Barrier(len(deeds))

    def do(deed: Callable[[], object]) -> object:
        gate.wait()
        try:
            return deed()
        except DeskError as error:
            return error

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


@BOTH
def test_of_many_agents_at_once_exactly_one_gets_the_conversation(scene: Scene) -> None:
    agents = [scene.agent(f"Agent{n}") for n in range(THREADS)]
    for round_ in range(4):
        conversation = scene.asks_human(f"customer{round_}")
        results = at_once(
            *(partial(scene.desk.agent_claims, conversation, a.id, fresh()) for a in agents)
        )
        losers = [result for result in results if isinstance(result, Taken)]
        holder = scene.desk.state(conversation).agent
        assert len(losers) == THREADS - 1
        assert {loser.agent for loser in losers} == {holder}


@BOTH
def test_capacity_holds_when_one_agent_claims_many_at_once(scene: Scene) -> None:
    busy = scene.agent("Busy", capacity=2)
    waiting = [scene.asks_human(f"customer{n}") for n in range(THREADS)]
    results = at_once(*(partial(scene.desk.agent_claims, c, busy.id, fresh()) for c in waiting))
    assert sum(isinstance(result, CapacityReached) for result in results) == THREADS - 2
    assert len(scene.desk.rows(View.MINE, agent=busy.id)) == 2


@BOTH
def test_numbers_have_no_gaps_whoever_writes_at_once(scene: Scene) -> None:
    scene.writes()
    scene.desk.agent_claims(scene.eva, scene.ann.id, fresh())

    def customer() -> None:
        for _ in range(5):
            scene.writes()

    def agent() -> None:
        for _ in range(5):
            scene.desk.agent_writes(scene.eva, scene.ann.id, "Yes?", fresh())

    at_once(customer, agent, customer, agent)
    seqs = [event.seq for event in scene.events()]
    assert seqs == list(range(1, len(seqs) + 1))
    assert len(scene.texts()) == 21


@BOTH
def test_one_first_message_sent_by_many_tabs_is_stored_once(scene: Scene) -> None:
    results = at_once(
        *[
            partial(
                scene.desk.customer_writes,
                scene.eva,
                "Hi",
                ClientId("x"),
                site=SITE,
                visitor_hash=VisitorHash("eva"),
            )
        ]
        * THREADS
    )
    assert scene.texts() == ["Hi"]
    assert len(set(map(repr, results))) == 1


@BOTH
def test_a_question_goes_to_one_of_many_servers(scene: Scene) -> None:
    for n in range(6):
        scene.writes(f"customer{n}")
    results = at_once(*(partial(scene.desk.lease_questions, f"server{n}", 4) for n in range(4)))
    leased = [q.conversation for result in results for q in result]  # type: ignore[attr-defined]
    rest = [q.conversation for q in scene.desk.lease_questions("late")]
    assert len(leased) + len(rest) == 6
    assert len(set(leased) | set(rest)) == 6


@BOTH
def test_a_reply_and_a_claim_at_once_never_leave_a_late_reply(scene: Scene) -> None:
    for n in range(6):
        asked = scene.writes(f"customer{n}")
        conversation = asked.conversation
        at_once(
            partial(scene.desk.bot_replies, conversation, reply(), asked.seq),
            partial(scene.desk.agent_claims, conversation, scene.ann.id, fresh()),
        )
        kinds = [event.kind for event in scene.events(conversation)]
        assert kinds in (
            [EventKind.MESSAGE, EventKind.STAGE],
            [EventKind.MESSAGE, EventKind.MESSAGE, EventKind.STAGE],
        )
        assert scene.desk.state(conversation).stage is Stage.HUMAN
        scene.desk.agent_releases(conversation, scene.ann.id, "bot", fresh())


@BOTH
def test_the_cursor_misses_no_change_however_transactions_commit(scene: Scene) -> None:
    cursor = scene.desk.now_cursor()
    seen: set[Changed] = set()
    done = threading.Event()

    def write(name: str) -> None:
        for _ in range(10):
            scene.writes(name)

    def read() -> None:
        nonlocal cursor
        while True:
            last = done.is_set()
            changes = scene.desk.changed_since(cursor)
            cursor = changes.cursor
            seen.update(changes.conversations)
            if last:
                return

    reader = threading.Thread(target=read)
    reader.start()
    at_once(*(partial(write, f"writer{n}") for n in range(4)))
    done.set()
    reader.join()
    for n in range(4):
        state = scene.desk.state(scene.customer(f"writer{n}"))
        assert Changed(state.id, state.seq) in seen


@BOTH
def test_two_servers_may_migrate_at_once(database_url: str) -> None:
    engines = [open_database(database_url) for _ in range(3)]
    assert at_once(*(partial(migrate, engine) for engine in engines)) == [None] * 3
    for engine in engines:
        engine.dispose()


@BOTH
def test_two_desks_on_one_database_are_one_desk(scene: Scene, database: Engine) -> None:
    other = Desk(database, clock=scene.clock)
    scene.asks_human()
    other.agent_claims(scene.eva, scene.bob.id, fresh())
    assert scene.desk.state(scene.eva).agent == other.state(scene.eva).agent
