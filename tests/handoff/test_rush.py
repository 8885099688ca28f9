"""Any order of joins, claims, drops, crashes and time: what must hold at the desk always.

A state machine over the real tables with a hand-held clock. Two desks stand for two servers; a crash
is a desk made anew. Short and seeded here; real sockets and processes: `tests/web/rush.py`.
"""

import shutil
from contextlib import suppress
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, text

from handoff.accounts import Accounts, AgentRole
from handoff.database import open_database
from handoff.desk import Desk
from handoff.errors import CapacityReached, DeskError, Taken
from handoff.events import (
    AgentId,
    Audience,
    ClientId,
    ConversationId,
    Event,
    HandoffState,
    HandoffStep,
    Message,
    Resolution,
    SiteId,
    Stage,
    StageChange,
    VisitorHash,
    first_conversation_id,
)
from handoff.presence import Presence
from handoff.projection import apply, begin
from handoff.rules import Assignment, DeskRules
from tests.conftest import HandHeldClock

SITE = SiteId("shop")
CUSTOMERS = 6
AGENTS = 3
CAPACITY = 2
customers = st.integers(0, CUSTOMERS - 1)
hands = st.integers(0, AGENTS - 1)
servers = st.integers(0, 1)


class Rush(RuleBasedStateMachine):
    """Everything that people, time and crashes do."""

    template: Path
    """A migrated SQLite file."""
    assignment: Assignment
    address: str | None = None
    """A PostgreSQL database, made empty for each run; None for SQLite."""

    @initialize()
    def open(self) -> None:
        self.folder = Path(mkdtemp(prefix="warmline-rush-"))
        self.engines = [self._engine(), self._engine()]
        self.clock = HandHeldClock()
        self.rules = DeskRules(assignment=self.assignment, capacity=CAPACITY)
        self.desks = [self._desk(0), self._desk(1)]
        accounts = Accounts(self.engines[0], clock=self.clock)
        self.agents: list[AgentId] = []
        for n in range(AGENTS):
            account = accounts.add(f"a{n}@example.org", f"Agent {n}", AgentRole.AGENT, "hash")
            self.agents.append(account.id)
        self.connected = set(self.agents)
        for agent in self.agents:
            self.desks[0].agent_presence(agent, Presence.ONLINE)
        self.numbers = count(1)
        self.promised: dict[tuple[ConversationId, ClientId], Event] = {}

    def _engine(self) -> Engine:
        if self.address is not None:
            return open_database(self.address)
        file = self.folder / "desk.db"
        if not file.exists():
            shutil.copy(self.template, file)
        return open_database(f"sqlite:///{file}")

    def _desk(self, server: int) -> Desk:
        return Desk(self.engines[server], clock=self.clock, rules=self.rules)

    def teardown(self) -> None:
        if hasattr(self, "engines"):
            self._everyone_waiting_is_served()
            if self.address is not None:
                _empty(self.engines[0])
            for engine in self.engines:
                engine.dispose()
            shutil.rmtree(self.folder)

    def _fresh(self) -> ClientId:
        return ClientId(f"c{next(self.numbers)}")

    def _keep(self, event: Event) -> Event:
        if event.client_id is not None:
            self.promised[event.conversation, event.client_id] = event
        return event

    # People

    @rule(customer=customers, server=servers)
    def customer_writes(self, customer: int, server: int) -> None:
        visitor = VisitorHash(str(customer))
        self._keep(
            self.desks[server].customer_writes(
                _conversation(customer), "hello?", self._fresh(), site=SITE, visitor_hash=visitor
            )
        )

    @rule(customer=customers, server=servers)
    def customer_asks_human(self, customer: int, server: int) -> None:
        with suppress(DeskError):
            self.desks[server].customer_asks_human(
                _conversation(customer),
                self._fresh(),
                site=SITE,
                visitor_hash=VisitorHash(str(customer)),
            )

    @rule(customer=customers, server=servers)
    def customer_cancels(self, customer: int, server: int) -> None:
        with suppress(DeskError):
            self.desks[server].customer_cancels_handoff(_conversation(customer), self._fresh())

    @rule(customer=customers, server=servers)
    def customer_sends_a_promised_message_again(self, customer: int, server: int) -> None:
        """A client that missed the answer sends the command again, perhaps to another server."""
        for (conversation, client_id), event in self.promised.items():
            if conversation == _conversation(customer) and isinstance(event.payload, Message):
                again = self.desks[server].customer_writes(
                    *(conversation, event.payload.text, client_id),
                    site=SITE,
                    visitor_hash=VisitorHash(str(customer)),
                )
                assert again.seq == event.seq
                return

    @rule(customer=customers, agent=hands, server=servers)
    def agent_claims(self, customer: int, agent: int, server: int) -> None:
        if self.agents[agent] not in self.connected:
            return
        with suppress(DeskError):
            self.desks[server].agent_claims(
                _conversation(customer), self.agents[agent], self._fresh()
            )

    @rule(agent=hands, server=servers)
    def agent_takes_what_is_offered(self, agent: int, server: int) -> None:
        for offer in self.desks[server].offers_to(self.agents[agent])[:1]:
            with suppress(CapacityReached):
                self.desks[server].agent_accepts(
                    offer.conversation, self.agents[agent], self._fresh()
                )

    @rule(customer=customers, agent=hands, other=hands, server=servers, to=st.integers(0, 4))
    def agent_works(self, customer: int, agent: int, other: int, server: int, to: int) -> None:
        desk, conversation, who = self.desks[server], _conversation(customer), self.agents[agent]
        if who not in self.connected:
            return
        with suppress(DeskError):
            match to:
                case 0:
                    desk.agent_writes(conversation, who, "hello", self._fresh())
                case 1:
                    desk.agent_transfers(
                        conversation, who, self._fresh(), to_agent=self.agents[other]
                    )
                case 2:
                    desk.agent_releases(conversation, who, "queue", self._fresh())
                case 3:
                    desk.agent_releases(conversation, who, "bot", self._fresh())
                case _:
                    desk.agent_closes(conversation, who, Resolution.SOLVED, self._fresh())

    @rule(agent=hands)
    def agent_loses_the_line(self, agent: int) -> None:
        self.connected.discard(self.agents[agent])

    @rule(agent=hands, server=servers)
    def agent_comes_back(self, agent: int, server: int) -> None:
        self.connected.add(self.agents[agent])
        self.desks[server].agent_presence(self.agents[agent], Presence.ONLINE)

    # Time and machines

    @rule(seconds=st.sampled_from([1, 10, 50]), server=servers)
    def time_passes(self, seconds: int, server: int) -> None:
        for _ in range(0, seconds, 5):
            self.clock.advance(seconds=min(seconds, 5))
            for agent in self.connected:
                self.desks[server].renew_leases(agent)
            self.desks[server].sweep()

    @rule(server=servers)
    def server_is_killed_and_started(self, server: int) -> None:
        self.engines[server].dispose()
        self.engines[server] = self._engine()
        self.desks[server] = self._desk(server)

    # What must hold

    @invariant()
    def nobody_has_more_than_they_can_carry(self) -> None:
        with self.engines[0].connect() as connection:
            held = connection.execute(
                text(
                    "SELECT agent_id, count(*) FROM conversations "
                    "WHERE stage = 'human' GROUP BY agent_id"
                )
            ).all()
        assert all(agent is not None and chats <= CAPACITY for agent, chats in held)

    @invariant()
    def events_add_up_without_a_gap_the_same_on_both_servers(self) -> None:
        for customer in range(CUSTOMERS):
            conversation = _conversation(customer)
            said = self.desks[0].events_after(conversation, 0, Audience.AGENT)
            assert said == self.desks[1].events_after(conversation, 0, Audience.AGENT)
            if not said:
                continue
            state = self.desks[1].state(conversation)
            folded = begin(conversation, SITE, state.visitor_hash, state.created_at)
            for number, event in enumerate(said, start=1):
                assert event.seq == number
                _check_move(folded.stage, event)
                folded = apply(folded, event)
            assert (folded.stage, folded.agent, folded.seq, folded.offered_to) == (
                state.stage,
                state.agent,
                state.seq,
                state.offered_to,
            )

    @invariant()
    def what_was_acknowledged_is_stored_once(self) -> None:
        for (conversation, client_id), event in self.promised.items():
            kept = [
                other
                for other in self.desks[0].events_after(conversation, 0, Audience.AGENT)
                if other.client_id == client_id
            ]
            assert kept == [event]

    def _everyone_waiting_is_served(self) -> None:
        """Let all agents come back and work the queue down: nobody is forgotten in it."""
        desk = self.desks[0]
        for _ in range(4 * CUSTOMERS):
            self.clock.advance(seconds=5)
            for agent in self.agents:
                desk.agent_presence(agent, Presence.ONLINE)
            desk.sweep()
            for customer in range(CUSTOMERS):
                conversation = _conversation(customer)
                if not desk.events_after(conversation, 0, Audience.AGENT, limit=1):
                    continue
                state = desk.state(conversation)
                if state.stage is Stage.HUMAN and state.agent is not None:
                    desk.agent_closes(
                        conversation, state.agent.id, Resolution.SOLVED, self._fresh()
                    )
                elif state.stage is Stage.WAITING:
                    self._claimed_by_someone(conversation)
            if not self._waiting():
                return
        assert not self._waiting()

    def _claimed_by_someone(self, conversation: ConversationId) -> None:
        for agent in self.agents:
            with suppress(CapacityReached, Taken):
                self.desks[0].agent_claims(conversation, agent, self._fresh())
                return

    def _waiting(self) -> list[ConversationId]:
        with self.engines[0].connect() as connection:
            found = connection.execute(
                text("SELECT id FROM conversations WHERE stage IN ('waiting', 'human')")
            )
            return [ConversationId(id_) for id_ in found.scalars()]


