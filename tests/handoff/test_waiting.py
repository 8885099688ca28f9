"""Order, places, waits and offers, without a database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.events import AgentId, AgentRef, ConversationId, WaitRange
from handoff.waiting import FreeAgent, Served, Waiting, in_order, matches, positions, wait_range

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PAUSE = timedelta(minutes=2)


def waits(name: str, minute: int = 0, **more: object) -> Waiting:
    return Waiting(ConversationId(name), NOON + timedelta(minutes=minute), **more)  # type: ignore[arg-type]


def free(name: str, load: int = 0, capacity: int = 2, *skills: str) -> FreeAgent:
    return FreeAgent(AgentRef(AgentId(name), name), load, capacity, frozenset(skills))


def test_returned_ones_come_first_then_priority_then_time() -> None:
    queue = [
        waits("late", 2),
        waits("early", 1),
        waits("urgent", 3, priority=2),
        waits("returned", 4, at_front=True),
        waits("low", 0, priority=-1),
    ]
    names = [w.conversation for w in in_order(queue)]
    assert names == ["returned", "urgent", "early", "late", "low"]


def test_the_place_counts_those_who_wait_for_the_same_people() -> None:
    queue = [waits("a", 0, skill="billing"), waits("b", 1, skill="repair"), waits("c", 2)]
    places = [positions(queue).get(ConversationId(name)) for name in ("a", "b", "c", "d")]
    assert places == [1, 1, 3, None]


def test_no_wait_is_told_without_history() -> None:
    assert wait_range([Served(1, 60.0)] * 4, 1) is None


def test_the_wait_is_the_middle_half_of_history_times_the_place() -> None:
    history = [Served(1, 40.0), Served(1, 50.0), Served(2, 120.0), Served(1, 70.0), Served(1, 80.0)]
    assert wait_range(history, 1) == WaitRange(50, 70)
    assert wait_range(history, 3) == WaitRange(150, 210)


def test_the_least_busy_agent_is_asked_first() -> None:
    [match] = matches([waits("a")], [free("ann", 1), free("bob", 0)], NOON, PAUSE)
    assert match.agent.id == "bob"


def test_who_declined_is_asked_again_only_when_nobody_else_is_left_and_after_a_pause() -> None:
    queue = [waits("a", declined_by=("ann",))]
    asked = FreeAgent(AgentRef(AgentId("ann"), "ann"), 0, 2, offered_at=NOON)
    assert matches(queue, [asked], NOON + timedelta(minutes=1), PAUSE) == []
    [match] = matches(queue, [asked, free("bob", 1)], NOON + timedelta(minutes=1), PAUSE)
    assert match.agent.id == "bob"
    [match] = matches(queue, [asked], NOON + timedelta(minutes=3), PAUSE)
    assert match.agent.id == "ann"


SKILLS = st.sampled_from(["billing", "repair"])
QUEUES = st.lists(
    st.tuples(st.integers(0, 60), st.integers(-1, 2), st.booleans(), st.none() | SKILLS),
    max_size=12,
)
TEAMS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(1, 3), st.sets(SKILLS)), min_size=1, max_size=5
)


@given(queue=QUEUES, team=TEAMS)
def test_no_place_is_overfilled_and_none_stays_free_while_someone_could_take_it(
    queue: list[tuple[int, int, bool, str | None]], team: list[tuple[int, int, set[str]]]
) -> None:
    waiting = [
        waits(f"c{n}", minute, priority=priority, at_front=front, skill=skill)
        for n, (minute, priority, front, skill) in enumerate(queue)
    ]
    agents = [
        free(f"a{n}", load, capacity, *skills) for n, (load, capacity, skills) in enumerate(team)
    ]
    made = matches(waiting, agents, NOON, PAUSE)
    left = {a.agent.id: a.capacity - a.load for a in agents}
    for match in made:
        left[match.agent.id] -= 1
    for agent in agents:
        assert left[agent.agent.id] >= min(0, agent.capacity - agent.load)
    offered = {match.conversation for match in made}
    assert len(offered) == len(made)
    for one in waiting:
        if one.conversation not in offered:
            able = [a for a in agents if one.skill is None or one.skill in a.skills]
            assert all(left[a.agent.id] <= 0 for a in able)


@pytest.mark.parametrize("size", [0, 1, 7])
def test_places_run_from_one_without_gaps_when_all_wait_for_anyone(size: int) -> None:
    queue = [waits(f"c{n}", n) for n in range(size)]
    assert [positions(queue)[w.conversation] for w in queue] == list(range(1, size + 1))
