"""Which of the choices that the bot offered a typed answer takes: "the second one", "2", "Android".

A pressed choice arrives as a message that holds its label (`Desk.customer_chooses`). A typed one is
read as that same message, so that nothing after it need tell the two apart.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import resources
from itertools import groupby
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from bot.dialogue import Decision, Dialogue, Speaker, Turn
from bot.language import FALLBACK, LANGUAGES, fold
from bot.smalltalk import recognise
from knowledge import words

PLACES: Final = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
)

_MARK: Final = "- "  # before each choice, in the text of a question back (`bot/saying.py`)
_BETWEEN: Final = ", "  # several choices taken at once
_MAX_CHARS: Final = 120  # a longer answer says more than which choice is meant
_DIGIT: Final = re.compile(r"([^\D0])(?:st|nd|rd|th|er|re|e|eme|de|te[rsn]?|o|a|番目?|つ目)?")
_ASKS: Final = re.compile(r"[?？]\s*$")
_UNSPACED: Final = "ja"
# Of a word of so many letters so many may be mistyped; of a whole label, rapidfuzz's ratio (0..100).
_ONE_SLIP_CHARS: Final = 4
_TWO_SLIPS_CHARS: Final = 8
_SAME_LABEL: Final = 88.0
_LAST: Final = -1
_BOTH: Final = "both"
_ALL: Final = "all"
_NONE: Final = "none"
_FILLER: Final = "filler"


@dataclass(frozen=True)
class Choosing:
    """What an answer to a question back takes: the labels, in the order offered.

    Without any, `none` says that none is meant, else a place was named that the list does not have.
    `languages` are those in which a refusal was understood.
    """

    labels: tuple[str, ...] = ()
    none: bool = False
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Answer:
    """The places that an answer names (from 0, `_LAST` for the last), and how many it takes."""

    places: tuple[int, ...]
    many: str | None  # "both", "all" or "none"


def offered_in(turn: Turn) -> tuple[str, ...]:
    """Return the labels of the choices that a bot's question back offers; empty for another turn."""
    if turn.speaker is not Speaker.BOT or turn.decision is not Decision.CLARIFY:
        return ()
    lines = turn.text.splitlines()
    labels = [line.removeprefix(_MARK).strip() for line in lines if line.startswith(_MARK)]
    return tuple(labels) if len(labels) > 1 else ()


def chosen_last(dialogue: Dialogue) -> Choosing | None:
    """Read the customer's last messages as the answer to the question back right before them.

    None where nothing was offered, or where they say anything else.
    """
    start = len(dialogue.turns) - 1
    while start > 0 and dialogue.turns[start - 1].speaker is Speaker.CUSTOMER:
        start -= 1
    return _choosing(dialogue.turns[start - 1 : start], dialogue.turns[start:])


def with_choices(dialogue: Dialogue) -> Dialogue:
    """Return the dialogue with each typed choice in the words of its label, as if it were pressed.

    Several that were taken at once stand in one message.
    """
    turns: list[Turn] = []
    for speaker, group in groupby(dialogue.turns, key=lambda turn: turn.speaker):
        burst = tuple(group)
        if speaker is Speaker.CUSTOMER:
            choosing = _choosing(turns[-1:], burst)
            if choosing is not None and choosing.labels:
                burst = (replace(burst[-1], text=_BETWEEN.join(choosing.labels)),)
        turns += burst
    return replace(dialogue, turns=tuple(turns))


def taken_in(before: Turn | None, text: str) -> tuple[str, ...]:
    """Return the labels that `text` holds as `with_choices` leaves it, where `before` offered them."""
    labels = offered_in(before) if before is not None else ()
    if text.strip() in labels:  # "Delivery: Abroad" holds "Delivery"
        return (text.strip(),)
    taken = tuple(label for label in labels if label in text)
    return taken if _BETWEEN.join(taken) == text.strip() else ()


def says_none(text: str) -> bool:
    """Tell whether a message does nothing but turn down what was offered ("none of these")."""
    return bool(_refusing(text))


def _choosing(before: Sequence[Turn], burst: Sequence[Turn]) -> Choosing | None:
    labels = offered_in(before[0]) if before else ()
    text = " ".join(turn.text for turn in burst)
    return _among(labels, text) if labels and len(text) <= _MAX_CHARS else None


@lru_cache(maxsize=1024)  # each turn of a conversation is read again with every message
def _among(labels: tuple[str, ...], text: str) -> Choosing | None:
    said = tuple(fold(text))
    if not said:
        return None
    exact = next((label for label in labels if tuple(fold(label)) == said), None)
    if exact is None and _holds_a_number_of(labels, said):
        exact = _named(labels, said)
    if exact is not None:
        return Choosing((exact,))
    if languages := _refusing(text):
        return Choosing(none=True, languages=languages)
    answer = next((a for language in LANGUAGES if (a := _answer(said, language))), None)
    if answer is not None and answer.many != _NONE:
        return Choosing(_taken(labels, answer))
    if _ASKS.search(text):
        return None
    found = _named(labels, said) or _named(labels, said, misspelt=True) or _alike(labels, said)
    return Choosing((found,)) if found else None


