"""A follow-up rewritten by a language model: one more list to search, never the only one."""

from typing import Final

from bot.dialogue import Dialogue
from bot.queries import plan
from bot.wording import reading
from knowledge import words

MAX_CHARS: Final = 240
_TURNS: Final = 6


def is_wanted(dialogue: Dialogue) -> bool:
    """Tell whether the last message needs what came before it to be understood."""
    return len(dialogue.turns) > 1 and plan(dialogue).leans


def accepted(dialogue: Dialogue, written: str) -> str | None:
    """Return what the model wrote as a query; None unless it adds words, and only such as were said.

    So a rewrite may join what was said, but bring in nothing of its own.
    """
    lines = [line.strip(" \t\"'`*-") for line in written.strip().splitlines() if line.strip()]
    if len(lines) != 1 or not 0 < len(lines[0]) <= MAX_CHARS:
        return None
    said = " ".join(turn.text[:1000] for turn in dialogue.turns[-_TURNS:])
    language = words.language_of(None, said)
    known = {word.stem for word in reading.read(said, language)}
    asked = {word.stem for word in reading.read(dialogue.question, language) if word.carries}
    rewritten = {word.stem for word in reading.read(lines[0], language) if word.carries}
    if rewritten - known or not asked < rewritten:
        return None
    return lines[0]
