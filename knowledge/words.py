"""Text to search words: one analysis for articles and questions, in any script.

A word is folded (compatibility forms, case, accents) and stemmed in its article's language. A
question's language is unknown when it is short, so its words are stemmed in every language that the
snapshot holds: a German article can only be met by the German stem. Scripts written without spaces
become overlapping pairs of characters. A product code is found however it is written: "E-104",
"e104" and "E 104" share the word "e104".
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise

import Stemmer
from bm25s import stopwords

UNSTEMMED = "none"
ENGLISH = "english"

# ISO 639-1 code to the Snowball algorithm.
_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german",
    "el": "greek", "en": "english", "es": "spanish", "et": "estonian", "eu": "basque",
    "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian",
    "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
_AVAILABLE = frozenset(Stemmer.algorithms())

# Function words tell Latin-script languages apart; scripts tell most others.
_FUNCTION_WORDS = {
    "english": frozenset(stopwords.STOPWORDS_EN),
    "german": frozenset(stopwords.STOPWORDS_GERMAN),
    "dutch": frozenset(stopwords.STOPWORDS_DUTCH),
    "french": frozenset(stopwords.STOPWORDS_FRENCH),
    "spanish": frozenset(stopwords.STOPWORDS_SPANISH),
    "portuguese": frozenset(stopwords.STOPWORDS_PORTUGUESE),
    "italian": frozenset(stopwords.STOPWORDS_ITALIAN),
    "swedish": frozenset(stopwords.STOPWORDS_SWEDISH),
    "norwegian": frozenset(stopwords.STOPWORDS_NORWEGIAN),
    "danish": frozenset(stopwords.STOPWORDS_DANISH),
    "turkish": frozenset(stopwords.STOPWORDS_TURKISH),
    "russian": frozenset(stopwords.STOPWORDS_RUSSIAN),
    "arabic": frozenset({"في", "من", "على", "إلى", "عن", "أن", "هذا", "هذه", "التي", "الذي"}),
    "greek": frozenset({"και", "το", "να", "της", "του", "με", "για", "από", "είναι", "στο"}),
    "polish": frozenset({"i", "w", "z", "na", "się", "nie", "jest", "że", "do", "to", "są"}),
    "romanian": frozenset({"și", "în", "din", "este", "pentru", "care", "cu", "că", "sau", "nu"}),
    "czech": frozenset({"a", "se", "na", "je", "že", "ve", "které", "jsou", "nebo", "pro"}),
}
# A text is in a language when this share of its first words, and at least this many, are that
# language's function words.
_DETECTION_SHARE = 0.12
_DETECTION_COUNT = 2
_DETECTION_WORDS = 300

_UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\u1780-\u17ff"  # Myanmar, Khmer
    "\u3040-\u30ff\u31f0-\u31ff"  # kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"  # Han
    "\uac00-\ud7af"  # Hangul: spaced, but particles cling to the words
)
# A run of an unspaced script, or a word with the marks that join codes and compounds inside it.
_PIECE = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+(?:[-./'’+#_][^\W_{_UNSPACED}]+)*[+#]*")
_UNSPACED_RUN = re.compile(rf"[{_UNSPACED}]")
_PART = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[a-z]{1,4}")
_MAX_WORD_CHARS = 64


def split(text: str) -> list[str]:
    """Split a text into surface words: folded, in order, with codes and compounds joined too."""
    return list(_split(text))


def language_of(locale: str | None, text: str) -> str:
    """Name the stemming algorithm for an article, `UNSTEMMED` where no language is certain."""
    if locale:
        algorithm = _STEMMERS.get(re.split(r"[-_]", locale.lower())[0], UNSTEMMED)
        return algorithm if algorithm in _AVAILABLE else UNSTEMMED
    words = list(islice(_split(text), _DETECTION_WORDS))
    counts = dict.fromkeys(_FUNCTION_WORDS, 0)
    for word in words:
        for language in _LANGUAGES_OF.get(word, ()):
            counts[language] += 1
    best = max(counts, key=lambda language: counts[language])
    certain = counts[best] >= max(_DETECTION_COUNT, _DETECTION_SHARE * len(words))
    return best if certain and best in _AVAILABLE else UNSTEMMED


@lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """Stem a surface word and strip its accents."""
    if language != UNSTEMMED and word.isalpha():
        word = _stemmer(language).stemWord(word)
    return _bare(word)


@lru_cache(maxsize=64)  # one question is split for every field, and again for the answer
def question_words(question: str) -> tuple[str, ...]:
    """Split a question: as an article, and "E 104" also as the code "e104"."""
    words = split(question)
    codes = [
        letters + digits
        for letters, digits in pairwise(words)
        if digits.isdigit() and _LETTERS.fullmatch(letters) and letters not in _ENGLISH
    ]
    return (*words, *codes)


@lru_cache(maxsize=50_000)
def stems(word: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """Stem a question's word in every language of the snapshot; no stem twice."""
    return tuple(dict.fromkeys(stem(word, language) for language in languages))


def script_of(letter: str) -> str:
    """Name a letter's script as Unicode does ("LATIN", "CYRILLIC", "CJK"); both kana are "KANA"."""
    script = unicodedata.name(letter, "").split(" ")[0]
    return "KANA" if script in {"HIRAGANA", "KATAKANA"} else script


def is_function_word(word: str) -> bool:
    """Tell whether a surface word is a function word of any language known here."""
    return word in _LANGUAGES_OF


_ENGLISH = _FUNCTION_WORDS["english"]
_LANGUAGES_OF = {
    word: tuple(language for language, known in _FUNCTION_WORDS.items() if word in known)
    for word in frozenset().union(*_FUNCTION_WORDS.values())
}


def _split(text: str) -> Iterator[str]:
    for match in _PIECE.finditer(unicodedata.normalize("NFKC", text).lower()):
        piece = match.group()[:_MAX_WORD_CHARS]
        if _UNSPACED_RUN.match(piece):
            yield from _pairs(piece)
        elif piece.isalpha():
            yield piece
        else:
            yield from _compound(piece)


def _compound(piece: str) -> list[str]:
    """A piece that holds digits or joining marks: its parts, and the whole without the marks."""
    parts = _PART.findall(piece)
    if len(parts) == 1:
        # "x200" is also found by its parts only as a whole; "c++" keeps its marks.
        return [piece] if piece == parts[0] else [piece, parts[0]]
    if _is_clitic(piece, parts):
        return [parts[0]]
    whole = "".join(parts)
    # The lone letter of a code would meet every other code of that letter.
    if not whole.isalpha():
        parts = [part for part in parts if len(part) > 1]
    return [*parts, whole]


def _is_clitic(piece: str, parts: Sequence[str]) -> bool:
    """An English possessive or contraction: "customer's", "don't"."""
    return len(parts) == 2 and piece[len(parts[0])] in "'’" and len(parts[1]) <= 2


def _pairs(run: str) -> list[str]:
    return [run] if len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)]


@lru_cache(maxsize=64)
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(language)


def _bare(word: str) -> str:
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFD", word)
    kept = "".join(char for char in decomposed if unicodedata.category(char) != "Mn")
    return unicodedata.normalize("NFC", kept)
