"""Whether people are spoken of only to be turned down: "please don't connect me with anybody".

A mean of token vectors hardly knows a wish from its denial, and two words near each other say nothing
of what the denial covers. English only; in other languages the words' own weights tell.
"""

import re
from collections.abc import Sequence
from typing import Final

from bot.wish_words import Word, read

ALL: Final = "denies:all"
SOME: Final = "denies:some"

_CLAUSE: Final = re.compile(r"[,;:]+|\s[-–—]+\s|\b(?:but|just|so)\b")
_DENIES: Final = frozenset(
    [
        "not",
        "dont",
        "don t",
        "do not",
        "wont",
        "didnt",
        "wouldnt",
        "never",
        "without",
        "instead",
        "instead of",
        "rather than",
        "stop",
        "quit",
        "avoid",
        "no need",
        "neednt",
        "needn t",
        "unnecessary",
    ]
)
# "Is there no one I can talk to", "not leaving until somebody comes", "why can't I": a wish all the same.
_OPENS: Final = frozenset(
    [
        "until",
        "till",
        "unless",
        "why",
        "if",
        "there",
        "cant",
        "isnt",
        "arent",
        "aint",
        "word",
        "way",
        "else",
    ]
)
_PEOPLE: Final = frozenset({"HUM", "SOME", "REP", "JOB", "DESK"})
_CONTACT: Final = frozenset({"TALK", "CALL", "REACH", "PASS"})
_MACHINE: Final = frozenset(
    {"BOT", "YOU"}
)  # "don't want to talk to you": the machine is turned down
_COVERED_WORDS: Final = 7  # after a denial; one of our traps is longer
_COVERED_BY_NO: Final = 2  # "no calls", "no more agents"; but "no I want a human"
_MACHINE_WORDS: Final = 6
_ENDS: Final = frozenset({"and", "then"})  # "stop the canned replies and get me somebody"


def denials(sentences: Sequence[str]) -> set[str]:
    """Return `ALL` when each mention of people or contact in folded English sentences is denied.

    `SOME` when only some are, nothing when none is.
    """
    denied = [
        is_denied
        for sentence in sentences
        for clause in _CLAUSE.split(sentence)
        for is_denied in _mentions(read(clause, "en"))
    ]
    if not any(denied):
        return set()
    return {ALL} if all(denied) else {SOME}


def _mentions(words: Sequence[Word]) -> list[bool]:
    """Tell of each mention of people or contact in a clause whether a denial covers it."""
    mentions: list[bool] = []
    opened = any(word.text in _OPENS for word in words)
    covered = 0
    for at, word in enumerate(words):
        if word.text in _DENIES and not opened:
            covered = _COVERED_WORDS
        elif word.text == "no" and not opened:
            covered = max(covered, _COVERED_BY_NO + 1)
        elif word.text in _ENDS:
            covered = 0
        elif word.tag in _PEOPLE | _CONTACT:
            near = words[at : at + _MACHINE_WORDS]
            mentions.append(covered > 0 and not any(other.tag in _MACHINE for other in near))
        covered -= 1
    return mentions
