"""How frustrated the customer is: the words of the turn, and the course of the conversation.

Two logistic steps, both fitted by `evals/fit_frustration.py` and kept in `bot/frustration.json`: the
feeling in a message, from its vector, its sentiment (VADER: Hutto and Gilbert 2014) and some words;
then the frustration of the customer, from the feelings of the episode's messages and its course.
"""

import json
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import exp
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from bot.dialogue import Decision, Dialogue, Speaker, Turn

FEELING_FEATURES: Final = (
    *("compound", "negative", "positive", "fury_words", "anger_words", "exclamations"),
    *("asks", "shouting", "refuses_first", "addresses_us", "glad_words"),
)
COURSE_FEATURES: Final = (
    *("feeling", "earlier_feeling", "rejects", "repeats", "objections", "failures"),
    *("thumbs_down", "mocks", "stresses"),
)


_MAX_CHARS: Final = 1000  # a mood shows in the first lines; a megabyte need not be read
_SHOUT_MIN_LETTERS: Final = 8  # "OK" and "FAQ" are not shouting
_REPEATS_AT: Final = 85.0  # rapidfuzz token_set_ratio, 0..100: the same words again
_FADING: Final = 0.6  # what was felt a turn ago counts this much of what is felt now
_AT_MOST: Final = 3.0  # no word is counted more often: a rant is not ten rants
_REFUSES_FIRST: Final = re.compile(r"\W*(?:no|nope|nah|not|nein|non|não|nee|nie)\b", re.IGNORECASE)
_US: Final = re.compile(r"\b(?:you|your|u|ur)\b", re.IGNORECASE)
_STRESSED: Final = re.compile(r"\b(?:NOT|NO|[A-Z]{5,}|STILL|AGAIN|NIE|KEIN|NON|PAS|NEIN)\b")
# "No", "no it isn't", "no luck", "done, same", "wrong"; "no receipt" and "same day" say what was meant.
_FLATLY: Final = re.compile(
    r"\W*(?:(?:hm+|oh|well|and)\W+)?(?:no|nope|nah|nein|nee|nie|não|nao|non)\W*(?:$|[.!…]|\b(?:no|it|that|this"
    r"|there|they|you|i|still|not|luck|change|difference|use|good|effect|help|improvement|joy|success"
    r"|results?|answer|idea|clue|chance)\b)|(?:.*\W)?(?:same|wrong|false)\W*$",
    re.IGNORECASE | re.DOTALL,
)
# "I can't find it" and "what a treat" ask nothing, though "can" and "what" do.
_NO_QUESTION: Final = re.compile(
    r"\b(?:can'?t|(?:can|could|would|do|does|is|are|will|may) not|what an?)\b", re.IGNORECASE
)
_SHORT: Final = 40  # a thank-you is short; praise that goes on may be mockery
_MOCKERY: Final = 3.0  # of one sign; the penalty of the fit weighs it less than a count up to 3
_THANKS: Final = 20  # after the same answer twice, a thank-you is shorter still: "perfect, thanks"
_UNHELPFUL: Final = (Decision.DECLINE, Decision.OFFER_HUMAN, Decision.CLARIFY)


@dataclass(frozen=True)
class _Logistic:
    intercept: float
    weights: Mapping[str, float]

    def logit(self, features: Mapping[str, float]) -> float:
        return self.intercept + sum(self.weights[name] * features[name] for name in self.weights)


@dataclass(frozen=True)
class _Model:
    model_id: str
    vector: NDArray[np.float32]  # (dim,): weights of the message's vector
    with_vector: _Logistic
    words_only: _Logistic
    course: _Logistic


def frustration(
    dialogue: Dialogue, vector: NDArray[np.float32] | None = None, model_id: str = ""
) -> float:
    """Return the probability (0..1) that the customer is frustrated at the last turn.

    `vector` is (dim,) float32, unit length: the last message embedded by `model_id`. Without it, or
    with a model that the weights were not fitted for, the words alone are judged.
    """
    model = _model()
    usable = vector if model_id == model.model_id else None
    features = course_features(dialogue, feeling(dialogue.question, usable))
    return 1.0 / (1.0 + exp(-model.course.logit(features)))


