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
    question = dialogue.question[:_MAX_CHARS]
    if len(question) < _MIN_CHARS:
        return 1
    words = _WORD.findall(question.lower())
    return 1 + sum(
        turn.speaker is Speaker.CUSTOMER
        and len(turn.text) >= _MIN_CHARS
        and _alike(words, _WORD.findall(turn.text[:_MAX_CHARS].lower()))
        for turn in dialogue.turns[:-1]
    )


def _alike(question: list[str], earlier: list[str]) -> bool:
    """Whether two questions, as words, are put alike and about the same thing."""
    if fuzz.token_set_ratio(" ".join(question), " ".join(earlier)) < _SAME_POINT:
        return False
    words, before = _content(question), _content(earlier)
    # "Can I return a kettle?" and "Can I return a pillow?": each names what the other does not.
    return not (_lacks(before, words) and _lacks(words, before))


def _content(words: list[str]) -> list[str]:
    return [word for word in words if not is_function_word(word)]


def _lacks(words: list[str], others: list[str]) -> bool:
    """Whether one of the others is not among the words, misspelt or inflected either."""
    return any(
        other not in words
        and (not other.isalpha() or all(fuzz.ratio(other, word) < _SAME_WORD for word in words))
        for other in others
    )