def _conversation(customer: int) -> ConversationId:
    return first_conversation_id(SITE, VisitorHash(str(customer)))


def _check_move(stage: Stage, event: Event) -> None:
    said = event.payload
    if isinstance(said, StageChange):
        assert said.previous is stage
        assert (said.stage, stage) != (Stage.HUMAN, Stage.HUMAN) or said.reason == "transferred"
        assert (said.stage is Stage.HUMAN) <= (said.agent is not None)
    if isinstance(said, HandoffStep) and said.state is HandoffState.OFFERED:
        assert stage is Stage.WAITING


def _empty(engine: Engine) -> None:
    """Make a PostgreSQL database empty for the next run."""
    with engine.begin() as connection:
        names = connection.execute(
            text(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' "
                "AND tablename NOT IN ('alembic_version', 'clock')"
            )
        ).scalars()
        listed = ", ".join(f'"{name}"' for name in names)
        connection.execute(text(f"TRUNCATE {listed} CASCADE"))


@pytest.mark.parametrize("assignment", list(Assignment))
def test_any_order_of_deeds_and_crashes_keeps_the_promises(
    sqlite_template: Path, assignment: Assignment
) -> None:
    class OnSqlite(Rush):
        pass

    OnSqlite.template, OnSqlite.assignment = sqlite_template, assignment
    run_state_machine_as_test(OnSqlite, settings=SHORT)


@pytest.mark.postgres
def test_two_servers_on_one_postgres_keep_the_promises(
    postgres_url: str, sqlite_template: Path
) -> None:
    class OnPostgres(Rush):
        pass

    OnPostgres.template, OnPostgres.address = sqlite_template, postgres_url
    OnPostgres.assignment = Assignment.OFFER
    run_state_machine_as_test(OnPostgres, settings=SHORT)


SHORT = settings(max_examples=6, stateful_step_count=25, derandomize=True, deadline=None)
"""Seconds, not minutes; the same deeds every time."""