def course_features(
    dialogue: Dialogue, feels: float, felt: Callable[[str], float] | None = None
) -> dict[str, float]:
    """Describe the episode up to its last turn by `COURSE_FEATURES`.

    `feels` is the feeling in the last message (log odds); `felt` rates the ones before it (None:
    `feeling`, by their words).
    """
    rate = felt or feeling
    said = [turn.text for turn in dialogue.turns if turn.speaker is Speaker.CUSTOMER]
    objections = _objections(dialogue.turns)
    earlier = 0.0
    for text in said[:-1][-6:]:
        earlier = _FADING * earlier + _FADING * max(0.0, rate(text))
    return {
        "feeling": feels,
        "earlier_feeling": min(_AT_MOST, earlier),
        "rejects": float(_rejects(said[-1])),
        "repeats": min(_AT_MOST, _repeats(said)),
        "objections": min(_AT_MOST, objections),
        "failures": min(_AT_MOST, _failures(dialogue.turns)),
        "thumbs_down": min(_AT_MOST, sum(turn.helpful is False for turn in dialogue.turns)),
        "mocks": _MOCKERY * _mocks(dialogue.turns, objections),
        "stresses": float(bool(_STRESSED.search(said[-1])) and not said[-1].isupper()),
    }


def feeling(text: str, vector: NDArray[np.float32] | None = None) -> float:
    """Return the log odds that a message is angry or disappointed, judged by itself."""
    model = _model()
    features = feeling_features(text)
    if vector is None:
        return model.words_only.logit(features)
    return model.with_vector.logit(features) + float(model.vector @ vector)


def feeling_features(text: str) -> dict[str, float]:
    """Describe a message by `FEELING_FEATURES`."""
    said = text[:_MAX_CHARS].replace("’", "'")
    letters = [c for c in said if c.isalpha()]
    loud = sum(c.isupper() for c in letters) / len(letters) if letters else 0.0
    scores = _sentiment().polarity_scores(said)
    lexicon = _lexicon()
    return {
        "compound": 2.0 * scores["compound"],
        "negative": 2.0 * scores["neg"],
        "positive": 2.0 * scores["pos"],
        "fury_words": min(_AT_MOST, len(lexicon.fury.findall(said))),
        "anger_words": min(_AT_MOST, len(lexicon.anger.findall(said))),
        "exclamations": min(_AT_MOST, said.count("!")),
        "asks": float("?" in said),
        "shouting": loud if len(letters) > _SHOUT_MIN_LETTERS else 0.0,
        "refuses_first": float(bool(_REFUSES_FIRST.match(said))),
        "addresses_us": float(bool(_US.search(said))),
        "glad_words": float(bool(lexicon.gladness.search(said))),
    }


def _rejects(text: str) -> bool:
    said = text[:_MAX_CHARS].lower().replace("’", "'")
    return any(phrase in said for phrase in _lexicon().rejection)


def _repeats(said: Sequence[str]) -> float:
    """Count the earlier messages that said the same in the same words."""
    last = said[-1][:_MAX_CHARS].lower()
    if len(last) <= _SHOUT_MIN_LETTERS:
        return 0.0
    return float(
        sum(
            len(text) > _SHOUT_MIN_LETTERS
            and fuzz.token_set_ratio(last, text[:_MAX_CHARS].lower()) >= _REPEATS_AT
            for text in said[:-1]
        )
    )


def _objections(turns: Sequence[Turn]) -> float:
    """Count the customer's turns in a row, from the last backwards, that turn an answer down.

    "It isn't there", "done, same", "hm no": the answer was read and did not help.
    """
    count = 0
    for before, turn in zip(turns[-2::-1], turns[:0:-1], strict=False):
        if turn.speaker is Speaker.CUSTOMER and before.speaker is Speaker.BOT:
            if not objects(before, turn.text):
                break
            count += 1
    return float(count)


def _mocks(turns: Sequence[Turn], objections: float) -> bool:
    """Tell praise of an answer that cannot have pleased: one given before, or after objections."""
    if len(turns) < 2 or turns[-2].decision is not Decision.ANSWER:
        return False
    again = any(turn.speaker is Speaker.BOT and turn.text == turns[-2].text for turn in turns[:-2])
    said = turns[-1].text[:_MAX_CHARS]
    if len(said) <= _THANKS or "?" in said or _is_solved(said):
        return False
    return bool(_lexicon().praise.search(said)) and (again or objections > 1)


def _is_solved(said: str) -> bool:
    """Tell whether a message says, without a denial beside it ("marche pas"), that all is well."""
    lexicon = _lexicon()
    found = lexicon.solved.search(said)
    if found is None:
        return False
    beside = [*said[: found.start()].split()[-3:], *said[found.end() :].split()[:5]]
    return not lexicon.refusal.search(" ".join(beside))


