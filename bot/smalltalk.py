"""Small talk: greetings, thanks, goodbyes, insults and the like, told apart from questions."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from bot.language import LANGUAGES, fold, words_of

# The strongest first: "hello, you are useless" is an insult, "ok thanks bye" a goodbye.
KINDS: Final = (
    "rejection",
    "insult",
    "bot_question",
    "help",
    "how_are_you",
    "goodbye",
    "thanks",
    "greeting",
    "praise",
    "refuse",
    "agree",
)
_FILLER: Final = "filler"
_MAX_WORDS: Final = 24  # longer messages are about something


@dataclass(frozen=True)
class Smalltalk:
    """What kind of small talk a message is, and the language it was recognised in."""

    kind: str
    language: str


def recognise(text: str, language: str) -> Smalltalk | None:
    """Return the kind when the whole message is small talk in one language, None otherwise.

    `language` is tried first, then all others: "merci" on an English page is answered in French.
    "Hi, how do I return a thing?" is a question: None.
    """
    if len(text) > _MAX_WORDS * 20:
        return None
    words = tuple(fold(text))
    if not words or len(words) > _MAX_WORDS:
        return None
    for candidate in (language, *(other for other in LANGUAGES if other != language)):
        kinds = _kinds(words, candidate)
        if kinds:
            return Smalltalk(min(kinds, key=KINDS.index), candidate)
    return None


def _kinds(words: tuple[str, ...], language: str) -> frozenset[str]:
    """Return the kinds whose phrases, with fillers, make up all the words; empty otherwise."""
    phrases, longest = _phrases(language)
    found: set[str] = set()
    at = 0
    while at < len(words):
        for length in range(min(longest, len(words) - at), 0, -1):
            kind = phrases.get(words[at : at + length])
            if kind is not None:
                found.add(kind)
                at += length
                break
        else:
            return frozenset()
    return frozenset(found - {_FILLER})


@cache
def _phrases(language: str) -> tuple[dict[tuple[str, ...], str], int]:
    """Map each phrase of a language to its kind; the second value is the longest phrase's words."""
    table: dict[tuple[str, ...], str] = {}
    hears = words_of(language).hears
    for kind in (_FILLER, *reversed(KINDS)):  # a phrase of two kinds goes to the stronger one
        for phrase in hears.get(kind, ()):
            table[tuple(fold(phrase))] = kind
    return table, max(map(len, table))
