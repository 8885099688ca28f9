"""What a conversation came to, in a language model's words: checked against what was said, or dropped.

A colleague reads it beside the transcript. So it may shorten and join; it may not bring in a figure, a
name, a date, a link or a matter of which nobody spoke.
"""

import re
from collections.abc import Sequence
from typing import Final

from bot.dialogue import Speaker, Turn
from bot.wording import facts, names, reading
from bot.wording.verifying import has_markup
from knowledge import words

MAX_SENTENCES: Final = 4
MAX_CHARS: Final = 700
MIN_TURNS: Final = 3  # less than this is read as quickly as its summary
_FIRST_TURNS: Final = 2  # kept of a long conversation, beside the last ones
_TURNS: Final = 24
_SHARE_SAID: Final = 0.6  # of a sentence's words that carry meaning
_ENGLISH: Final = "english"
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])[\"”’)]?\s+")
_OURS: Final = reading.read(
    "customer desk bot agent person human colleague wants asked asks said says told tells wrote writes "
    "reports reported answered answers replied replies explained offered shown showed tried question "
    "problem issue request requested conversation chat answer still open unresolved now",
    _ENGLISH,
)
_REPORTING: Final = frozenset(word.stem for word in _OURS)
"""Words in which anybody tells of a conversation."""


def told(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """The turns that a summary is made of: of a long conversation its beginning and its end."""
    if len(turns) <= _TURNS:
        return tuple(turns)
    return (*turns[:_FIRST_TURNS], *turns[_FIRST_TURNS - _TURNS :])


def is_wanted(turns: Sequence[Turn]) -> bool:
    """Tell whether there is enough to sum up, in a language in which we can check what is written."""
    said = " ".join(turn.text for turn in turns if turn.speaker is Speaker.CUSTOMER)
    return len(turns) >= MIN_TURNS and words.language_of(None, said) == _ENGLISH


def accepted(turns: Sequence[Turn], written: str) -> str | None:
    """Return the summary, on one line; None when anything in it was not said.

    One invention drops all of it: whoever invents once is not to be believed in the next sentence.
    """
    text = " ".join(written.split()).strip("\"'`*“” ")
    sentences = [one for one in _SENTENCE_END.split(text) if one]
    if not 0 < len(text) <= MAX_CHARS or len(sentences) > MAX_SENTENCES or has_markup(text):
        return None
    said = "\n".join(turn.text for turn in turns)
    return text if all(_was_said(sentence, said) for sentence in sentences) else None


def _was_said(sentence: str, said: str) -> bool:
    if facts.addresses(sentence) - facts.addresses(said):
        return False
    if facts.codes(sentence) - facts.codes(said) or facts.differing(sentence, (said,)):
        return False
    if names.strange(sentence, said, _ENGLISH, said):
        return False
    stems = frozenset(word.stem for word in reading.read(said, _ENGLISH))
    carrying = [word for word in reading.read(sentence, _ENGLISH) if word.carries]
    own = [word for word in carrying if word.stem not in _REPORTING]
    # The first word has a capital whatever it is: it must be ours, or one that was said.
    first = carrying[0] if carrying and carrying[0].start == 0 else None
    if first and first.stem not in stems | _REPORTING:
        return False
    heard = [word for word in own if word.stem in stems]
    return bool(own) and len(heard) >= _SHARE_SAID * len(own)