def objects(before: Turn, text: str) -> bool:
    """Tell whether the customer's message turns down what the bot said before it.

    After an answer any word of denial or failure does. Where it is not known what a bot turn was, only
    plain words count: "No, at seven" may answer a question of it.
    """
    if before.decision is Decision.ANSWER:
        return not _asks(text) and _turns_down(text)
    return before.decision is None and _rejects(text)


def _turns_down(text: str) -> bool:
    """Tell an objection from a message that says more precisely what was meant: "both ears"."""
    said = text[:_MAX_CHARS].lower().replace("’", "'")
    lexicon = _lexicon()
    if _rejects(said) or _FLATLY.match(said) or lexicon.fury.search(said):
        return True
    if _is_solved(said):
        return False
    return bool(lexicon.objecting.search(lexicon.facts.sub(" ", said)))


def _asks(text: str) -> bool:
    """Tell a question, a request or a thank-you from an objection."""
    said = text[:_MAX_CHARS].replace("’", "'")
    lexicon = _lexicon()
    if (
        lexicon.asking.search(_NO_QUESTION.sub(" ", said))
        or "?" in said
        or "？" in said
        or "؟" in said
    ):
        return not _rejects(said)
    thanks = lexicon.gladness.search(said) and not lexicon.refusal.search(said)
    return bool(thanks) and len(said) <= _SHORT


def _failures(turns: Sequence[Turn]) -> float:
    """Count the bot's turns that did not help: no answer, or one the customer turned down."""
    failed = 0
    for turn, after in zip(turns, [*turns[1:], None], strict=True):
        if turn.speaker is Speaker.BOT:
            turned_down = after is not None and (
                after.speaker is Speaker.CUSTOMER and _rejects(after.text)
            )
            failed += turn.decision in _UNHELPFUL or turn.helpful is False or turned_down
    return float(failed)


@dataclass(frozen=True)
class _Lexicon:
    fury: re.Pattern[str]
    anger: re.Pattern[str]
    refusal: re.Pattern[str]
    gladness: re.Pattern[str]
    praise: re.Pattern[str]
    solved: re.Pattern[str]
    asking: re.Pattern[str]
    objecting: re.Pattern[str]
    facts: re.Pattern[str]
    rejection: tuple[str, ...]


@cache
def _lexicon() -> _Lexicon:
    source = resources.files("bot").joinpath("frustration.toml").read_text(encoding="utf-8")
    table = tomllib.loads(source)
    return _Lexicon(
        fury=_words(table["fury"]),
        anger=_words(table["anger"]),
        refusal=_words(table["refusal"]),
        gladness=_words(table["gladness"]),
        praise=_words(f"{table['gladness']} {table['praise']}"),
        solved=_words(table["solved"]),
        asking=_words(table["asking"]),
        objecting=_words(table["objecting"]),
        facts=re.compile("|".join(re.escape(phrase) for phrase in _phrases(table["facts"]))),
        rejection=_phrases(table["rejection"]),
    )


def _phrases(listed: str) -> tuple[str, ...]:
    phrases = (part.strip() for line in listed.splitlines() for part in line.split("|"))
    return tuple(phrase for phrase in phrases if phrase)


def _words(listed: str) -> re.Pattern[str]:
    """Match whole words, `_` as a space; words of scripts without spaces match anywhere."""
    alternatives = [
        word.replace("_", " ").replace("*", r"\w*")
        if word.isascii() or (word[0].isalpha() and word[0] < "\u0600")
        else word.replace("_", " ")
        for word in sorted(listed.split(), key=len, reverse=True)
    ]
    spaced = [w for w in alternatives if w[0] < "\u0600"]
    unspaced = [re.escape(w) for w in alternatives if w[0] >= "\u0600"]
    return re.compile("|".join([rf"\b(?:{'|'.join(spaced)})\b", *unspaced]), re.IGNORECASE)


@cache
def _sentiment() -> SentimentIntensityAnalyzer:
    return SentimentIntensityAnalyzer()


@cache
def _model() -> _Model:
    source = resources.files("bot").joinpath("frustration.json").read_text(encoding="utf-8")
    data = json.loads(source)
    return _Model(
        model_id=data["model_id"],
        vector=np.array(data["feeling"]["vector"], dtype=np.float32),
        with_vector=_Logistic(
            data["feeling"]["with_vector"]["intercept"], data["feeling"]["with_vector"]["weights"]
        ),
        words_only=_Logistic(
            data["feeling"]["words_only"]["intercept"], data["feeling"]["words_only"]["weights"]
        ),
        course=_Logistic(data["course"]["intercept"], data["course"]["weights"]),
    )
