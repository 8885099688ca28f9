"""The course of an episode so far: what was offered, what failed, what comes back again."""

from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from bot.dialogue import Decision, Dialogue, Speaker, Turn
from bot.smalltalk import recognise

_SAME_POINT: Final = 85.0  # rapidfuzz token_set_ratio, 0..100
_MIN_CHARS: Final = 12  # shorter messages ("and then?") are alike without being the same point
_MAX_CHARS: Final = 1000
_NO_HELP: Final = frozenset({Decision.DECLINE, Decision.OFFER_HUMAN})


@dataclass(frozen=True)
class Course:
    """What the policy needs of the turns before the last; see `bot.policy.Signals`."""

    offered: bool
    asked_back: bool
    answered: bool
    failures: int
    repeats: int


def course_of(dialogue: Dialogue) -> Course:
    """Read an episode's turns once."""
    earlier = dialogue.turns[:-1]
    bot = [turn for turn in earlier if turn.speaker is Speaker.BOT]
    return Course(
        offered=any(turn.offer or turn.decision is Decision.OFFER_HUMAN for turn in bot),
        asked_back=bool(bot) and bot[-1].decision is Decision.CLARIFY,
        answered=bool(bot),
        failures=_failures(earlier),
        repeats=_repeats(dialogue),
    )


def _failures(earlier: tuple[Turn, ...]) -> int:
    """Count the bot's turns in a row, from the last backwards, that did not help."""
    count = 0
    rejected = False
    for turn in reversed(earlier):
        if turn.speaker is Speaker.CUSTOMER:
            said = recognise(turn.text, "en")
            rejected = said is not None and said.kind == "rejection"
        elif turn.speaker is Speaker.BOT and turn.decision is not Decision.SMALLTALK:
            if not (rejected or turn.helpful is False or turn.decision in _NO_HELP):
                break
            count += 1
    return count


def _repeats(dialogue: Dialogue) -> int:
    question = dialogue.question[:_MAX_CHARS]
    if len(question) < _MIN_CHARS:
        return 1
    return 1 + sum(
        turn.speaker is Speaker.CUSTOMER
        and len(turn.text) >= _MIN_CHARS
        and fuzz.token_set_ratio(question.lower(), turn.text[:_MAX_CHARS].lower()) >= _SAME_POINT
        for turn in dialogue.turns[:-1]
    )
