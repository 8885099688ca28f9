"""From dialogues to replies, many at once: what the computing thread does.

The same for the server and for `warmline ask --batch`: the questions of some dialogues are embedded
in one pass, then each is decided, while the next ones' are embedded on another core. One dialogue that
fails fails alone.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import Final, Protocol

from bot.assistant import Assistant
from bot.dialogue import Dialogue, Reply
from knowledge.embedding import Embedder, Encoded
from knowledge.snapshot import Snapshot

log = logging.getLogger(__name__)

# Dialogues embedded together. Fewer leave the second core idle less often, more share a pass better.
_EMBEDDED: Final = 4


@dataclass(frozen=True)
class Thought:
    """A reply, or why there is none; `seconds` is its own deciding plus its share of embedding."""

    result: Reply | Exception
    seconds: float


@dataclass(frozen=True)
class _Embedded:
    """Each dialogue's texts, what they were encoded to, and a dialogue's share of the time."""

    asked: list[list[str]]
    encoded: dict[str, Encoded]
    share_s: float


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
    # Never two at a time use the model: a part is waited for before the next is begun.
    _ahead: ThreadPoolExecutor = field(
        default_factory=partial(ThreadPoolExecutor, 1, thread_name_prefix="embedding"),
        init=False,
        repr=False,
        compare=False,
    )

    def think(self, snapshot: Snapshot | None, dialogues: Sequence[Dialogue]) -> list[Thought]:
        """Reply to each dialogue from one snapshot, in their order."""
        parts = [dialogues[at : at + _EMBEDDED] for at in range(0, len(dialogues), _EMBEDDED)]
        thoughts: list[Thought] = []
        ready = self._embed(snapshot, parts[0]) if parts else None
        for at, part in enumerate(parts, start=1):
            following = (
                self._ahead.submit(self._embed, snapshot, parts[at]) if at < len(parts) else None
            )
            assert ready is not None
            thoughts += self._decide(snapshot, part, ready)
            ready = following.result() if following is not None else None
        return thoughts

    def _embed(self, snapshot: Snapshot | None, dialogues: Sequence[Dialogue]) -> _Embedded:
        began = perf_counter()
        asked = [self._queries(dialogue, snapshot) for dialogue in dialogues]
        texts = list(dict.fromkeys(text for queries in asked for text in queries))
        encoded = dict(zip(texts, self.embedder.encode(texts), strict=True)) if texts else {}
        return _Embedded(asked, encoded, (perf_counter() - began) / len(dialogues))

    def _decide(
        self, snapshot: Snapshot | None, dialogues: Sequence[Dialogue], ready: _Embedded
    ) -> list[Thought]:
        thoughts = []
        for dialogue, queries in zip(dialogues, ready.asked, strict=True):
            began = perf_counter()
            result: Reply | Exception
            try:
                known = {text: ready.encoded[text] for text in queries}
                result = self.assistant.decide(snapshot, dialogue, known)
            except Exception as error:  # one dialogue's edge; it ends in a handoff
                result = error
            thoughts.append(Thought(result, perf_counter() - began + ready.share_s))
        return thoughts

    def _queries(self, dialogue: Dialogue, snapshot: Snapshot | None) -> list[str]:
        try:
            return list(self.assistant.queries(dialogue, snapshot))
        except Exception:  # deciding will fail the same way, and there it ends in a handoff
            log.exception("question could not be read")
            return []
