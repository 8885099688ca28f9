"""The packet's summary in the language model's words: written after the handoff, beside its transaction.

The packet has its extractive summary from the first moment. Whatever fails here leaves it at that.
"""

import asyncio
import logging
from contextlib import aclosing
from dataclasses import dataclass, field

from bot.dialogue import Turn
from bot.wording import summing
from bot.wording.prompt import summary_prompt
from handoff.desk import Desk
from handoff.dialogues import turns_of_packet
from handoff.events import ConversationId, Stage
from web.hub import Hub
from web.language_model import LanguageModel, ModelFailed
from web.threads import Door
from web.wording import Compute

log = logging.getLogger(__name__)

MAX_WAITING = 100  # handoffs whose summary is not begun; more keep the extractive one


@dataclass(eq=False)
class Summing:
    """Sums up what was handed over, one conversation at a time, so that answers keep their places."""

    model: LanguageModel
    desk: Desk
    hub: Hub
    database: Door
    compute: Compute
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    _working: dict[ConversationId, asyncio.Task[None]] = field(default_factory=dict)

    def handed_over(self, conversation: ConversationId) -> None:
        """A person may have got this conversation: sum it up, unless that is done or under way."""
        if conversation in self._working or len(self._working) >= MAX_WAITING:
            return
        task = asyncio.create_task(self._sum_up(conversation), name="summary")
        self._working[conversation] = task
        task.add_done_callback(lambda _: self._working.pop(conversation, None))

    async def _sum_up(self, conversation: ConversationId) -> None:
        try:
            async with self._room:
                outcome = await self._added(conversation)
        except ModelFailed:
            outcome = "failed"
        except Exception:  # the task's edge: the extractive summary is there already
            log.exception("not summed up conversation=%s", conversation)
            outcome = "failed"
        if outcome is not None:
            self.model.gauges.summaries.labels(outcome).inc()

    async def _added(self, conversation: ConversationId) -> str | None:
        """What became of it; None when there was nothing to do."""
        state = await self.database(self.desk.state, conversation)
        if state.stage not in (Stage.WAITING, Stage.HUMAN):
            return None
        packet = await self.database(self.desk.packet, conversation)
        if packet is None or packet.worded_summary is not None:
            return None
        turns = summing.told(turns_of_packet(packet))
        if not summing.is_wanted(turns):
            return None
        written = await self._written(turns)
        text = await self.compute(summing.accepted, turns, written)
        if text is None:
            return "dropped"
        if await self.database(self.desk.bot_sums_up, conversation, packet, text) is None:
            return "late"
        self.hub.changed(conversation)
        return "shown"

    async def _written(self, turns: tuple[Turn, ...]) -> str:
        written = ""
        prompt = summary_prompt(turns, summing.MAX_SENTENCES)
        async with aclosing(self.model.stream(prompt)) as pieces:
            async for piece in pieces:
                written += piece
                if len(written) > 2 * summing.MAX_CHARS:
                    break
        return written
