"""What the words of a message mean for a wish: each word's tag, by language, and where tags meet.

The words stand in `bot/wish_words.toml`. Tags are shared by all languages, so that a way of asking
learned in one is heard in the others: "verbinden Sie mich mit einem Techniker" and "connect me with
an engineer" read PASS ME TO JOB alike.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise
from typing import Final

from rapidfuzz.distance import OSA

from bot.language import KANA

UNKNOWN: Final = "x"
_MARKED: Final = {"phonenumber": "PHONE", "quotedwords": "QUOTE"}  # what `marked` writes
_FOREIGN_CHARS: Final = 5  # a shorter word of another language is too often one of this language
_SILENT: Final = "FILL"
_MAX_PHRASE: Final = 5  # words; "get in touch with" has four
_MAX_PARTS: Final = 4
_STEM_CHARS: Final = 6  # a shorter stem with a letter left out begins too many words
_MAX_WORDS: Final = 28  # a longer sentence is read in parts, parted at commas
_MAX_SENTENCES: Final = 14  # the first four and the last ten: a wish stands at an end
_NEAR: Final = 6  # two tags this many words apart still belong together
_MENDED_TAGS: Final = frozenset(
    {"HUM", "SOME", "REP", "JOB", "TALK", "CALL", "REACH", "PASS", "WANT", "PLEASE", "BOT"}
)
_FOREIGN_TAGS: Final = frozenset({"HUM", "SOME", "REP", "JOB", "TALK", "CALL", "WANT", "PLEASE"})
_LEET: Final = str.maketrans("0134", "oiea")
_BROAD: Final = {
    **dict.fromkeys(("HUM", "SOME", "REP", "JOB", "DESK"), "PERSON"),
    **dict.fromkeys(("TALK", "CALL", "REACH"), "SAY"),
    **dict.fromkeys(("PASS", "GET"), "MOVE"),
    **dict.fromkeys(("WANT", "PLEASE", "CAN"), "WISH"),
}
_TURNING: Final = frozenset({"BOT", "NOT"})
_MINOR: Final = frozenset({UNKNOWN, "TO", "NOW", "REAL"})
_LATIN: Final = ("en", "es", "pt", "it", "fr", "de", "nl", "pl")  # the first of equals is taken

_SENTENCE: Final = re.compile(r"[.!?。！？؟\n]+")
_PART: Final = re.compile(r"[,;:،、，；：]+|\s[-–—]+\s")
_TOKEN: Final = re.compile(r"[^\W_]+")
_HAN: Final = re.compile(r"[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff]+")
_ARABIC: Final = re.compile(r"[\u0600-\u06ff]")
_MARKS: Final = re.compile(r"[\u0300-\u036f\u0640\u064b-\u065f]")
_CONTRACTION: Final = re.compile(r"(?<=\w)'(?=(?:s|t|re|m|ve|ll|d)\b)")
# Words of three or more that somebody else said or that are spoken of, not said to us.
_QUOTED: Final = re.compile(
    r"(?:(?<!\w)[\"\u201c\u201e](?=\w+\W+\w+\W+\w)[^\"\u201c\u201d\u201e]{5,300}[\"\u201c\u201d](?!\w)"
    r"|«[^«»]{5,300}»|「[^「」]{4,300}」|\u201c[\u3400-\u9fff][^\u201c\u201d]{2,300}\u201d)"
)
# A number to be called at: it begins as one, or is written in groups.
_PHONE: Final = re.compile(
    r"(?<![\w.,-])(?:\+|00|0)\d[\d ()/-]{5,16}\d(?![\w-])|(?<![\w.,-])\(?\d{3}\)?[ -]\d{3,4}(?:[ -]\d{3,4})?(?![\w-])"
    r"|(?<!\d)1[3-9]\d{9}(?!\d)"
)
_SPELT: Final = re.compile(r"(?<!\w)(?:[a-z][ -]){4,}[a-z](?!\w)", re.IGNORECASE)
_DIGITS: Final = re.compile(r"[a-z]+|\d+")
_LONG_RUN: Final = re.compile(r"([a-z])\1{2,}")
_ARABIC_PREFIXES: Final = ("وال", "بال", "فال", "كال", "لل", "ال", "و", "ف", "ب", "ل", "ي", "ت")
_TRADITIONAL: Final = str.maketrans(
    "請專員轉話說務機經聯繫電談這個們與會對問題處線業責幫給誰實際該還讓點過時間現來後",
    "请专员转话说务机经联系电谈这个们与会对问题处线业责帮给谁实际该还让点过时间现来后",
)
_ALIKE: Final = str.maketrans({"ß": "ss", "ł": "l", "ة": "ه", "ى": "ي", "’": "'", "`": "'"})


@dataclass(frozen=True)
class Word:
    """A word or phrase of the message, folded, with what it means.

    `root` is the listed word that it is a form or a slip of, the text itself where there is none.
    """

    text: str
    tag: str
    root: str


@dataclass(frozen=True)
class _Entry:
    """A word of the list, without the `*`, or a word that is on none."""

    word: str
    tag: str


def sentences(text: str) -> list[str]:
    """Split a message into folded sentences, a long one at its commas; never empty strings."""
    parts: list[str] = []
    for sentence in _SENTENCE.split(fold(marked(simplified(text)))):
        if len(_TOKEN.findall(sentence)) > _MAX_WORDS:
            parts += _PART.split(sentence)
        else:
            parts.append(sentence)
    said = [part for part in parts if _TOKEN.search(part)]
    return said if len(said) <= _MAX_SENTENCES else [*said[:4], *said[4 - _MAX_SENTENCES :]]


def marked(text: str) -> str:
    """Write a telephone number and words quoted from elsewhere as one word; join spelt letters.

    A message that is nothing but a quotation is said by the customer.
    """
    spelt = _SPELT.sub(lambda match: re.sub(r"[ -]", "", match.group()), text)
    told = _QUOTED.sub(" quotedwords ", spelt)
    own = told.replace("quotedwords", "")
    return _PHONE.sub(" phonenumber ", told if _TOKEN.search(own) else spelt)


def simplified(text: str) -> str:
    """Write the traditional Chinese characters of a wish as simplified ones; Japanese stays."""
    return text if KANA.search(text) else text.translate(_TRADITIONAL)


def fold(text: str) -> str:
    """Write in lower case without accents; Japanese and Chinese stay as they are."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_ALIKE)).translate(_ALIKE)
    plain = unicodedata.normalize("NFC", _MARKS.sub("", plain))
    return _LONG_RUN.sub(r"\1", _CONTRACTION.sub("", plain))


