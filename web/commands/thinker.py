"""The server's thinking as evals and the bench of answers ask it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.dialogue import Dialogue, Reply
from knowledge.snapshot import Snapshot
from web.thinking import Thinking
from web.wording import WordedThinking


@dataclass(frozen=True)
class ServersThinker:
    """Answers with what a server answers with (`web/thinking.py`).

    `thinker` is `thinking` itself, or that with a language model.
    """

    thinking: Thinking
    thinker: Thinking | WordedThinking

    def reply(self, snapshot: Snapshot | None, dialogue: Dialogue) -> Reply:
        """Reply as a customer would be; a language model words it where there is one."""
        (thought,) = self.thinker.think(snapshot, [dialogue])
        if isinstance(thought.result, Exception):
            raise thought.result
        return thought.result

    def embed(self, snapshot: Snapshot, dialogue: Dialogue) -> object:
        """Embed what the dialogue's question needs."""
        texts = list(self.thinking.assistant.queries(dialogue, snapshot))
        return self.thinking.embedder.encode(texts) if texts else None

    def think(self, snapshot: Snapshot, dialogues: Sequence[Dialogue]) -> Sequence[Reply]:
        """Reply to each; the first that fails is raised."""
        replies = []
        for thought in self.thinking.think(snapshot, dialogues):
            if isinstance(thought.result, Exception):
                raise thought.result
            replies.append(thought.result)
        return replies
