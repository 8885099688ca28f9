"""What the console's transcript says of events, in a real browser's JavaScript."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.web.browsers import context, modules

__all__ = ["context", "modules"]

pytestmark = pytest.mark.browser

LINES = """async (events) => {
  const { timeline } = await import("/console/timeline.js");
  const numbered = events.map((event, at) => ({ seq: at + 1, at: "2026-11-29T12:00:00Z", ...event }));
  return timeline({ events: numbered }, [], 1, 0)
    .filter(({ form }) => form === "quiet").map(({ words }) => words);
}"""
MIRA = {"role": "agent", "id": "a1", "name": "Mira"}
LATER = "2026-11-30T09:00:00Z"


def labels(**given: Any) -> dict[str, Any]:
    """A change of labels by Mira."""
    return {"kind": "labels", "from": MIRA, "tags": [], "priority": 0, **given}


def stage(stage: str, reason: str) -> dict[str, Any]:
    """A change of stage."""
    return {"kind": "stage", "from": MIRA, "stage": stage, "reason": reason, "agent": MIRA}


@pytest.mark.parametrize(
    ("events", "last"),
    [
        ([labels(tags=["vip"])], "Mira added #vip"),
        ([labels(tags=["vip", "new"]), labels(tags=["new"])], "Mira removed #vip"),
        ([labels(tags=["vip"]), labels(tags=["vip"], priority=2)], "Mira set the priority to Urgent"),
        ([labels(priority=1, **{"from": {"role": "system"}})], "The chat got the priority High"),
        ([labels(tags=["vip"]), stage("bot", "new_episode"), labels(tags=["vip"])], "Mira added #vip"),
        ([labels(snoozed_until=LATER), labels()], "Mira brought the chat back"),
        (
            [labels(snoozed_until=LATER), stage("human", "transferred"), labels(tags=["vip"])],
            "Mira added #vip",
        ),
        (
            [
                labels(snoozed_until=LATER),
                {"kind": "message", "from": {"role": "customer"}, "text": "It is here."},
                labels(tags=["vip"]),
            ],
            "Mira added #vip",
        ),
    ],
    ids=["added", "removed", "priority", "by-rule", "next-episode", "back", "moved", "written"],
)  # fmt: skip
def test_a_change_of_labels_is_told_by_what_it_changed(
    modules: Page, events: list[dict[str, Any]], last: str
) -> None:
    assert modules.evaluate(LINES, events)[-1] == last


def test_a_transfer_to_a_skill_says_who_and_where_to(modules: Page) -> None:
    queued = {"kind": "handoff", "from": {"role": "system"}, "state": "queued", "position": 2}
    moved = stage("waiting", "transferred")
    assert modules.evaluate(LINES, [moved, {**queued, "skill": "billing"}, queued]) == [
        "Mira transferred the chat",
        "Waiting in the queue for billing, place 2",
        "Waiting in the queue, place 2",
    ]


def test_an_offer_that_is_let_go_is_told_with_who_let_it_go(modules: Page) -> None:
    step = {"kind": "handoff", "from": {"role": "system"}, "position": 1, "agent": MIRA}
    declined = {**step, "state": "queued", "reason": "declined"}
    assert modules.evaluate(LINES, [declined, {**step, "state": "timed_out"}]) == [
        "Mira declined; still waiting, place 1",
        "Mira did not answer in time; still waiting, place 1",
    ]
