"""A direct wish for a person: how sure we are that the customer asks for one now.

Two readings are joined. Patterns (`bot/wishes.toml`) know the common wordings, clause by clause, so
that "no need for a human, just tell me where my invoices are" and "No. I want a human" are told
apart. A logistic model over what the words mean (`bot.wish_words`) hears the other wordings, the
patterns' verdict among its features, and in English how near the message's vector is to wishes and
to what only sounds like one, and whether people are only turned down (`bot.denial`).
`evals/fit_wishes.py` fits all of it into `bot/wishes.json`.
"""

import json
import re
import tomllib
from base64 import b64decode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from math import exp
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from bot.denial import denials
from bot.dialogue import Decision, Speaker, Turn
from bot.wish_words import Word, features, language_of, marked, read, sentences, simplified

ASKED: Final = "pattern:asked"
DENIED: Final = "pattern:denied"  # people are spoken of, but not wished for
SILENT: Final = "pattern:silent"
_MAX_CHARS: Final = 2000  # of a message that patterns look through; a megabyte need not be read
# A wish mostly stands at an end of a message. What stands between is read only when the patterns found
# one: of many sentences one sounds like a wish by chance, as pages of instructions for a machine did.
_FIRST_CHARS: Final = 250
_LAST_CHARS: Final = 350

_CLAUSE: Final = re.compile(
    r"[.!?;,\n。！？；，、؟،…]+|\s[-–—]+\s|\b(?:but|just|aber|mais|pero|però|mas|maar|ale)\b"
)
_LATIN_WORD: Final = re.compile(r"[a-z]+")
_JOINED: Final = re.compile(
    r"\b(to|with|an?|u|you|me|need|help|can|could|i|want)"
    r"(some ?(?:one|body)|human|agent|operator|assistant|direct|speak|talk|chat|contact)\b"
)


_QUESTION: Final = "Q"  # the tag of how, what, where
_NO_WISH: Final = -8.0  # log odds of a message without a word
_MOST: Final = 8.0  # log odds; no reading is surer than this when two are joined


@dataclass(frozen=True)
class _Logistic:
    intercept: float
    weights: Mapping[str, float]

    def logit(self, seen: Iterable[str]) -> float:
        return self.intercept + sum(self.weights.get(name, 0.0) for name in seen)


@dataclass(frozen=True)
class _Joined:
    """The words' reading and the vector's, joined: each log odds times its share.

    Near to a centre is what means the like and shows the same signs: some tags and opening words.
    """

    model_id: str
    axes: NDArray[np.float32]  # (dim, axes)
    signs: tuple[str, ...]
    sign: float  # how far apart a sign sets two messages that are alike but for it
    centres: NDArray[np.float32]  # (n, axes + signs): messages at the border, wishes and others
    squares: NDArray[np.float32]  # (n,): of each centre's length
    shares: NDArray[np.float32]  # (n,): above 0 for wishes
    width: float
    vector_intercept: float
    words_share: float
    vector_share: float
    told_shares: Mapping[str, float]  # of what neither reading weighs rightly: a denial
    intercept: float

    def logit(self, words: float, vector: NDArray[np.float32], seen: set[str]) -> float:
        shown = [self.sign * (name in seen) for name in self.signs]
        row = np.concatenate([vector @ self.axes, np.array(shown, np.float32)])
        away = row @ row + self.squares - 2.0 * (self.centres @ row)
        meant = float(np.exp(-self.width * away) @ self.shares) + self.vector_intercept
        return (
            self.words_share * max(-_MOST, min(_MOST, words))
            + self.vector_share * max(-_MOST, min(_MOST, meant))
            + sum(share for name, share in self.told_shares.items() if name in seen)
            + self.intercept
        )


@dataclass(frozen=True)
class _Model:
    wish: _Logistic
    threshold: float  # of the words' reading by itself
    joined: _Joined
    acceptance: _Logistic