def _holds_a_number_of(labels: Sequence[str], said: Sequence[str]) -> bool:
    """Whether a number said may belong to a name: "Wren 2", or "2" where several have numbers.

    "2" of a Pip Duo, a Wren Max and a Wren 2 is the second one.
    """
    if not any(word.isdigit() for word in said):
        return False
    held = [frozenset(fold(label)) for label in labels]
    named = any(not w.isdigit() and w not in _filler() for w in said if any(w in of for of in held))
    numbered = sum(any(word.isdigit() for word in of_one) for of_one in held)
    return named or (len(said) == 1 and numbered > 1)


def _refusing(text: str) -> tuple[str, ...]:
    """The languages in which a text turns down what was offered.

    "No" does, as an answer to "which of these"; "no thanks" wants nothing more.
    """
    said = tuple(fold(text[: _MAX_CHARS + 1]))
    if not said or len(text) > _MAX_CHARS or (len(said) > 1 and recognise(text, FALLBACK)):
        return ()
    answers = {language: _answer(said, language) for language in LANGUAGES}
    return tuple(name for name, answer in answers.items() if answer and answer.many == _NONE)


def _taken(labels: Sequence[str], answer: _Answer) -> tuple[str, ...]:
    if answer.many == _ALL or (answer.many == _BOTH and len(labels) == 2):
        return tuple(labels)
    if answer.many is not None or any(place >= len(labels) for place in answer.places):
        return ()
    places = {place % len(labels) for place in answer.places}
    return tuple(labels[place] for place in sorted(places))


def _answer(said: tuple[str, ...], language: str) -> _Answer | None:
    """Read words as an answer in one language; None when they are not all of its phrases."""
    joint = "".join(said)
    if language == _UNSPACED and joint.isascii() and len(joint) > 1:
        return None  # "12" is no first and second
    pieces = tuple(joint) if language == _UNSPACED else said
    for numbers in (False, True):
        found = _parsed(pieces, *_phrases(language, numbers))
        places = tuple(PLACES.index(tag) for tag in found if tag in PLACES)
        places += tuple(_LAST for tag in found if tag == "last")
        many = next((tag for tag in found if tag in (_BOTH, _ALL, _NONE)), None)
        if places and many == _NONE and not numbers:
            many = None  # "no, the second one"; but "none of the two"
        if places or many:
            return _Answer(places, many)
    return None


def _parsed(
    pieces: tuple[str, ...], phrases: Mapping[tuple[str, ...], str], longest: int
) -> tuple[str, ...]:
    """The kinds of the phrases that make up all the pieces, the longest first; empty otherwise."""
    found: list[str] = []
    at = 0
    while at < len(pieces):
        for length in range(min(longest, len(pieces) - at), 0, -1):
            kind = phrases.get(pieces[at : at + length])
            if kind is None and length == 1 and (digit := _DIGIT.fullmatch(pieces[at])):
                kind = _place(int(digit.group(1)))
            if kind is not None:
                found.append(kind)
                at += length
                break
        else:
            return ()
    return tuple(found)


def _place(number: int) -> str:
    return PLACES[number - 1]


@cache
def _phrases(language: str, numbers: bool) -> tuple[dict[tuple[str, ...], str], int]:
    """Map each phrase of a language to its kind; the second value is the longest one's pieces."""
    table: dict[tuple[str, ...], str] = {}
    known = dict(_heard()[language])
    counted = known.pop("number")
    for kind in (_FILLER, *(kind for kind in known if kind != _FILLER)):
        table |= {_pieces(phrase, language): kind for phrase in known[kind]}
    if numbers:
        table |= {_pieces(word, language): _place(at) for at, word in enumerate(counted, start=1)}
    return table, max(map(len, table))


def _pieces(phrase: str, language: str) -> tuple[str, ...]:
    return tuple("".join(fold(phrase))) if language == _UNSPACED else tuple(fold(phrase))


@cache
def _heard() -> dict[str, dict[str, list[str]]]:
    source = resources.files("bot").joinpath("choosing.toml").read_text(encoding="utf-8")
    return tomllib.loads(source)


@cache
def _filler() -> frozenset[str]:
    return frozenset(word for heard in _heard().values() for word in heard[_FILLER])


def _named(labels: Sequence[str], said: Sequence[str], *, misspelt: bool = False) -> str | None:
    """Return the one label that holds every word said that carries meaning; None for no such one."""
    held = [frozenset(fold(label)) for label in labels]
    telling = [
        word
        for word in said
        if sum(word in of_one for of_one in held) == 1
        or not (word in _filler() or words.is_function_word(word))
    ]
    found = [
        label
        for label, of_one in zip(labels, held, strict=True)
        if telling and all(_holds(of_one, word, misspelt) for word in telling)
    ]
    return found[0] if len(found) == 1 else None


def _holds(label: frozenset[str], word: str, misspelt: bool) -> bool:
    if word in label:
        return True
    slips = (len(word) >= _ONE_SLIP_CHARS) + (len(word) >= _TWO_SLIPS_CHARS)
    near = (other for other in label if other[0] == word[0] and not other.isdigit())
    return misspelt and slips > 0 and any(OSA.distance(word, other) <= slips for other in near)


def _alike(labels: Sequence[str], said: Sequence[str]) -> str | None:
    """Return the label that is written nearly the same, whole."""
    whole = " ".join(said)
    alike = [label for label in labels if fuzz.ratio(" ".join(fold(label)), whole) >= _SAME_LABEL]
    return alike[0] if len(alike) == 1 else None
