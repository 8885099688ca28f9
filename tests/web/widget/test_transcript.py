"""From frames to what is shown: the same whatever was repeated or cut."""

from typing import Any

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

CUSTOMER = {"role": "customer"}
BOT = {"role": "bot"}
AGENT = {"role": "agent", "id": "a1", "name": "Maya Okafor"}


def event(seq: int, kind: str, sender: dict[str, str], **fields: Any) -> dict[str, Any]:
    """An event frame of the first episode."""
    at = f"2026-11-22T10:{seq:02d}:00Z"
    return {
        "type": "event",
        "seq": seq,
        "episode": 1,
        "at": at,
        "kind": kind,
        "from": sender,
    } | fields


# Numbers 4 and 11 are notes between agents: a customer's numbers have gaps.
CONVERSATION = [
    event(1, "message", CUSTOMER, client_id="c1", text="Where is my parcel?"),
    event(2, "message", BOT, text="It is on its way.", citations=[], offer=True),
    event(3, "feedback", CUSTOMER, client_id="c2", about_seq=2, helpful=False),
    event(5, "handoff", CUSTOMER, client_id="c3", state="requested"),
    event(6, "stage", {"role": "system"}, stage="waiting", previous="bot", reason="handoff"),
    event(7, "handoff", {"role": "system"}, state="queued", position=2, wait_s=[60, 120]),
    event(8, "handoff", AGENT, state="accepted"),
    event(9, "stage", AGENT, stage="human", previous="waiting", reason="claimed", agent=AGENT),
    event(10, "message", AGENT, text="Hello, this is Maya."),
    event(12, "message", CUSTOMER, client_id="c4", text="Thank you"),
    event(13, "stage", AGENT, stage="closed", previous="human", reason="closed"),
    event(14, "survey", {"role": "system"}, survey="s1", survey_kind="csat"),
    event(15, "survey", CUSTOMER, client_id="c5", survey="s1", survey_kind="csat", score=5),
]
WELCOME = {"type": "welcome", "conversation": "x", "episode": 1, "stage": "bot", "seq": 0}

APPLY = """async ([frames, pending]) => {
  const { EMPTY, apply, rows, unread, awaitsBot } = await import('/widget/transcript.js');
  const { noticeOf } = await import('/widget/notices.js');
  const state = frames.reduce(apply, EMPTY);
  return { state, rows: rows(state, noticeOf, pending), unread: unread(state, 0), awaits: awaitsBot(state) };
}"""


def shown(page: Page, frames: list[dict[str, Any]], pending: list[Any] | None = None) -> Any:
    """What the frames come to."""
    return page.evaluate(APPLY, [frames, pending or []])


def test_every_cut_and_repeat_comes_to_the_same_transcript(modules: Page) -> None:
    whole = shown(modules, [WELCOME, *CONVERSATION])
    for cut in range(len(CONVERSATION) + 1):
        for overlap in (0, 1, cut):
            again = CONVERSATION[max(0, cut - overlap) :]
            assert shown(modules, [WELCOME, *CONVERSATION[:cut], *again]) == whole, (cut, overlap)


def test_the_customer_sees_every_step_of_a_handoff(modules: Page) -> None:
    rows = shown(modules, [WELCOME, *CONVERSATION])["rows"]
    assert [row.get("text") or row.get("word") or row["type"] for row in rows] == [
        "day",
        "Where is my parcel?",
        "It is on its way.",
        "queued",
        "joined",
        "Hello, this is Maya.",
        "Thank you",
        "ended",
        "rated",
    ]


def test_the_waiting_card_follows_the_queue_and_goes_when_a_person_comes(
    modules: Page,
) -> None:
    queue = {"type": "queue", "position": 1, "wait_s": None}
    waiting = shown(modules, [WELCOME, *CONVERSATION[:6], queue])["state"]
    assert (waiting["handoff"]["position"], waiting["handoff"]["wait_s"]) == (1, None)
    assert shown(modules, [WELCOME, *CONVERSATION[:8]])["state"]["handoff"] is None


def test_a_message_waiting_to_be_sent_stands_last_and_becomes_its_event_in_place(
    modules: Page,
) -> None:
    pending = [{"frame": {"type": "message", "client_id": "c9", "text": "And my lamp?"}}]
    before = shown(modules, [WELCOME, *CONVERSATION[:2]], pending)["rows"][-1]
    arrived = event(3, "message", CUSTOMER, client_id="c9", text="And my lamp?")
    after = shown(modules, [WELCOME, *CONVERSATION[:2], arrived])["rows"][-1]
    assert (before["pending"], before["key"]) == (True, after["key"])
    assert "pending" not in after


def test_another_conversation_starts_from_nothing(modules: Page) -> None:
    other = WELCOME | {"conversation": "y"}
    assert shown(modules, [WELCOME, *CONVERSATION, other])["state"]["events"] == []


def test_only_what_others_said_counts_as_unread(modules: Page) -> None:
    assert shown(modules, [WELCOME, *CONVERSATION])["unread"] == 2


def test_the_bot_is_awaited_only_while_it_is_its_turn(modules: Page) -> None:
    assert shown(modules, [WELCOME, *CONVERSATION[:1]])["awaits"] is True
    assert shown(modules, [WELCOME, *CONVERSATION[:2]])["awaits"] is False
    assert shown(modules, [WELCOME, *CONVERSATION[:10]])["awaits"] is False


LEAVES = {
    "lost": ("lease_expired", "queued_again"),
    "transferred to a skill": ("transferred", "passed_on"),
    "put back": ("released", "passed_on"),
}


@pytest.mark.parametrize(("reason", "word"), LEAVES.values(), ids=LEAVES.keys())
def test_a_lost_connection_is_told_only_where_one_was_lost(
    modules: Page, reason: str, word: str
) -> None:
    back = event(11, "stage", AGENT, stage="waiting", previous="human", reason=reason, agent=AGENT)
    rows = shown(modules, [WELCOME, *CONVERSATION[:9], back])["rows"]
    assert rows[-1]["word"] == word


def test_offers_that_run_out_one_after_another_are_told_once(modules: Page) -> None:
    system = {"role": "system"}
    offers = [
        event(seq, "handoff", system, state=state, position=1)
        for seq, state in enumerate(["offered", "timed_out"] * 3, 8)
    ]
    rows = shown(modules, [WELCOME, *CONVERSATION[:6], *offers])["rows"]
    assert [row.get("word") for row in rows][-2:] == ["queued", "looking_further"]


WORDING = """async (messages) => {
  const { wording } = await import('/widget/answer.js');
  return messages.map(wording);
}"""


def test_choices_that_are_buttons_are_not_listed_above_them_too(modules: Page) -> None:
    labels = ["Returns", "Returns by post"]
    choices = [{"value": label, "label": label} for label in labels]
    asked = "Which of these?\n- Returns by post\n- Returns"
    listed = "Take along:\n- Returns\n- a receipt"
    messages = [
        {"text": asked, "choices": choices},
        {"text": listed},
        {"text": listed, "choices": []},
    ]
    assert modules.evaluate(WORDING, messages) == ["Which of these?", listed, listed]
