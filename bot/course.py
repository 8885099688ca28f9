"""The course of an episode so far: what was offered, what failed, what comes back again."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from rapidfuzz import fuzz

from bot.dialogue import Decision, Dialogue, Speaker, Turn
from bot.frustration import objects
from bot.smalltalk import recognise
from knowledge.words import is_function_word

_SAME_POINT: Final = 85.0  # rapidfuzz token_set_ratio, 0..100
_SAME_WORD: Final = 75.0  # rapidfuzz ratio, 0..100
_WORD: Final = re.compile(r"\w+")
_NUMBER: Final = re.compile(r"\d+")
_THING_CHARS: Final = 4
# Words of questions that the function words of an index leave out.
_ASKING: Final = frozenset((
    "able", "cannot", "could", "couldn", "does", "doesn", "from", "have", "haven", "just", "must",
    "please", "really", "shall", "should", "shouldn", "still", "that", "then", "there", "these",
    "they", "this", "those", "what", "when", "where", "which", "will", "with", "would", "wouldn",
    "your",
))  # fmt: skip
_MIN_CHARS: Final = 12  # shorter messages ("and then?") are alike without being the same point
_MAX_CHARS: Final = 1000
_NO_HELP: Final = frozenset({Decision.DECLINE, Decision.OFFER_HUMAN})
_NEUTRAL: Final = frozenset({Decision.SMALLTALK, Decision.CLARIFY})
_FEW_WORDS: Final = 12  # an objection is short; a longer message brings something new
_NO_THANKS: Final = re.compile(
    r"\W*(?:no|nope|nah|not|don'?t|never ?mind|nein|nicht|non|não|nao|nee|nie|hoeft|lass|laisse)\b"
    r"|\W*(?:いいえ|結構|不用|不需要|不要|لا)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Course:
    """What the policy needs of the turns before the last; see `bot.policy.Signals`."""

    offered: bool
    refused: bool
    asked_back: bool
    answered: bool
    failures: int
    failures_since_offer: int
    repeats: int


def course_of(dialogue: Dialogue) -> Course:
    """Read an episode's turns once."""
    earlier = dialogue.turns[:-1]
    bot = [turn for turn in earlier if turn.speaker is Speaker.BOT]
    offers = [at for at, turn in enumerate(earlier) if _is_offer(turn)]
    after_offer = dialogue.turns[offers[0] + 1 :] if offers else ()
    return Course(
        offered=bool(offers),
        refused=bool(after_offer) and _refuses(after_offer[0]),
        asked_back=bool(bot) and bot[-1].decision is Decision.CLARIFY,
        answered=bool(bot),
        failures=_failures(dialogue.turns),
        failures_since_offer=_failures(after_offer),
        repeats=_repeats(dialogue),
    )


def _is_offer(turn: Turn) -> bool:
    return turn.speaker is Speaker.BOT and (turn.offer or turn.decision is Decision.OFFER_HUMAN)


def _refuses(turn: Turn) -> bool:
    return turn.speaker is Speaker.CUSTOMER and bool(_NO_THANKS.match(turn.text[:_MAX_CHARS]))


def _failures(turns: tuple[Turn, ...]) -> int:
    """Count the bot's turns in a row, from the last backwards, that did not help.

    One fails when it held no answer, got a thumb down, is turned down by what the customer wrote
    next, or is said again later: the customer was still where they had been. Questions back and
    small talk neither fail nor help.
    """
    count = 0
    replied: Turn | None = None
    said_later: set[str] = set()
    for turn in reversed(turns):
        if turn.speaker is Speaker.CUSTOMER:
            replied = turn
        elif turn.speaker is Speaker.BOT and turn.decision not in _NEUTRAL:
            failed = turn.decision in _NO_HELP or turn.helpful is False or turn.text in said_later
            if not (failed or (replied is not None and _turned_down(turn, replied.text))):
                break
            count += 1
            said_later.add(turn.text)
            replied = None
    return count


def _turned_down(answer: Turn, reply: str) -> bool:
    said = reply[:_MAX_CHARS]
    smalltalk = recognise(said, "en")
    if smalltalk is not None:
        return smalltalk.kind == "rejection"
    return len(said.split()) <= _FEW_WORDS and objects(answer, said)


def _repeats(dialogue: Dialogue) -> int:
    """Count the customer's turns on the point of the last one, itself included.

    Of the same words, wherever they stand, or in one chain of objections: "where is my refund",
    "not there", "still not there" are three turns on one point. The larger count holds.
    """
    said = [turn for turn in dialogue.turns if turn.speaker is not Speaker.AGENT]
    chain = 1
    for before, turn in reversed(list(pairwise(said))):
        if turn.speaker is Speaker.CUSTOMER and before.speaker is Speaker.BOT:
            if before.decision is Decision.CLARIFY:
                continue
            if not _turned_down(before, turn.text):
                break
            chain += 1
    return max(chain, _same_words(dialogue))


def _same_words(dialogue: Dialogue) -> int:
    question = dialogue.question[:_MAX_CHARS].lower()
    if len(question) < _MIN_CHARS:
        return 1
    return 1 + sum(
        turn.speaker is Speaker.CUSTOMER
        and len(turn.text) >= _MIN_CHARS
        and _alike(question, turn.text[:_MAX_CHARS].lower())
        for turn in dialogue.turns[:-1]
    )


def _alike(question: str, earlier: str) -> bool:
    """Whether two questions are put alike and about the same thing.

    "Can I return a kettle?" and "Can I return a pillow?": each names what the other does not.
    """
    if fuzz.token_set_ratio(question, earlier) < _SAME_POINT:
        return False
    numbers, earlier_numbers = set(_NUMBER.findall(question)), set(_NUMBER.findall(earlier))
    if numbers - earlier_numbers and earlier_numbers - numbers:
        return False
    words, earlier_words = _things(question), _things(earlier)
    return not (_lacks(words, earlier_words) and _lacks(earlier_words, words))


def _things(text: str) -> list[str]:
    """The words that may name a thing: neither short nor there for grammar's sake."""
    return [
        word
        for word in _WORD.findall(text)
        if len(word) >= _THING_CHARS and word not in _ASKING and not is_function_word(word)
    ]


def _lacks(words: list[str], others: list[str]) -> bool:
    """Whether one of the others is not among the words, even with another ending or a slip."""
    return any(
        not any(
            word.startswith(other)
            or other.startswith(word)
            or fuzz.ratio(word, other) >= _SAME_WORD
            for word in words
        )
        for other in others
    )
