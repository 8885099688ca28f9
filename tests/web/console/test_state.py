"""The console's reducer, imported by a real browser: the same frames give the same state."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.web.browsers import context, modules

__all__ = ["context", "modules"]

pytestmark = pytest.mark.browser

ME = {"id": "a1", "name": "Mira"}
OTHER = {"id": "a2", "name": "Jonas"}
RUN = """async (happenings) => {
  const { EMPTY, reduce } = await import("/console/frames.js");
  return happenings.reduce(reduce, EMPTY);
}"""


def frame(**fields: Any) -> dict[str, Any]:
    """A frame from the server, as a happening."""
    return {"type": "frame", "frame": fields, "now": 0}


def event(seq: int, kind: str, **fields: Any) -> dict[str, Any]:
    """An event of conversation c1."""
    given = {"from": {"role": "customer"}, **fields}
    return frame(type="event", conversation="c1", seq=seq, episode=1, kind=kind, **given)


AGENT = {"from": {"role": "agent", **ME}}
WELCOME = frame(type="welcome", agent=ME, role="agent", presence="online")
TALK = [
    WELCOME,
    frame(type="welcome", conversation="c1", episode=1, stage="bot", seq=0),
    event(1, "message", text="Hello"),
    event(2, "stage", stage="waiting", previous="bot", reason="handoff"),
    event(3, "handoff", state="requested"),
    event(4, "stage", stage="human", previous="waiting", reason="claimed", agent=ME),
    event(5, "message", text="Hi", **AGENT),
    event(6, "message", text="Thanks"),
    event(7, "stage", stage="closed", previous="human", reason="closed", resolution="solved"),
]


def run(page: Page, *happenings: dict[str, Any]) -> dict[str, Any]:
    """The state after these happenings."""
    state: dict[str, Any] = page.evaluate(RUN, list(happenings))
    return state


@pytest.mark.parametrize("cut", range(1, len(TALK)))
def test_resuming_at_any_point_gives_the_state_of_never_having_left(
    modules: Page, cut: int
) -> None:
    before = run(modules, *TALK[:cut])
    seq = before["conversations"].get("c1", {}).get("seq", 0)
    again = [one for one in TALK if one["frame"].get("seq", 0) > seq]
    resumed = run(modules, *TALK[:cut], WELCOME, *again)
    assert resumed == run(modules, *TALK)


def test_an_event_that_comes_twice_is_kept_once(modules: Page) -> None:
    twice = run(modules, *TALK[:3], TALK[2])
    assert [one["seq"] for one in twice["conversations"]["c1"]["events"]] == [1]


def test_a_message_leaves_the_outbox_with_its_event_also_when_that_is_a_repeat(
    modules: Page,
) -> None:
    sent = {
        "type": "sent",
        "at": 0,
        "frame": {"type": "message", "conversation": "c1", "client_id": "m1", "text": "Hi"},
    }
    waiting = run(modules, *TALK[:6], sent)
    assert [one["client_id"] for one in waiting["outbox"]] == ["m1"]
    answer = event(5, "message", text="Hi", client_id="m1", **{"from": {"role": "agent", **ME}})
    assert run(modules, *TALK[:6], sent, answer)["outbox"] == []
    assert run(modules, *TALK[:8], sent, answer)["outbox"] == []


def test_a_refused_message_stays_to_be_tried_again(modules: Page) -> None:
    sent = {
        "type": "sent",
        "at": 0,
        "frame": {"type": "message", "conversation": "c1", "client_id": "m1", "text": "Hi"},
    }
    refusal = frame(type="error", code="too_many", message="Wait a moment.", client_id="m1")
    state = run(modules, *TALK[:6], sent, refusal)
    assert [(one["progress"], one["problem"]) for one in state["outbox"]] == [
        ("failed", "Wait a moment.")
    ]


def test_a_lost_claim_names_the_winner_and_gives_them_the_chat(modules: Page) -> None:
    claim = {
        "type": "sent",
        "at": 0,
        "frame": {"type": "claim", "conversation": "c1", "client_id": "k1"},
    }
    lost = frame(type="error", code="taken", message="", client_id="k1", agent=OTHER)
    state = run(modules, *TALK[:5], claim, lost)
    assert state["outbox"] == []
    assert state["conversations"]["c1"]["agent"] == OTHER
    assert [notice["text"] for notice in state["notices"]] == ["Jonas has taken this chat."]


ROWS = [
    {"conversation": "new", "stage": "waiting", "waiting_since": "2026-03-02T12:05:00Z"},
    {"conversation": "old", "stage": "waiting", "waiting_since": "2026-03-02T12:00:00Z"},
    {
        "conversation": "urgent",
        "stage": "waiting",
        "waiting_since": "2026-03-02T12:09:00Z",
        "priority": 2,
    },
    {
        "conversation": "returned",
        "stage": "waiting",
        "waiting_since": "2026-03-02T12:10:00Z",
        "at_front": True,
    },
    {
        "conversation": "away",
        "stage": "human",
        "agent": ME,
        "snoozed_until": "2026-03-03T09:00:00Z",
        "unanswered_since": "2026-03-02T11:00:00Z",
    },
    {
        "conversation": "promised",
        "stage": "human",
        "agent": ME,
        "promise": {"text": "Ring", "due_at": "2026-03-02T13:00:00Z"},
    },
    {"conversation": "mine", "stage": "human", "agent": ME},
    {"conversation": "theirs", "stage": "human", "agent": OTHER},
    {"conversation": "bot", "stage": "bot"},
    {"conversation": "done", "stage": "closed"},
]


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("waiting", ["returned", "urgent", "old", "new"]),
        ("mine", ["mine", "promised"]),
        ("team", ["theirs"]),
        ("later", ["promised", "away"]),
        ("open", ["old", "new", "urgent", "returned", "away", "bot", "mine", "promised", "theirs"]),
        ("closed", ["done"]),
    ],
)
def test_a_view_shows_its_rows_with_the_longest_wait_first(
    modules: Page, view: str, expected: list[str]
) -> None:
    state = run(modules, WELCOME, *(frame(type="row", seq=1, **row) for row in ROWS))
    shown = modules.evaluate(
        """async ([state, view]) => {
          const { rowsOf } = await import("/console/views.js");
          return rowsOf(state, view).map((row) => row.conversation);
        }""",
        [state, view],
    )
    assert shown == expected


@pytest.mark.parametrize(
    ("waited_s", "level"), [(0, "calm"), (119, "calm"), (120, "amber"), (300, "red")]
)
def test_a_timer_turns_amber_then_red(modules: Page, waited_s: int, level: str) -> None:
    shown = modules.evaluate(
        """async (waited) => (await import("/console/views.js")).urgency(waited)""", waited_s * 1000
    )
    assert shown == level


CALLS = """async ([happenings, now]) => {
  const { EMPTY, reduce } = await import("/console/frames.js");
  const { Arrivals } = await import("/console/arrivals.js");
  const { drawRow, makeRow } = await import("/console/rows.js");
  const state = happenings.reduce(reduce, EMPTY);
  new Arrivals(() => {}).update(state, now);
  const item = makeRow(state.rows.c1);
  drawRow(item, state.rows.c1, { state, now });
  return [document.title, item.querySelector(".chips").textContent];
}"""
AWAY_UNTIL_S = 60
HANDED = frame(type="row", conversation="c1", stage="human", agent=ME)
AWAY = frame(
    type="row", conversation="c1", stage="human", agent=ME, snoozed_until="1970-01-01T00:01:00Z"
)
COLLEAGUES = frame(type="row", conversation="c1", stage="human", agent=OTHER)
CHOSEN = {"type": "select", "conversation": "c1"}


@pytest.mark.parametrize(
    ("happenings", "title", "chip"),
    [
        ([AWAY, {**HANDED, "now": AWAY_UNTIL_S * 1000}], "(1) Warmline console", "is back"),
        ([AWAY, {**HANDED, "now": 1000}], "Warmline console", ""),
        ([COLLEAGUES, HANDED], "(1) Warmline console", "handed to you"),
        ([COLLEAGUES, HANDED, HANDED], "(1) Warmline console", "handed to you"),
        ([COLLEAGUES, HANDED, CHOSEN], "Warmline console", ""),
        ([COLLEAGUES, HANDED, CHOSEN, HANDED], "Warmline console", ""),
        ([HANDED], "Warmline console", ""),
    ],
    ids=["back", "brought-back", "handed", "stays", "chosen", "stays-chosen", "at-the-start"],
)
def test_a_chat_that_is_back_or_handed_over_calls_until_it_is_chosen(
    modules: Page, happenings: list[dict[str, Any]], title: str, chip: str
) -> None:
    assert modules.evaluate(CALLS, [[WELCOME, *happenings], 61_000]) == [title, chip]


TIMER = """async (rows) => {
  const { drawRow, makeRow } = await import("/console/rows.js");
  const { EMPTY } = await import("/console/frames.js");
  const item = makeRow(rows[0]);
  for (const row of rows) drawRow(item, row, { state: EMPTY, now: 60_000 });
  return item.querySelector(".timer").getAttribute("aria-label");
}"""


def test_a_row_whose_customer_has_a_reply_no_longer_says_that_somebody_waits(
    modules: Page,
) -> None:
    row = {"conversation": "c1", "stage": "human", "at": "1970-01-01T00:00:00Z"}
    waits = {**row, "unanswered_since": "1970-01-01T00:00:00Z"}
    assert modules.evaluate(TIMER, [waits]) == "waiting 1 minute"
    assert modules.evaluate(TIMER, [waits, row]) is None


SPEAKER = """async (happenings) => {
  const { EMPTY, reduce } = await import("/console/frames.js");
  const { drawRow, makeRow } = await import("/console/rows.js");
  const state = happenings.reduce(reduce, EMPTY);
  const item = makeRow(state.rows.c1);
  drawRow(item, state.rows.c1, { state, now: 0 });
  return item.querySelector(".text").textContent;
}"""


@pytest.mark.parametrize(
    ("by", "line"), [(ME, "You: Hi"), (OTHER, "Agent: Hi"), (None, "Agent: Hi")]
)
def test_a_row_gives_an_agents_words_to_who_wrote_them(
    modules: Page, by: dict[str, str] | None, line: str
) -> None:
    said = [event(1, "message", text="Hi", **{"from": {"role": "agent", **by}})] if by else []
    row = {"conversation": "c1", "stage": "human", "agent": ME, "text": "Hi", "text_from": "agent"}
    assert modules.evaluate(SPEAKER, [WELCOME, *said, frame(type="row", **row)]) == line


FILLED = """async ([text, names]) =>
  (await import("/console/replies.js")).filled(text, names)"""


@pytest.mark.parametrize(
    ("text", "known", "unknown"),
    [
        ("Hello {customer}, {agent} here.", "Hello Kim, Mira here.", "Hello, Mira here."),
        ("Thanks, {customer_name}!", "Thanks, Kim!", "Thanks!"),
        ("{customer}, it is here.\nYes.", "Kim, it is here.\nYes.", "It is here.\nYes."),
        ("Hi\n{customer_name}: done", "Hi\nKim: done", "Hi\nDone"),
        ("{agent_name}", "Mira", "Mira"),
        ("{other} { customer }", "{other} { customer }", "{other} { customer }"),
    ],
    ids=["within", "comma", "first", "line", "agent", "none"],
)
def test_a_saved_reply_names_only_whom_it_knows(
    modules: Page, text: str, known: str, unknown: str
) -> None:
    assert modules.evaluate(FILLED, [text, {"customer": "Kim", "agent": "Mira"}]) == known
    assert modules.evaluate(FILLED, [text, {"customer": "", "agent": "Mira"}]) == unknown


LAST_WORDS = """async ([text, from]) => {
  const { drawRow, makeRow } = await import("/console/rows.js");
  const { EMPTY } = await import("/console/frames.js");
  const row = { conversation: "c1", stage: "bot", text, text_from: from };
  const item = makeRow(row);
  drawRow(item, row, { state: EMPTY, now: 0 });
  return item.querySelector(".text").textContent;
}"""


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "The prices:\n\n| plan | price |\n|---|---|\n| **Basic** | 5 euro |\n| Team | 9 euro |\n",
            "The prices: plan · price; Basic · 5 euro; Team · 9 euro",
        ),
        ("| plan | price |\n|---|--", "plan · price"),
        ("| plan | pri", "plan · pri"),
        ("1. Open `Settings`.\n2. See [Billing](https://shop.example/b", "1. Open Settings. 2. See [Billing](https://shop.example/b"),
        ("```\nwarmline ask\n", "warmline ask"),
        ("<b>5 &lt; 6</b>", "<b>5 &lt; 6</b>"),
    ],
    ids=["table", "cut-rule", "cut-row", "list", "code", "markup"],
)  # fmt: skip
def test_a_row_says_the_bots_words_in_one_line_without_marks(
    modules: Page, text: str, line: str
) -> None:
    assert modules.evaluate(LAST_WORDS, [text, "bot"]) == f"Bot: {line}"
    assert modules.evaluate(LAST_WORDS, [text, "customer"]) == text  # a customer's are as written


OFFERED = """async (until) => {
  const { drawRow, makeRow } = await import("/console/rows.js");
  const { EMPTY } = await import("/console/frames.js");
  const me = { id: "a1", name: "Mira" };
  const row = { conversation: "c1", stage: "waiting", offered_to: me, offer_expires_at: until };
  const item = makeRow(row);
  drawRow(item, row, { state: { ...EMPTY, me }, now: 0 });
  return item.querySelector(".chips").textContent;
}"""


@pytest.mark.parametrize(
    ("second", "left"),
    [(45, " · 45 s left"), (3, " · a moment left"), (0, "")],
    ids=["time", "nearly-over", "over"],
)
def test_a_row_says_how_long_an_offer_stands(modules: Page, second: int, left: str) -> None:
    until = f"1970-01-01T00:00:{second:02d}Z"
    assert modules.evaluate(OFFERED, until) == f"offered to you{left}"


def learned(turn: int, *suggestions: str) -> dict[str, Any]:
    """The server's suggestions for what was said up to a turn."""
    facts = {"suggestions": list(suggestions)}
    return {"type": "learned", "conversation": "c1", "facts": facts, "turn": turn}


