"""From dialogues to replies, many at once: what the computing thread does.

The same for the server and for `warmline ask --batch`: the questions of all dialogues are embedded
in one pass, then each is decided. One dialogue that fails fails alone.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

from bot.assistant import Assistant
from bot.dialogue import Dialogue, Reply
from knowledge.embedding import Embedder
from knowledge.snapshot import Snapshot

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Thought:
    """A reply, or why there is none; `seconds` is its own deciding plus its share of embedding."""

    result: Reply | Exception
    seconds: float


class Thinker(Protocol):
    """Whoever replies to many dialogues at once."""

    def think(self, snapshot: Snapshot | None, dialogues: Sequence[Dialogue]) -> list[Thought]:
        """Reply to each dialogue from one snapshot, in their order."""
        ...


@dataclass(frozen=True)
class Thinking:
    """An assistant and the embedder it thinks with; call it from one thread at a time."""

    assistant: Assistant
    embedder: Embedder

    def think(self, snapshot: Snapshot | None, dialogues: Sequence[Dialogue]) -> list[Thought]:
        """Reply to each dialogue from one snapshot, in their order."""
        began = perf_counter()
        asked = [self._queries(dialogue, snapshot) for dialogue in dialogues]
        texts = list(dict.fromkeys(text for queries in asked for text in queries))
        encoded = dict(zip(texts, self.embedder.encode(texts), strict=True)) if texts else {}
        share_s = (perf_counter() - began) / max(1, len(dialogues))
        thoughts = []
        for dialogue, queries in zip(dialogues, asked, strict=True):
            began = perf_counter()
            result: Reply | Exception
            try:
                known = {text: encoded[text] for text in queries}
                result = self.assistant.decide(snapshot, dialogue, known)
            except Exception as error:  # one dialogue's edge; it ends in a handoff
                result = error
            thoughts.append(Thought(result, perf_counter() - began + share_s))
        return thoughts

    def _queries(self, dialogue: Dialogue, snapshot: Snapshot | None) -> list[str]:
        try:
            return list(self.assistant.queries(dialogue, snapshot))
        except Exception:  # deciding will fail the same way, and there it ends in a handoff
            log.exception("question could not be read")
            return []