@lru_cache(maxsize=1024)  # asked of each message twice, and of each turn with every later message
def language_of(folded: str) -> str:
    """Return the language whose words cover most of the text; English when none does."""
    if _HAN.search(folded):
        return "ja" if KANA.search(folded) else "zh"
    if _ARABIC.search(folded):
        return "ar"
    tokens = _TOKEN.findall(folded)[:60]
    return max(_LATIN, key=lambda language: sum(_known(language, token) for token in tokens))


def read(folded: str, language: str) -> list[Word]:
    """Return the words of a sentence with their tags, phrases as one word."""
    tokens = [part for token in _tokens(folded) for part in _parted(language, token)]
    words: list[Word] = []
    at = 0
    while at < len(tokens):
        length, entry = _phrase(language, tokens, at)
        words.append(Word(" ".join(tokens[at : at + length]), entry.tag, entry.word))
        at += length
    return words


def features(words: Sequence[Word]) -> set[str]:
    """Name what is seen in a sentence: tags, their neighbours, tags near each other, words."""
    tags = [word.tag for word in words if word.tag != _SILENT]
    row = ["^", *_without_runs(tags), "$"]
    found = {f"t:{tag}" for tag in tags}
    found |= {f"b:{a} {b}" for a, b in pairwise(row)}
    for at, tag in enumerate(tags):
        near = tags[at + 1 : at + _NEAR]
        found |= {f"s:{tag} {other}" for other in near if UNKNOWN not in (tag, other)}
    found |= _roughly(tags)
    found |= {f"w:{word.text}" for word in words}
    found |= {f"r:{word.root}" for word in words if word.tag in _BROAD}
    found |= _opening(words, tags) | _beside(words)
    found.add(f"n:{min(len(tags), 12) if len(tags) < 6 else len(tags) // 6 * 6}")
    return found


def _opening(words: Sequence[Word], tags: Sequence[str]) -> set[str]:
    """Name how the sentence begins, by itself and with what it speaks of.

    "Where do I …" asks about people; "where can I find someone" asks for one.
    """
    said = [word.text for word in words[:2]]
    if not said:
        return set()
    broad = {_BROAD.get(tag, tag) for tag in tags if tag not in _MINOR}
    found = {f"o:{said[0]}", f"o:{' '.join(said)}"}
    return found | {f"o:{said[0]} {tag}" for tag in broad}