@pytest.mark.parametrize(
    ("happenings", "shown"),
    [
        pytest.param([learned(6, "Do")], ["Do"], id="for-the-last-message"),
        pytest.param([learned(6, "Do"), event(7, "message", **AGENT)], None, id="answered"),
        pytest.param([event(7, "message", **AGENT), learned(6, "Do")], None, id="answered-before"),
        pytest.param(
            [event(7, "message"), learned(7, "New"), learned(6, "Do")], ["New"], id="asked-again"
        ),
        pytest.param(
            [learned(6, "Do"), event(7, "message", **{"from": {"role": "bot"}})], ["Do"], id="bot"
        ),
    ],
)
def test_suggestions_answer_what_was_said_last(
    modules: Page, happenings: list[dict[str, Any]], shown: list[str] | None
) -> None:
    state = run(modules, *TALK[:8], *happenings)
    assert state["conversations"]["c1"].get("suggestions") == shown


ROW = {"conversation": "c1", "stage": "human", "agent": ME, "seq": 4}
GONE = frame(type="row_gone", conversation="c1")


@pytest.mark.parametrize("told", [len(TALK) - 1, len(TALK)], ids=["before", "after"])
def test_a_chat_that_closes_in_sight_stays_as_closed_whichever_is_told_first(
    modules: Page, told: int
) -> None:
    row = frame(type="row", **ROW)
    state = run(modules, *TALK[:4], row, *TALK[4:told], GONE, *TALK[told:])
    closed = {"stage": "closed", "agent": None, "resolution": "solved"}
    assert state["rows"]["c1"] == {**ROW, "news": None, **closed}


def test_a_chat_that_leaves_the_lists_and_comes_back_is_as_the_list_says(modules: Page) -> None:
    row = frame(type="row", **ROW)
    state = run(modules, *TALK[:4], row, GONE)
    assert state["rows"] == {}
    state = run(modules, *TALK[:4], row, GONE, row, *TALK[4:])
    assert state["rows"]["c1"]["stage"] == "human"