@dataclass(frozen=True)
class _Language:
    ask: tuple[re.Pattern[str], ...]
    deny: tuple[re.Pattern[str], ...]
    about: tuple[re.Pattern[str], ...]


@dataclass(frozen=True)
class _Patterns:
    languages: tuple[_Language, ...]
    accepts: re.Pattern[str]
    but: re.Pattern[str]
    mended: tuple[str, ...]
    kept: frozenset[str]


def wants_person(
    text: str,
    history: Sequence[Turn],
    vector: NDArray[np.float32] | None = None,
    model_id: str = "",
) -> float:
    """Return the probability (0..1) that `text` asks for a person now.

    `history` holds the turns before `text`, oldest first: "yes please" right after the bot's offer
    is a wish too. `vector` is (dim,) float32, unit length: `text` embedded by `model_id`; without
    it, with a model that the weights were not fitted for, or in a language that the model does not
    speak, the words alone are read.
    """
    model = _model()
    window = _window(text)
    read_as = wish_features(window)
    logit = max((model.wish.logit(seen) for seen in read_as), default=_NO_WISH)
    if vector is not None and model_id == model.joined.model_id and is_english(window):
        logit = model.joined.logit(logit, vector, set[str]().union(*read_as))
    else:
        logit -= model.threshold
    if was_offered(history):
        logit = max(logit, model.acceptance.logit(acceptance_features(window)))
    return 1.0 / (1.0 + exp(-max(_NO_WISH, logit)))


def is_english(text: str) -> bool:
    """Tell whether the embedding model, which learned English, can read a message."""
    return language_of(" ".join(sentences(_window(text)))) == "en"


def wish_features(text: str) -> list[set[str]]:
    """Name what is seen in each sentence of a message; the strongest sentence speaks for it."""
    verdict = _verdict(text)
    said = sentences(_wide(text) if verdict == ASKED else _window(text))
    language = language_of(" ".join(said))
    rows = [read(sentence, language) for sentence in said]
    whole = {verdict} | (denials(said) if language == "en" else set())
    return [
        features(words) | whole | place for words, place in zip(rows, _places(rows), strict=True)
    ]


def _places(rows: Sequence[Sequence[Word]]) -> list[set[str]]:
    """Name where each sentence stands, and whether another one asks a question.

    "Your agent told me to use the form. Where is it?" wants the form.
    """
    if len(rows) == 1:
        return [{"sentences:1"}]
    places: list[set[str]] = [{"sentences:many"} for _ in rows]
    asking = [at for at, words in enumerate(rows) if words and words[0].tag == _QUESTION]
    for at, place in enumerate(places):
        if any(other != at for other in asking):
            place.add("rest:asks")
    if places:
        places[0].add("at:first")
        places[-1].add("at:last")
    return places


def acceptance_features(text: str) -> set[str]:
    """Name what is seen in a message that follows the offer of a person."""
    said = sentences(_window(text))
    language = language_of(" ".join(said))
    words = [word for sentence in said[:4] for word in read(sentence, language)]
    whole = _plain(_window(text)).strip(" \n.!,;。！")
    patterns = _patterns()
    seen = features(words)
    if "?" in text or "？" in text or "؟" in text:
        seen.add("asks")
    if patterns.but.search(whole):
        seen.add("pattern:but")
    elif patterns.accepts.match(whole):
        seen.add("pattern:accepts")
    return seen


def _verdict(text: str) -> str:
    """Return what the patterns say of the message."""
    verdict = SILENT
    for clause in _clauses(_plain(marked(simplified(_wide(text))))):
        for language in _patterns().languages:
            if any(ask.search(clause) for ask in language.ask):
                if not any(no.search(clause) for no in (*language.deny, *language.about)):
                    return ASKED
                verdict = DENIED
    return verdict


def _window(text: str) -> str:
    if len(text) <= _FIRST_CHARS + _LAST_CHARS:
        return text
    return f"{text[:_FIRST_CHARS]}\n{text[-_LAST_CHARS:]}"


