"""The rules without a database: any order of commands keeps the invariants (hypothesis)."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.dialogue import Decision
from handoff import conversation as rules
from handoff.drafts import Draft, Hands
from handoff.errors import DeskError
from handoff.events import (
    AgentId,
    AgentRef,
    ConversationId,
    Event,
    HandoffState,
    HandoffStep,
    Message,
    Resolution,
    Role,
    SiteId,
    Stage,
    StageChange,
    VisitorHash,
)
from handoff.projection import apply, begin, episode_of
from handoff.views import ConversationState, Entry, QueuePlace
from tests.handoff.desk_for_tests import reply

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
REOPEN = timedelta(hours=24)
PLACE = QueuePlace(1, None)
AGENTS = [AgentRef(AgentId(name), name.title()) for name in ("ann", "bob")]
agents = st.sampled_from(AGENTS)


def fold(events: list[Event], start: ConversationState) -> ConversationState:
    """What the events add up to."""
    state = start
    for event in events:
        state = apply(state, event)
    return state


class AnyOrder(RuleBasedStateMachine):
    """Every command at every moment; refusals are fine, broken promises are not."""

    @initialize()
    def start(self) -> None:
        self.now = START
        self.fresh = begin(ConversationId("c"), SiteId("s"), VisitorHash("v"), START)
        self.state = self.fresh
        self.events: list[Event] = []
        self.tell(rules.customer_writes(self.state, "Hello", self.now, REOPEN))

    def tell(self, drafts: list[Draft] | None) -> None:
        for draft in drafts or []:
            episode = episode_of(self.state, draft.payload)
            seq = self.state.seq + 1
            sender, payload = draft.sender, draft.payload
            event = Event(self.state.id, seq, episode, self.now, sender, payload)
            self.events.append(event)
            self.state = apply(self.state, event)

    def attempt(self, command: str, *arguments: object) -> None:
        before = self.state
        try:
            self.tell(getattr(rules, command)(self.state, *arguments))
        except DeskError:
            assert self.state == before

    @rule(minutes=st.integers(0, 60 * 30))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def customer_writes(self) -> None:
        self.attempt("customer_writes", "And now?", self.now, REOPEN)

    @rule()
    def customer_asks_human(self) -> None:
        self.attempt("customer_asks_human", "direct_request", Entry(PLACE), self.now, REOPEN)

    @rule()
    def customer_cancels(self) -> None:
        self.attempt("customer_cancels")

    @rule()
    def customer_closes(self) -> None:
        self.attempt("customer_closes", Resolution.SOLVED, None)

    @rule(decision=st.sampled_from(Decision), late=st.booleans())
    def bot_replies(self, decision: Decision, late: bool) -> None:
        before, seq = self.state, self.state.customer_seq - late
        drafts = rules.bot_replies(self.state, reply(decision), seq, Entry(PLACE))
        if late or before.stage in (Stage.HUMAN, Stage.CLOSED):
            assert drafts is None
        if before.stage is Stage.WAITING and drafts:
            assert decision in rules.SAID_WHILE_WAITING
        self.tell(drafts)

    @rule(agent=agents, load=st.integers(0, 2))
    def agent_claims(self, agent: AgentRef, load: int) -> None:
        held = self.state.agent
        self.attempt("agent_claims", Hands(agent, load, 2))
        if held is not None:
            assert self.state.agent == held
        elif load == 2:
            assert self.state.agent is None

    @rule(agent=agents)
    def is_offered(self, agent: AgentRef) -> None:
        if self.state.stage is Stage.WAITING and self.state.offered_to is None:
            self.tell(rules.is_offered(self.state, agent, self.now + timedelta(minutes=1), PLACE))

    @rule(agent=agents)
    def agent_accepts(self, agent: AgentRef) -> None:
        offered = self.state.offered_to
        held = self.state.agent
        self.attempt("agent_accepts", Hands(agent, 0, 2), self.now)
        if self.state.agent is not None and held is None:
            assert offered == self.state.agent

    @rule(agent=agents)
    def agent_declines(self, agent: AgentRef) -> None:
        self.attempt("agent_declines", agent, PLACE, self.now)

    @rule(agent=agents)
    def agent_writes(self, agent: AgentRef) -> None:
        self.attempt("agent_writes", agent, "Hello")

    @rule(agent=agents, to=agents)
    def agent_transfers(self, agent: AgentRef, to: AgentRef) -> None:
        self.attempt("agent_transfers", agent, Hands(to, 0, 2))

    @rule(agent=agents)
    def agent_releases_to_queue(self, agent: AgentRef) -> None:
        self.attempt("agent_releases_to_queue", agent, PLACE)

    @rule(agent=agents)
    def agent_releases_to_bot(self, agent: AgentRef) -> None:
        self.attempt("agent_releases_to_bot", agent)

    @rule(agent=agents)
    def agent_closes(self, agent: AgentRef) -> None:
        self.attempt("agent_closes", agent, Resolution.SOLVED, None)

    @rule()
    def lease_runs_out(self) -> None:
        if self.state.stage is Stage.HUMAN:
            self.tell(rules.lease_runs_out(self.state, PLACE))
            assert self.state.at_front

    @invariant()
    def someone_has_it_exactly_in_stage_human(self) -> None:
        assert (self.state.agent is not None) == (self.state.stage is Stage.HUMAN)

    @invariant()
    def it_waits_since_some_time_exactly_in_stage_waiting(self) -> None:
        assert (self.state.waiting_since is not None) == (self.state.stage is Stage.WAITING)

    @invariant()
    def offers_exist_only_while_waiting(self) -> None:
        assert self.state.offered_to is None or self.state.stage is Stage.WAITING

    @invariant()
    def numbers_have_no_gaps_and_episodes_only_rise(self) -> None:
        assert [event.seq for event in self.events] == list(range(1, len(self.events) + 1))
        episodes = [event.episode for event in self.events]
        assert episodes == sorted(episodes)

    @invariant()
    def a_snapshot_and_the_events_after_it_are_the_fresh_state_for_every_cut(self) -> None:
        cut = fold(self.events, self.fresh)
        assert cut == self.state
        for point in range(0, len(self.events), 5):
            snapshot = fold(self.events[:point], self.fresh)
            assert fold(self.events[point:], snapshot) == self.state

    @invariant()
    def stage_changes_tell_of_each_move(self) -> None:
        stage = Stage.BOT
        for event in self.events:
            if isinstance(event.payload, StageChange):
                assert event.payload.previous is stage
                stage = event.payload.stage
        assert stage is self.state.stage

    @invariant()
    def the_bot_says_nothing_in_stage_human(self) -> None:
        stage = Stage.BOT
        for event in self.events:
            if isinstance(event.payload, StageChange):
                stage = event.payload.stage
            if isinstance(event.payload, Message) and event.sender.role is Role.BOT:
                assert stage in (Stage.BOT, Stage.WAITING)

    @invariant()
    def whoever_enters_the_queue_is_told_their_place(self) -> None:
        for before, after in pairwise(self.events):
            moved = before.payload
            if isinstance(moved, StageChange) and moved.stage is Stage.WAITING:
                told = after.payload
                assert isinstance(told, HandoffStep)
                assert told.state is HandoffState.QUEUED


AnyOrder.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
test_any_order_of_commands_keeps_the_promises = AnyOrder.TestCase
