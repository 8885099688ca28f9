"""Hears what other servers hint at, so that nobody waits for the next sweep (handoff/hints.py)."""

import asyncio
import logging
import threading
from dataclasses import dataclass, field

from handoff.hints import ConversationHint, Hint, listen
from web.clockwork import Clockwork
from web.threads import Door
from web.wiring import Wiring

log = logging.getLogger(__name__)

AGAIN_S = 2.0  # after listening failed; meanwhile the sweep carries on alone


@dataclass(eq=False)
class Hearing:
    """Listens until cancelled, in a thread of its own. For PostgreSQL only."""

    wiring: Wiring
    clockwork: Clockwork
    _stop: threading.Event = field(default_factory=threading.Event)

    @property
    def is_wanted(self) -> bool:
        """Whether there can be other servers at all."""
        return not self.wiring.settings.uses_sqlite

    async def run(self) -> None:
        """Listen, and pass every hint on to the event loop."""
        loop = asyncio.get_running_loop()
        door = Door("hints", 1)

        def heard(hint: Hint) -> None:
            if not self._stop.is_set():
                loop.call_soon_threadsafe(self._heard, hint)

        try:
            while True:
                try:
                    await door(listen, self.wiring.engine, heard, self._stop)
                except Exception:  # the task's edge: the sweep finds what a hint would have told
                    log.exception("hints not heard")
                await asyncio.sleep(AGAIN_S)
        finally:
            self._stop.set()
            door.close()

    def _heard(self, hint: Hint) -> None:
        if isinstance(hint, ConversationHint):
            self.wiring.hub.reached(hint.conversation, hint.seq)
        else:  # another snapshot, or hints may have been lost: look at everything
            self.clockwork.wake.set()