def _wide(text: str) -> str:
    return text if len(text) <= _MAX_CHARS else f"{text[:1000]}\n{text[-1000:]}"


def _clauses(window: str) -> list[str]:
    """Split into clauses, each also with its English typing errors mended."""
    clauses = [" ".join(clause.split()) for clause in _CLAUSE.split(window)]
    said = [clause for clause in clauses if clause]
    mended = [_mend(clause) for clause in said]
    return list(dict.fromkeys([*said, *mended]))


def _plain(text: str) -> str:
    return text.replace("’", "'").replace("`", "'").lower()


def _mend(clause: str) -> str:
    """Part joined words and correct a word that is one slip away from a word of the wish."""
    parted = _JOINED.sub(r"\1 \2", clause)
    return _LATIN_WORD.sub(lambda match: _mend_word(match.group()), parted)


@lru_cache(maxsize=50_000)
def _mend_word(word: str) -> str:
    patterns = _patterns()
    if len(word) < 3 or word in patterns.mended or word in patterns.kept:
        return word
    for right in patterns.mended:
        slips = 2 if len(right) >= 8 else 1
        if word[0] == right[0] and len(right) > 3 and OSA.distance(word, right) <= slips:
            return right
    return word


def was_offered(history: Sequence[Turn]) -> bool:
    """Tell whether the bot's last word, with no other turn after it, offered a person."""
    if not history or history[-1].speaker is not Speaker.BOT:
        return False
    last = history[-1]
    return last.offer or last.decision is Decision.OFFER_HUMAN


@cache
def _patterns() -> _Patterns:
    source = resources.files("bot").joinpath("wishes.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(source)
    accepts = tables.pop("accepts")
    mending = tables.pop("mending")
    return _Patterns(
        languages=tuple(_language(table) for table in tables.values()),
        accepts=re.compile(accepts["any"], re.DOTALL),
        but=re.compile(accepts["but"]),
        mended=tuple(mending["words"].split()),
        kept=frozenset(mending["kept"].split()),
    )


def _language(table: dict[str, str | list[str]]) -> _Language:
    parts = {name: value for name, value in table.items() if isinstance(value, str)}

    def compiled(key: str) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(_filled(pattern, parts)) for pattern in table.get(key, ()))

    return _Language(compiled("ask"), compiled("deny"), compiled("about"))


def _filled(pattern: str, parts: dict[str, str]) -> str:
    """Replace `{name}` by its alternatives, also inside these."""
    for name, value in parts.items():
        if f"{{{name}}}" in pattern:
            pattern = pattern.replace(f"{{{name}}}", _filled(value, parts))
    return pattern


@cache
def _model() -> _Model:
    source = resources.files("bot").joinpath("wishes.json").read_text(encoding="utf-8")
    data = json.loads(source)
    joined = data["joined"]
    shares = _array(joined["shares"], "<f2")
    signs = tuple(joined["signs"])
    centres = _array(joined["centres"], "i1").reshape(len(shares), -1) * np.float32(joined["step"])
    return _Model(
        wish=_Logistic(data["wish"]["intercept"], data["wish"]["weights"]),
        threshold=data["wish"]["threshold"],
        joined=_Joined(
            model_id=joined["model_id"],
            axes=_array(joined["axes"], "<f2").reshape(-1, centres.shape[1] - len(signs)),
            signs=signs,
            sign=joined["sign"],
            centres=centres,
            squares=(centres**2).sum(axis=1),
            shares=shares,
            width=joined["width"],
            vector_intercept=joined["vector_intercept"],
            words_share=joined["words_share"],
            vector_share=joined["vector_share"],
            told_shares=joined["told_shares"],
            intercept=joined["intercept"],
        ),
        acceptance=_Logistic(data["acceptance"]["intercept"], data["acceptance"]["weights"]),
    )


def _array(stored: str, dtype: str) -> NDArray[np.float32]:
    return np.frombuffer(b64decode(stored), dtype=dtype).astype(np.float32)