def _beside(words: Sequence[Word]) -> set[str]:
    """Name the words right before and after people, wishes, machines and denials.

    "an agent seat", "your agent said" and "as an agent" speak of agents, "an agent please" asks for one.
    """
    row = [Word("^", "^", "^"), *words, Word("$", "$", "$")]
    found: set[str] = set()
    for before, after in pairwise(row):
        if after.tag in _BROAD or after.tag in _TURNING:
            found.add(f"wt:{before.text}>{_BROAD.get(after.tag, after.tag)}")
        if before.tag in _BROAD or before.tag in _TURNING:
            found.add(f"tw:{_BROAD.get(before.tag, before.tag)}>{after.text}")
    return found


def _roughly(tags: Sequence[str]) -> set[str]:
    """Name the same in broader tags, so that a nurse and a human, a call and a chat are one."""
    row = [_BROAD.get(tag, tag) for tag in tags if tag not in _MINOR]
    row = ["^", *(b for a, b in pairwise(["", *row]) if a != b), "$"]
    found = {f"k:{a} {b}" for a, b in pairwise(row)}
    found |= {f"l:{a} {b} {c}" for a, b, c in zip(row, row[1:], row[2:], strict=False)}
    present = sorted(set(row) - {"^", "$"})
    found |= {f"p:{a} {b}" for at, a in enumerate(present) for b in present[at + 1 :]}
    if "NOT" in present and "BOT" not in present:
        found |= {f"not:{tag}" for tag in present}
    return found


def _without_runs(tags: Sequence[str]) -> list[str]:
    """Drop an unknown word that follows another: how many there are says little."""
    return [b for a, b in pairwise(["", *tags]) if not a == b == UNKNOWN]


def _tokens(folded: str) -> Iterator[str]:
    for token in _TOKEN.findall(folded):
        if _HAN.search(token):
            yield from token  # one character each; phrases of the word list join them
        else:
            yield token


def _parted(language: str, token: str) -> tuple[str, ...]:
    """Part words typed as one, "toarealperson", when all are listed and one is of a wish."""
    if not token.isalpha() and token.isascii() and not token.isdigit():
        return _undigited(language, token)
    if len(token) < 6 or not token.isascii() or _listed(language, token) or token in _kept():
        return (token,)
    parts = _split(language, token, _MAX_PARTS)
    words = _lexicon(language).words
    if parts and any(len(part) > 3 and words[part] in _MENDED_TAGS for part in parts):
        return parts
    return (token,)


def _undigited(language: str, token: str) -> tuple[str, ...]:
    """Read digits as letters, "ag3nt", or as words, "speak2human", where that makes a listed word."""
    if _listed(language, token):
        return (token,)
    read = token.translate(_LEET)
    if _tagged(_listed(language, read)) in _MENDED_TAGS:
        return (read,)
    parts = tuple(_DIGITS.findall(token))
    words = _lexicon(language).words
    return parts if any(words.get(part) in _MENDED_TAGS for part in parts) else (token,)


@lru_cache(maxsize=20_000)
def _split(language: str, token: str, parts: int) -> tuple[str, ...]:
    words = _lexicon(language).words
    if token in words:
        return (token,)
    if parts > 1:
        for at in range(len(token) - 1, 0, -1):
            if token[:at] in words:
                rest = _split(language, token[at:], parts - 1)
                if rest:
                    return (token[:at], *rest)
    return ()


def _phrase(language: str, tokens: Sequence[str], at: int) -> tuple[int, _Entry]:
    """Return how many tokens from `at` on make one word of the list, and which."""
    phrases = _lexicon(language).phrases
    for length in range(min(_longest(language), len(tokens) - at), 1, -1):
        phrase = tuple(tokens[at : at + length])
        if phrase in phrases:
            return length, _Entry(" ".join(phrase), phrases[phrase])
    return 1, _entry(language, tokens[at])


def _longest(language: str) -> int:
    return 10 if language in ("zh", "ja") else _MAX_PHRASE


