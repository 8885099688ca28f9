"""Corrupted citations: answers changed in one place, which the last look must catch.

Each function returns the answer's sentences or citations changed, or None where there is nothing to
change. Pure and deterministic: the same answer is corrupted the same way in every run.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from bot.dialogue import Citation, ReplySentence

_NUMBER: Final = re.compile(r"\d+")
_NEGATION: Final = re.compile(
    r"\b(?:(can)(?:not|'t|’t)|(do|does|did|is|are|was|were|will|would|should|could|has|have)"
    r"(?: not|n't|n’t))\b",
    re.IGNORECASE,
)
_AFFIRMED: Final = re.compile(
    r"\b(can|do|does|did|is|are|was|were|will|would|should|could|must|may|has|have)\b(?! not)",
    re.IGNORECASE,
)


class Corruption(StrEnum):
    """The ways of lying with evidence."""

    MISSING_ID = "missing_id"  # a citation that does not exist
    NUMBER = "number"  # another figure
    NEGATION = "negation"  # the opposite
    WRONG_ARTICLE = "wrong_article"  # the quote is said to stand elsewhere


@dataclass(frozen=True)
class Corrupted:
    """An answer of one sentence with its lie. `citations` are the answer's."""

    kind: Corruption
    sentence: ReplySentence
    citations: tuple[Citation, ...]


def corruptions(
    sentences: Sequence[ReplySentence], citations: Sequence[Citation], elsewhere: Sequence[str]
) -> list[Corrupted]:
    """Corrupt every cited sentence in every way that it can be.

    `elsewhere` names articles of the snapshot that the answer does not cite.
    """
    made = []
    for sentence in sentences:
        if sentence.citation is None:
            continue
        missing = replace(sentence, citation=len(citations))
        made.append(Corrupted(Corruption.MISSING_ID, missing, tuple(citations)))
        for kind, change in _CHANGES.items():
            if (text := change(sentence.text)) is not None:
                made.append(Corrupted(kind, replace(sentence, text=text), tuple(citations)))
        for article in elsewhere[:1]:
            moved = replace(citations[sentence.citation], article=article)
            changed = [*citations]
            changed[sentence.citation] = moved
            made.append(Corrupted(Corruption.WRONG_ARTICLE, sentence, tuple(changed)))
    return made


def change_number(text: str) -> str | None:
    """Make the first number another one; None where there is none."""
    found = _NUMBER.search(text)
    if found is None:
        return None
    other = str(int(found.group()) + 1).rjust(len(found.group()), "0")
    return text[: found.start()] + other + text[found.end() :]


def negate(text: str) -> str | None:
    """Say the opposite: drop the first negation, or put one after the first verb that takes one."""
    if found := _NEGATION.search(text):
        return text[: found.start()] + (found[1] or found[2]) + text[found.end() :]
    if found := _AFFIRMED.search(text):
        return f"{text[: found.end()]} not{text[found.end() :]}"
    return None


_CHANGES: Final[dict[Corruption, Callable[[str], str | None]]] = {
    Corruption.NUMBER: change_number,
    Corruption.NEGATION: negate,
}
