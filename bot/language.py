"""The bot's languages: what it hears as small talk, what it says of its own, which one is spoken."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Final

from bot.letters import load_letters

FALLBACK: Final = "en"
LANGUAGES: Final = ("en", "de", "fr", "es", "pt", "it", "nl", "pl", "ja", "ar")

_WORD: Final = re.compile(r"[^\W_]+")
_LONG_RUN: Final = re.compile(r"(.)\1{2,}")
# Two languages are told by their letters. Han alone may be Chinese; letters that Persian and Urdu
# have and Arabic has not tell those apart.
KANA: Final = re.compile(r"[\u3040-\u30ff]")
_JAPANESE: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_ARABIC: Final = re.compile(r"[\u0620-\u064a]")
_NOT_ARABIC: Final = re.compile(r"[\u067e\u0686\u0698\u06a9\u06af\u06cc\u0679\u06d2]")
_SHARE: Final = 0.3  # of the letters: a name in Latin letters may stand among them
_VOICED: Final = "\u3099\u309a"  # marks that make another syllable, not an accent
# How much speaks for a language: a single "no" or "in" stands in several, a "combien" in one.
_ENOUGH: Final = 2
_SURE: Final = 3  # for the messages after it too
_MESSAGES_BACK: Final = 12
_TELLING: Final = 2
_FUNCTION: Final = 1
# Of letters that English does without, once. They only part languages: names hold them ("Zürich").
_MARKED: Final = 1
_SPANISH: Final = "es"
_REVERSED: Final = frozenset("¿¡")  # these stand in no name, and in Spanish alone
_MARKS: Final = {
    "de": frozenset("äöüß"),
    "fr": frozenset("àâçèéêëîïôœùû"),
    "es": frozenset("áéíñóúü"),
    "pt": frozenset("àáâãçéêíóôõú"),
    "it": frozenset("àèéìòù"),
    "nl": frozenset("ë"),
    "pl": frozenset("ąćęłńóśźż"),
}
_MAX_CHARS: Final = 1500  # enough to know a language; a megabyte need not be read


@dataclass(frozen=True)
class Words:
    """One language: `hears` maps a kind of small talk to its phrases, `says` an occasion to a text.

    Words and phrases are folded (see `fold`). One of the `telling_words` is enough to know that a
    message is not in English; a neighbouring language may have it too. `{name}` in a text is the
    customer's name.
    """

    language: str
    function_words: frozenset[str]
    telling_words: frozenset[str]
    hears: Mapping[str, tuple[str, ...]]
    says: Mapping[str, str]


def fold(text: str) -> list[str]:
    """Split into words: lower case, without accents, "thaaanks" as "thanks", "that's" as "thats"."""
    return list(_folded(text))


@lru_cache(maxsize=1024)  # a message is read in many ways, and each turn with every later message
def _folded(text: str) -> tuple[str, ...]:
    plain = text.replace("’", "'").replace("ß", "ss").replace("ł", "l").replace("Ł", "L")
    plain = unicodedata.normalize("NFKD", plain.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c) or c in _VOICED)
    plain = unicodedata.normalize("NFC", plain)
    words = [_LONG_RUN.sub(r"\1", word) for word in _WORD.findall(_join_contractions(plain))]
    return tuple(word for word in words if word)


def _join_contractions(text: str) -> str:
    """Drop the apostrophe of an English contraction; elsewhere ("j'ai") it parts two words."""
    return re.sub(r"(?<=\w)'(?=(?:s|t|re|m|ve|ll|d)\b)", "", text)


@cache
def words_of(language: str) -> Words:
    """Return one of `LANGUAGES`; raises KeyError for any other."""
    if language not in LANGUAGES:
        raise KeyError(language)
    source = resources.files("bot").joinpath("words", f"{language}.toml")
    data = tomllib.loads(source.read_text(encoding="utf-8"))
    return Words(
        language=language,
        function_words=frozenset(data["function_words"]),
        telling_words=frozenset(data["telling_words"]),
        hears={kind: tuple(phrases) for kind, phrases in data["hears"].items()},
        says=data["says"],
    )


def spoken(text: str, locale: str | None, earlier: Sequence[str] = ()) -> str:
    """Return the language of `text`, one of `LANGUAGES`.

    Decided by its letters and words; where they leave doubt by the customer's messages before it
    (`earlier`, the oldest first), then by `locale` ("de-AT"), else English.
    """
    leaders = _leaders(text, _ENOUGH)
    if len(leaders) == 1:
        return leaders[0]
    hinted = (locale or "").replace("_", "-").split("-")[0].lower()
    hints = [language for language in (_heard(earlier), hinted) if language in LANGUAGES]
    for language in hints:
        if not leaders or language in leaders:
            return language
    return leaders[0] if leaders else FALLBACK


def told(text: str) -> str | None:
    """Return the language, one of `LANGUAGES`, that only `text` itself tells; None where in doubt."""
    leaders = _leaders(text, _ENOUGH)
    return leaders[0] if len(leaders) == 1 else None


def _heard(earlier: Sequence[str]) -> str | None:
    """Return the language of the last message that tells it surely; None where none does."""
    for text in reversed(earlier[-_MESSAGES_BACK:]):
        leaders = _leaders(text, _SURE)
        if len(leaders) == 1:
            return leaders[0]
    return None


def _leaders(text: str, enough: int) -> list[str]:
    """Return the languages that letters and words speak for most, none where `enough` does for none."""
    text = text[:_MAX_CHARS]
    written = _written_in(text)
    if written is not None:
        return [written]
    words, letters = frozenset(fold(text)), frozenset(text.lower())
    weights = {language: _weight(words, letters, language) for language in LANGUAGES}
    if max(weights.values()) < enough:
        looks = load_letters().look_like(text) if enough < _SURE and not weights[FALLBACK] else None
        return [looks] if looks and looks != FALLBACK else []
    for language, marks in _MARKS.items():
        weights[language] += 0 if letters.isdisjoint(marks) else _MARKED
    best = max(weights.values())
    return [language for language in LANGUAGES if weights[language] == best]


def _weight(words: frozenset[str], letters: frozenset[str], language: str) -> int:
    """Add up what speaks for a language, each word once."""
    known = words_of(language)
    telling = len(words & known.telling_words)
    if language == _SPANISH and letters & _REVERSED:
        telling += 1
    return _TELLING * telling + _FUNCTION * len(words & known.function_words - known.telling_words)


def _written_in(text: str) -> str | None:
    """Return the language that the letters tell, None where several are written in them."""
    enough = _SHARE * sum(char.isalpha() for char in text)
    if KANA.search(text) and len(_JAPANESE.findall(text)) >= enough:
        return "ja"
    arabic = len(_ARABIC.findall(text))
    return "ar" if arabic and arabic >= enough and not _NOT_ARABIC.search(text) else None