@lru_cache(maxsize=100_000)
def _entry(language: str, token: str) -> _Entry:
    """Return the word of the list that a token is, is a form of, or is a slip away from."""
    if token in _MARKED:
        return _Entry(token, _MARKED[token])
    unknown = _Entry(token, UNKNOWN)
    found = _listed(language, token)
    if language == "ar":
        return found or _prefixed(language, token) or unknown
    return found or _mended(language, token) or _foreign(language, token) or unknown


def _prefixed(language: str, token: str) -> _Entry | None:
    for prefix in _ARABIC_PREFIXES:
        if token.startswith(prefix) and len(token) - len(prefix) >= 2:
            found = _listed(language, token[len(prefix) :])
            if found:
                return found
    return None


@lru_cache(maxsize=20_000)
def _foreign(language: str, token: str) -> _Entry | None:
    """Return the word of the wish in another language that it is: "ich need a human, por favor"."""
    short = len(token) < _FOREIGN_CHARS
    if language not in _LATIN or short or token in _kept() or token in _english():
        return None
    tags = (_lexicon(other).words.get(token) for other in _LATIN)
    return next((_Entry(token, tag) for tag in tags if tag in _FOREIGN_TAGS), None)


def _listed(language: str, token: str) -> _Entry | None:
    lexicon = _lexicon(language)
    if token in lexicon.words:
        return _Entry(token, lexicon.words[token])
    for length in range(len(token), 1, -1):
        stem = token[:length]
        if stem in lexicon.stems:
            return _Entry(stem, lexicon.stems[stem])
    return None


def _tagged(entry: _Entry | None) -> str:
    return UNKNOWN if entry is None else entry.tag


def _mended(language: str, token: str) -> _Entry | None:
    """Return the word that `token` is one slip away from, two if it is long."""
    if len(token) < 4 or token in _kept() or not token.isascii():
        return None
    slips = 2 if len(token) >= 8 else 1
    lexicon = _lexicon(language)
    for right, tag in lexicon.mendable.get(token[0], ()):
        said = token
        if right in lexicon.stems and len(right) > _STEM_CHARS and len(token) > len(right) + 1:
            said = token[: len(right) - 1]  # one letter left out of the stem; any ending after it
            if OSA.distance(said, right, score_cutoff=1) <= 1:
                return _Entry(right, tag)
        elif OSA.distance(said, right, score_cutoff=slips) <= slips:
            return _Entry(right, tag)
    return None


@lru_cache(maxsize=100_000)
def _known(language: str, token: str) -> float:
    if token in _MARKED:
        return 0.0
    if _listed(language, token) or (language == "en" and token in _english()):
        return 1.0
    return 0.5 if _mended(language, token) else 0.0


@dataclass(frozen=True)
class _Lexicon:
    words: Mapping[str, str]
    stems: Mapping[str, str]  # of the words that end in `*`
    phrases: Mapping[tuple[str, ...], str]
    mendable: Mapping[str, Sequence[tuple[str, str]]]  # words and their tags by first letter


@cache
def _lexicon(language: str) -> _Lexicon:
    words: dict[str, str] = {}
    stems: dict[str, str] = {}
    phrases: dict[tuple[str, ...], str] = {}
    for tag, listed in _tables()[language].items():
        for entry in listed.split():
            tokens = tuple(_tokens(fold(entry.rstrip("*").replace("_", " "))))
            if len(tokens) > 1:
                phrases.setdefault(tokens, tag)
            elif entry.endswith("*"):
                stems.setdefault(tokens[0], tag)
            else:
                words.setdefault(tokens[0], tag)
    mendable: dict[str, list[tuple[str, str]]] = {}
    for word, tag in {**stems, **words}.items():
        if tag in _MENDED_TAGS and len(word) >= 5:
            mendable.setdefault(word[0], []).append((word, tag))
    return _Lexicon(words, stems, phrases, mendable)


@cache
def _tables() -> dict[str, dict[str, str]]:
    source = resources.files("bot").joinpath("wish_words.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(source)
    return {name: table for name, table in tables.items() if name not in ("mending", "english")}


@cache
def _kept() -> frozenset[str]:
    source = resources.files("bot").joinpath("wish_words.toml").read_text(encoding="utf-8")
    return frozenset(tomllib.loads(source)["mending"]["kept"].split())


@cache
def _english() -> frozenset[str]:
    source = resources.files("bot").joinpath("wish_words.toml").read_text(encoding="utf-8")
    return frozenset(tomllib.loads(source)["english"]["words"].split())
