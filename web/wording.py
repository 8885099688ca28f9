"""Replies in a language model's words: the model writes, every sentence is proved, or the extract stays.

Whatever the model does, the customer has an answer in time: the articles' own sentences.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, Protocol, TypeVar

from bot.dialogue import Decision, Dialogue, Reply
from bot.policy import SOURCE_SHOWN
from bot.wording import rewriting
from bot.wording.claims import ClaimReader
from bot.wording.drafting import Draft
from bot.wording.prompt import Prompt, answer_prompt, rewrite_prompt
from bot.wording.sources import gather
from bot.wording.verifying import Verifier, load_floors
from knowledge.embedding import Embedder
from knowledge.snapshot import Snapshot
from web.language_model import LanguageModel, ModelFailed
from web.thinking import Thinking, Thought

log = logging.getLogger(__name__)

SENTENCES_ASKED = 5
REWRITE_SHARE = 0.3  # of the time limit, for the rewrite of a follow-up
REWRITE_CHARS = 400  # a rewrite that is longer is none

T = TypeVar("T")
Tell = Callable[[str], Awaitable[None]]
"""Is given the whole text so far, each time a sentence has been proved."""


class Compute(Protocol):
    """Runs a function where the embedding model may be used."""

    async def __call__(self, function: Callable[..., T], *args: Any) -> T:
        """Run it and return what it does."""
        ...


@dataclass(eq=False)
class Wording:
    """Words answers with one language model. Nothing it raises: at worst the reply comes back."""

    model: LanguageModel
    verifier: Verifier
    embedder: Embedder

    async def rewritten(self, dialogue: Dialogue) -> Dialogue:
        """Give a follow-up its rewrite, where there is one that brings in nothing of its own."""
        if not rewriting.is_wanted(dialogue):
            return dialogue
        written = ""
        seconds = self.model.timeout_s * REWRITE_SHARE
        try:
            async with aclosing(self.model.stream(rewrite_prompt(dialogue), seconds)) as pieces:
                async for piece in pieces:
                    written += piece
                    if len(written) > REWRITE_CHARS:
                        return dialogue
        except ModelFailed:
            return dialogue
        query = rewriting.accepted(dialogue, written)
        return dialogue if query is None else replace(dialogue, rewrite=query)

    async def word(
        self,
        snapshot: Snapshot | None,
        dialogue: Dialogue,
        reply: Reply,
        compute: Compute,
        *,
        tell: Tell | None = None,
        seconds: float | None = None,
    ) -> Reply:
        """Return the answer in the model's words, or `reply` itself.

        `snapshot` is the one the reply rests on; `tell` streams what is proved so far; `seconds`
        limits the model's time further than its own limit.
        """
        quoted = reply.reason == SOURCE_SHOWN  # a quote is shown as it stands
        if reply.decision is not Decision.ANSWER or quoted or snapshot is None:
            return reply
        began = perf_counter()
        outcome = "failed"
        try:
            material = gather(snapshot, dialogue, reply)
            if material is None:
                return reply
            draft = Draft(reply, material, self.verifier, self.embedder.encode)
            prompt = answer_prompt(material, dialogue, SENTENCES_ASKED)
            await self._write(prompt, draft, compute, tell, seconds)
            worded = await compute(draft.finish, snapshot.article)
            outcome = "extract" if worded is None else "shown"
            self._count(draft)
            return worded or reply
        except ModelFailed:
            return reply
        except Exception:  # the wording's edge: the extract is there already
            log.exception("answer not worded snapshot=%s", reply.snapshot)
            return reply
        finally:
            self.model.gauges.answers.labels(outcome).inc()
            self.model.gauges.seconds.observe(perf_counter() - began)

    async def _write(
        self,
        prompt: Prompt,
        draft: Draft,
        compute: Compute,
        tell: Tell | None,
        seconds: float | None,
    ) -> None:
        reader = ClaimReader()
        async with aclosing(self.model.stream(prompt, seconds)) as pieces:
            async for piece in pieces:
                for claim in reader.feed(piece):
                    if await compute(draft.take, claim) and tell is not None:
                        await tell(draft.text)
                if draft.is_full:
                    return
        for claim in reader.finish():
            await compute(draft.take, claim)

    def _count(self, draft: Draft) -> None:
        self.model.gauges.sentences.labels("shown").inc(len(draft.shown))
        for fault, count in draft.faults.items():
            self.model.gauges.sentences.labels(fault).inc(count)


def make_wording(model: LanguageModel | None, embedder: Embedder) -> Wording | None:
    """Word with `model`; None without one."""
    if model is None:
        return None
    return Wording(model, Verifier(embedder.encode, load_floors(embedder.model_id)), embedder)


async def directly(function: Callable[..., T], *args: Any) -> T:
    """Run a function here and now: for the command line, where nobody else waits."""
    return function(*args)


class WordedThinking:
    """Thinks as `Thinking` does, then words the answers: for the command line and for evals.

    The model is asked about several dialogues at once, as many as its limit allows.
    """

    def __init__(self, thinking: Thinking, wording: Wording) -> None:
        self._thinking = thinking
        self._wording = wording
        self._runner = asyncio.Runner()

    def think(self, snapshot: Snapshot | None, dialogues: Sequence[Dialogue]) -> list[Thought]:
        """Reply to each dialogue from one snapshot, in their order."""
        return self._runner.run(self._think(snapshot, dialogues))

    def reply(self, snapshot: Snapshot | None, dialogue: Dialogue) -> Reply:
        """Decide the reply to one dialogue's last message. Raises what went wrong."""
        (thought,) = self.think(snapshot, [dialogue])
        if isinstance(thought.result, Exception):
            raise thought.result
        return thought.result

    def close(self) -> None:
        """End the loop."""
        self._runner.close()

    async def _think(
        self, snapshot: Snapshot | None, dialogues: Sequence[Dialogue]
    ) -> list[Thought]:
        began = perf_counter()
        asked = await asyncio.gather(*(self._wording.rewritten(d) for d in dialogues))
        share_s = (perf_counter() - began) / max(1, len(dialogues))
        thoughts = self._thinking.think(snapshot, asked)
        pairs = zip(asked, thoughts, strict=True)
        return list(await asyncio.gather(*(self._worded(snapshot, *p, share_s) for p in pairs)))

    async def _worded(
        self, snapshot: Snapshot | None, dialogue: Dialogue, thought: Thought, share_s: float
    ) -> Thought:
        if isinstance(thought.result, Exception):
            return thought
        began = perf_counter()
        reply = await self._wording.word(snapshot, dialogue, thought.result, directly)
        return Thought(reply, thought.seconds + share_s + perf_counter() - began)
