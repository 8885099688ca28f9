"""What the server does by itself: time passes at the desk, rows reach the agents.

Two tasks. The clock runs every `sweep_s`: the desk's own sweep, changes made by other processes,
places in the queue, agents' leases, a new snapshot. The rows task wakes when a conversation
changed and brings the agents' lists up to date, many changes at once.
"""

import asyncio
import logging
import time
from contextlib import suppress
from dataclasses import dataclass, field

from handoff.errors import DeskError, UnknownConversation
from handoff.events import Audience, ConversationId, Stage
from handoff.views import Cursor, QueuePlace, Row
from web.hub import Reader
from web.wire.events import to_json
from web.wire.outgoing import Offer, QueueNotice, RowGone
from web.wire.rows import row_frame
from web.wiring import Wiring

log = logging.getLogger(__name__)

RENEW_S = 10.0  # at most; never more than a quarter of the grace (DeskRules.claim_grace)
PAUSE_S = 0.05  # rows change in bursts; agents read them once per burst


@dataclass(eq=False)
class Clockwork:
    """The tasks of one server; run both until cancelled."""

    wiring: Wiring
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    """Set to have the clock look now."""
    _cursor: Cursor | None = None
    _renewed_at: float = float("-inf")
    _told: dict[ConversationId, QueuePlace] = field(default_factory=dict)
    _offers: dict[ConversationId, str] = field(default_factory=dict)

    async def run_clock(self) -> None:
        """Look after everything that time does."""
        while True:
            for step in (self._sweep, self._changes, self._places, self._leases, self._snapshot):
                try:
                    await step()
                except Exception:  # the task's edge: tried again at the next tick
                    log.exception("clockwork failed step=%s", step.__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(self.wiring.settings.sweep_s):
                    await self.wake.wait()
            self.wake.clear()

    async def run_rows(self) -> None:
        """Keep the agents' lists up to date."""
        hub = self.wiring.hub
        while True:
            await hub.rows_wake.wait()
            hub.rows_wake.clear()
            changed = list(hub.rows_changed)
            hub.rows_changed.clear()
            try:
                for conversation in changed:
                    await self._row(conversation)
            except Exception:  # the task's edge: the next change brings the row
                log.exception("rows failed")
            await asyncio.sleep(PAUSE_S)

    async def _sweep(self) -> None:
        for conversation in await self.wiring.database(self.wiring.desk.sweep):
            self.wiring.hub.changed(conversation)
            self.wiring.answering.wake()
            self.wiring.handed_over(conversation)  # a lease that ran out makes a new packet

    async def _changes(self) -> None:
        """Notice what other processes stored (another server, the command line)."""
        desk, database = self.wiring.desk, self.wiring.database
        if self._cursor is None:
            self._cursor = await database(desk.now_cursor)
            return
        changes = await database(desk.changed_since, self._cursor)
        self._cursor = changes.cursor
        for changed in changes.conversations:
            self.wiring.hub.changed(changed.conversation)

    async def _places(self) -> None:
        """Tell waiting customers their place when it changed."""
        hub = self.wiring.hub
        waiting = [c for c in hub.waiting if hub.customers_of(c)]
        self._told = {c: place for c, place in self._told.items() if c in waiting}
        if not waiting:
            return
        places = await self.wiring.database(self.wiring.desk.queue_places)
        for conversation in waiting:
            place = places.get(conversation)
            if place is None:
                hub.waiting.discard(conversation)
            elif place != self._told.get(conversation):
                self._told[conversation] = place
                hub.tell(conversation, Audience.CUSTOMER, queue_notice(place))

    async def _leases(self) -> None:
        grace_s = self.wiring.rules.desk.queue.claim_grace_s
        if time.monotonic() - self._renewed_at < min(RENEW_S, grace_s / 4):
            return
        self._renewed_at = time.monotonic()
        for agent in self.wiring.hub.connected_agents():
            try:
                active = agent in self.wiring.hub.active_agents
                self.wiring.hub.active_agents.discard(agent)
                await self.wiring.database(self.wiring.desk.renew_leases, agent, active=active)
            except DeskError as refused:  # shut out meanwhile
                log.info("leases not renewed agent=%s: %s", agent, refused)

    async def _snapshot(self) -> None:
        if await self.wiring.outside(self.wiring.served.refresh):
            snapshot = self.wiring.snapshot()
            log.info("snapshot in use generation=%s", snapshot and snapshot.generation)

    async def _row(self, conversation: ConversationId) -> None:
        hub, desk = self.wiring.hub, self.wiring.desk
        try:
            row = await self.wiring.database(desk.row, conversation)
        except UnknownConversation:  # erased
            row = None
        self._note_stage(conversation, row)
        readers = hub.agents()
        if not readers:
            return
        if row is None or row.stage is Stage.CLOSED:
            text = to_json(RowGone(conversation=conversation))
        else:
            text = to_json(row_frame(row))
        for reader in readers:
            reader.tell_text(text)
        if row is not None:
            self._offer(row, readers)

    def _note_stage(self, conversation: ConversationId, row: Row | None) -> None:
        if row is not None and row.stage is Stage.WAITING:
            self.wiring.hub.waiting.add(conversation)
        else:
            self.wiring.hub.waiting.discard(conversation)

    def _offer(self, row: Row, readers: list[Reader]) -> None:
        """Tell the agent to whom the conversation is offered, once for each offer."""
        if row.offered_to is None or row.offer_expires_at is None:
            self._offers.pop(row.conversation, None)
            return
        key = f"{row.offered_to.id} {row.offer_expires_at.isoformat()}"
        if self._offers.get(row.conversation) == key:
            return
        self._offers[row.conversation] = key
        frame = Offer(conversation=row.conversation, expires_at=row.offer_expires_at)
        for reader in readers:
            if reader.agent and reader.agent.id == row.offered_to.id:
                reader.tell(frame)


def queue_notice(place: QueuePlace) -> QueueNotice:
    """Make the frame of a place in the queue."""
    wait = place.wait
    return QueueNotice(position=place.position, wait_s=(wait.low_s, wait.high_s) if wait else None)
