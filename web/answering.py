"""Takes open questions to the assistant, and its replies back to the desk.

A question is open in the tables until a reply is stored, so nothing is lost when this process dies:
whoever starts next finds it once the lease has run out. A message wakes us at once; the sweep is
only for what a crash, a restart or another server left behind. Whatever fails ends in a handoff:
a customer is never left without a next step.
"""

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from bot.dialogue import Dialogue, Reply
from handoff.desk import Desk
from handoff.errors import DeskError
from handoff.events import Audience, ConversationId, StageChange
from handoff.views import OpenQuestion
from web.hub import Hub
from web.measures import Gauges
from web.threads import Door
from web.wire.outgoing import Partial
from web.wording import Tell

log = logging.getLogger(__name__)

LEASED_AT_ONCE = 64
RETRY_S = 1.0  # after a database error; the question stays open meanwhile


@dataclass(eq=False)
class Answering:
    """Works on open questions until cancelled.

    `think` gives the reply to a dialogue (web/threads.py embeds those that wait together), and tells
    the whole text so far while a language model writes it.
    """

    desk: Desk
    hub: Hub
    database: Door
    think: Callable[[Dialogue, Tell], Awaitable[Reply]]
    gauges: Gauges
    timeout_s: float
    sweep_s: float
    handed_over: Callable[[ConversationId], None]
    holder: str = field(default_factory=lambda: holder_name())
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _working: set[asyncio.Task[None]] = field(default_factory=set)

    def wake(self) -> None:
        """There may be an open question."""
        self._wake.set()

    async def run(self) -> None:
        """Answer what is open, now, on every wake-up, and every `sweep_s` seconds."""
        while True:
            try:
                await self._take_all()
            except Exception:  # the task's edge: the questions stay open and are taken again
                log.exception("open questions could not be taken")
                await asyncio.sleep(RETRY_S)
            try:
                async with asyncio.timeout(self.sweep_s):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()

    async def _take_all(self) -> None:
        while questions := await self.database(
            self.desk.lease_questions, self.holder, LEASED_AT_ONCE
        ):
            for question in questions:
                task = asyncio.create_task(self._answer(question))
                self._working.add(task)
                task.add_done_callback(self._working.discard)

    async def _answer(self, question: OpenQuestion) -> None:
        try:
            reply = await self._think(question)
            if reply is None:
                stored = await self.database(
                    self.desk.bot_fails, question.conversation, question.answers_seq, "bot_failure"
                )
            else:
                stored = await self.database(
                    self.desk.bot_replies, question.conversation, reply, question.answers_seq
                )
        except DeskError as refused:
            log.warning(
                "reply refused conversation=%s seq=%s: %s",
                question.conversation,
                question.answers_seq,
                refused,
            )
            stored = []
        except Exception:  # the task's edge: the lease runs out and the question is taken again
            log.exception(
                "reply not stored conversation=%s seq=%s",
                question.conversation,
                question.answers_seq,
            )
            return
        if stored:
            self.hub.changed(question.conversation)
            if any(isinstance(event.payload, StageChange) for event in stored):
                self.handed_over(question.conversation)
        else:
            self.wake()  # the customer wrote again meanwhile: the newer message is open

    async def _think(self, question: OpenQuestion) -> Reply | None:
        """Think within the time limit; None when that failed."""
        try:
            with self.gauges.answer_seconds.time():
                async with asyncio.timeout(self.timeout_s):
                    reply = await self.think(question.dialogue, partial(self._tell, question))
        except Exception:  # whatever it is, the customer gets a person (HOUSE.md, invariant 2)
            self.gauges.answers_failed.inc()
            log.exception(
                "answer failed conversation=%s seq=%s tries=%s",
                question.conversation,
                question.answers_seq,
                question.tries,
            )
            return None
        self.gauges.decisions.labels(reply.decision.value).inc()
        return reply

    async def _tell(self, question: OpenQuestion, text: str) -> None:
        """Show the customer the answer so far, while nobody else has taken the question."""
        state = await self.database(self.desk.state, question.conversation)
        if state.has_open_question and state.customer_seq == question.answers_seq:
            self.hub.tell(question.conversation, Audience.CUSTOMER, Partial(text=text))


def holder_name() -> str:
    """Name this process among all servers, also after a restart with the same process id."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
