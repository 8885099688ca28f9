"""Conversations as lines of the console's lists."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from handoff.views import Row
from web.wire.events import WirePromise, wire_agent, wire_promise
from web.wire.outgoing import Outgoing, WireAgent


class RowFrame(Outgoing):
    """A conversation as a line of the console's lists."""

    type: Literal["row"] = "row"
    conversation: str
    site: str
    stage: str
    episode: int
    seq: int
    at: datetime
    name: str | None = None
    email: str | None = None
    text: str | None = None
    text_from: str | None = None
    waiting_since: datetime | None = None
    unanswered_since: datetime | None = None
    reason: str | None = None
    agent: WireAgent | None = None
    offered_to: WireAgent | None = None
    offer_expires_at: datetime | None = None
    skill: str | None = None
    at_front: bool | None = None
    priority: int = 0
    tags: list[str] = Field(default_factory=list)
    snoozed_until: datetime | None = None
    promise: WirePromise | None = None
    resolution: str | None = None


def row_frame(row: Row) -> RowFrame:
    """Make the frame of a line of the console's lists."""
    return RowFrame(
        conversation=row.conversation,
        site=row.site,
        stage=row.stage.value,
        episode=row.episode,
        seq=row.seq,
        at=row.at,
        name=row.name,
        email=row.email,
        text=row.text,
        text_from=row.text_from.value if row.text_from else None,
        waiting_since=row.waiting_since,
        unanswered_since=row.unanswered_since,
        reason=row.reason or None,
        agent=wire_agent(row.agent),
        offered_to=wire_agent(row.offered_to),
        offer_expires_at=row.offer_expires_at,
        skill=row.skill,
        at_front=row.at_front or None,
        priority=row.priority,
        tags=list(row.tags),
        snoozed_until=row.snoozed_until,
        promise=wire_promise(row.promise),
        resolution=row.resolution.value if row.resolution else None,
    )
