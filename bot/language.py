"""The bot's languages: what it hears as small talk, what it says of its own, which one is spoken."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Final

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
_MIN_FUNCTION_WORDS: Final = 2  # a single "no" or "in" stands in several languages
_MAX_CHARS: Final = 1500  # enough to know a language; a megabyte need not be read


@dataclass(frozen=True)
class Words:
    """One language: `hears` maps a kind of small talk to its phrases, `says` an occasion to a text.

    Phrases are folded (see `fold`). `{name}` in a text is the customer's name.
    """

    language: str
    function_words: frozenset[str]
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
        hears={kind: tuple(phrases) for kind, phrases in data["hears"].items()},
        says=data["says"],
    )


def spoken(text: str, locale: str | None) -> str:
    """Return the language of `text`, one of `LANGUAGES`.

    Decided by its letters and the function words in it; where they leave doubt by `locale`
    ("de-AT"), else English.
    """
    leaders = _leaders(text[:_MAX_CHARS])
    hinted = (locale or "").replace("_", "-").split("-")[0].lower()
    if leaders and (len(leaders) == 1 or hinted not in leaders):
        return leaders[0]
    return hinted if hinted in LANGUAGES else FALLBACK


def told(text: str) -> str | None:
    """Return the language, one of `LANGUAGES`, that only `text` itself tells; None where in doubt."""
    leaders = _leaders(text[:_MAX_CHARS])
    return leaders[0] if len(leaders) == 1 else None


def _leaders(text: str) -> list[str]:
    """Return the languages that the letters and function words speak for; none where too few do."""
    written = _written_in(text)
    if written is not None:
        return [written]
    words = fold(text)
    counts = {
        language: sum(word in words_of(language).function_words for word in words)
        for language in LANGUAGES
    }
    best = max(counts.values())
    if best < _MIN_FUNCTION_WORDS:
        return []
    return [language for language in LANGUAGES if counts[language] == best]


def _written_in(text: str) -> str | None:
    """Return the language that the letters tell, None where several are written in them."""
    enough = _SHARE * sum(char.isalpha() for char in text)
    if KANA.search(text) and len(_JAPANESE.findall(text)) >= enough:
        return "ja"
    arabic = len(_ARABIC.findall(text))
    return "ar" if arabic and arabic >= enough and not _NOT_ARABIC.search(text) else None
