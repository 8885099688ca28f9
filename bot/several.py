"""Several questions in one message: taken apart, answered each with its evidence, put together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.answers import Answer
from bot.dialogue import Dialogue, ReplySentence
from bot.queries import Plan, Query, chosen_plans
from knowledge import words

_MAX_QUESTIONS: Final = 3  # a longer list is searched as one text
_MAX_CHARS: Final = 1200
_MIN_CARRYING: Final = 2  # words that carry meaning, or it is no question of its own

_ASKS: Final = (
    r"(?:how|what|what's|where|when|why|who|which|can|could|do|does|did|is|are|will|would|should|may|"
    r"wie|was|wo|wann|warum|wer|welche[rsmn]?|kann|gibt|comment|où|quand|pourquoi|quel(?:le)?s?|"
    r"combien|cómo|dónde|cuándo|cuánto|qué|quién|come|dove|quando|perché|quanto|como|onde|hoe|wat|"
    r"waar|wanneer|jak|gdzie|kiedy|ile)\b"
)
# The end of a question, or an "and" before the next one.
_BETWEEN: Final = re.compile(
    rf"(?<=[?？])\s*|\n+|[,;]?\s+(?:and|und|et|y|e|plus)\s+(?:also\s+)?(?={_ASKS})",
    re.IGNORECASE,
)
_OPENS: Final = re.compile(
    rf"\W*(?:and|also|und|et|y|e|then|so|hi|hello|\d[.)])?\W*{_ASKS}", re.IGNORECASE
)
# "…, and does it have wifi?" needs what stands before it: the message is one question.
_LEANS: Final = re.compile(
    r"\b(?:it|its|they|them|their|this|that|these|those|he|she|his|her|him|one|ones|er|sie|es|das|il|elle|"
    r"lo|la|le|ça|eso|esto|isso|dit|dat|het|to)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Part:
    """One question of a message: the article its best answer is from, how sure, and the answer."""

    question: str
    article: str | None
    confidence: float
    answer: Answer


def part_plans(dialogue: Dialogue) -> tuple[Plan, ...]:
    """Return what each part of the last message is searched for: a choice taken, or a question.

    The first query of each is its words. Empty where the message is about one thing.
    """
    asked = (Plan((Query(question),)) for question in questions_in(dialogue.question))
    return chosen_plans(dialogue) or tuple(asked)


def questions_in(text: str) -> tuple[str, ...]:
    """Return the two or three questions a message asks; empty when it asks one or leans on itself.

    Each opens like a question, carries meaning of its own and needs nothing said in another.
    """
    if len(text) > _MAX_CHARS:
        return ()
    pieces = [piece.strip(" \t,;") for piece in _BETWEEN.split(text)]
    pieces = [piece for piece in pieces if words.split(piece)]
    if not 2 <= len(pieces) <= _MAX_QUESTIONS:
        return ()
    if not all(_OPENS.match(piece) and _carries(piece) for piece in pieces):
        return ()
    return () if any(_LEANS.search(piece) for piece in pieces) else tuple(pieces)


def joined(parts: Sequence[Part], min_confidence: float) -> tuple[Answer, tuple[str, ...]]:
    """Put the answers that are sure enough together, in the order asked.

    Returns them as one answer, and the questions that had none. Empty when none was sure enough or
    one article answers all: then the message is better answered as one question.
    """
    sure = [p for p in parts if p.confidence >= min_confidence and p.answer.sentences]
    if not sure or len({part.article for part in parts}) < 2:
        return Answer(), ()
    whole = Answer()
    for part in sure:
        seen = {(c.article, c.start, c.end) for c in whole.citations}
        if not any((c.article, c.start, c.end) in seen for c in part.answer.citations):
            whole = _after(whole, part.answer)
    return whole, tuple(part.question for part in parts if part not in sure)


def _after(first: Answer, second: Answer) -> Answer:
    shift = len(first.citations)
    moved = tuple(
        ReplySentence(s.text, s.citation if s.citation is None else s.citation + shift)
        for s in second.sentences
    )
    text = "\n\n".join(filter(None, (first.text, second.text)))
    return replace(
        first,
        sentences=first.sentences + moved,
        citations=first.citations + second.citations,
        text=text,
    )


def _carries(piece: str) -> bool:
    return sum(not words.is_function_word(word) for word in words.split(piece)) >= _MIN_CARRYING
