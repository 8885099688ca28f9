"""Does the evidence carry the sentence? Every check that a worded sentence passes before it is shown."""

import json
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, model_validator

from bot.confidence import FittedOn
from bot.wording import bearing, closeness, facts, names, negation, quotes, reading
from bot.wording.claims import Claim
from bot.wording.closeness import Matched
from bot.wording.quotes import Evidence
from bot.wording.sources import Material
from knowledge.embedding import Encoded
from knowledge.passages import SentenceKind

Encode = Callable[[Sequence[str]], Sequence[Encoded]]

MAX_SENTENCE_CHARS: Final = 400
_WORDS_IN_MEMORY: Final = 4096
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])[\"”’)]?\s+(?=[A-ZÀ-Þ\"“(])")
_MARKUP: Final = re.compile(r"<[a-zA-Z/!]|!\[|\]\(|\]\[|&#|javascript:", re.IGNORECASE)
_NO_STATEMENT: Final = re.compile(r"^#|[?？]\W*$")  # a heading, a question
_QUESTION: Final = re.compile(r"[^.!?;:]*[?？]\s*")  # an article's questions state nothing
_YES_NO: Final = re.compile(
    r"^(?:yes|no|sure|certainly|of course|ja|nein|oui|non|sí)\b[,.!:]\s*", re.IGNORECASE
)
_LISTED: Final = re.compile(r"^(?:\d{1,2}[.)]|[-*•])\s+")


class Fault(StrEnum):
    """Why a sentence is not shown."""

    SHAPE = "shape"  # empty, too long, or with markup in it
    PASSAGE = "passage"  # no passage of that number
    QUOTE = "quote"  # the quote does not stand in that passage
    FIGURE = "figure"
    NAME = "name"
    ADDRESS = "address"
    NEGATION = "negation"
    SUPPORT = "support"  # says more, or something else, than the evidence


@dataclass(frozen=True)
class Verified:
    """A sentence that holds, with its evidence; `support` is the probability that it does (0..1)."""

    text: str
    evidence: Evidence
    support: float


@dataclass(frozen=True)
class Refused:
    """A claim that is not shown, and why; `detail` names the word or figure, for the evals."""

    claim: Claim
    fault: Fault
    detail: str = ""


class Floors(BaseModel):
    """One embedding model's logistic over `closeness.FEATURES`, and the floor under its probability.

    sigmoid(intercept + sum(weights × (x - mean) / scale)) must reach `floor`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    model_id: str
    features: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float
    floor: float
    fitted_on: tuple[FittedOn, ...]

    @model_validator(mode="after")
    def _fits_the_code(self) -> "Floors":
        if self.features != closeness.FEATURES:
            raise ValueError(f"features must be {closeness.FEATURES}; fit the floors again")
        return self

    def support(self, features: Sequence[float]) -> float:
        """Return the probability (0..1) that the evidence carries the sentence."""
        z = (np.asarray(features) - self.mean) / np.asarray(self.scale)
        total = self.intercept + float(z @ np.asarray(self.weights))
        return float(1.0 / (1.0 + np.exp(-np.clip(total, -60, 60))))


def load_floors(model_id: str) -> Floors | None:
    """Return the floors fitted for an embedding model; None: only verbatim words are shown."""
    data = json.loads(resources.files("bot.wording").joinpath("floors.json").read_text("utf-8"))
    found = (entry for entry in data["models"] if entry["model_id"] == model_id)
    entry = next(found, None)
    return None if entry is None else Floors.model_validate(entry)


class Verifier:
    """Checks claims against the passages they cite. Keeps nothing but vectors of single words."""

    def __init__(self, encode: Encode, floors: Floors | None) -> None:
        """Embed with `encode`; `floors` None admits only sentences in the evidence's own words."""
        self._encode = encode
        self._floors = floors
        self._alone: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    def verify(self, claim: Claim, material: Material) -> Verified | Refused:
        """Show the sentence, or say why not. The evidence is widened to whole sentences."""
        text = tidy(claim.sentence)
        if (
            not 0 < len(text) <= MAX_SENTENCE_CHARS
            or has_markup(text)
            or _NO_STATEMENT.search(text)
        ):
            return Refused(claim, Fault.SHAPE)
        source = material.source(claim.passage)
        if source is None:
            return Refused(claim, Fault.PASSAGE, str(claim.passage))
        places = quotes.find(claim.quote, source)
        if not places:
            return Refused(claim, Fault.QUOTE)
        judged = [self._judge(claim, text, evidence) for evidence in places]
        held = [one for one in judged if isinstance(one, Verified)]
        return max(held, key=lambda one: one.support) if held else judged[0]

    def features(self, claim: Claim, material: Material) -> tuple[float, ...] | Refused:
        """Return the features of a claim that passes every check of facts: for fitting the floors.

        Of several sentences, those of the one least covered.
        """
        text = tidy(claim.sentence)
        source = material.source(claim.passage)
        places = quotes.find(claim.quote, source) if source else ()
        if not places:
            return Refused(claim, Fault.QUOTE)
        lowest: tuple[float, ...] | None = None
        for part in _SENTENCE_END.split(_without_yes(text, places[0])):
            matched = self._checked(claim, part, places[0])
            if isinstance(matched, Refused):
                return matched
            found = self._measure(matched, places[0])
            lowest = found if lowest is None else min(lowest, found)
        assert lowest is not None  # splitting gives at least one part
        return lowest

    def _judge(self, claim: Claim, text: str, evidence: Evidence) -> Verified | Refused:
        text = _without_yes(text, evidence)
        if not evidence.announced and _says_the_same(text, evidence):
            return Verified(text, evidence, 1.0)
        lowest = 1.0
        for part in _SENTENCE_END.split(text):
            matched = self._checked(claim, part, evidence)
            if isinstance(matched, Refused):
                return matched
            support = self._rated(matched, evidence)
            if support is None:
                return Refused(claim, Fault.SUPPORT)
            lowest = min(lowest, support)
        return Verified(text, evidence, lowest)

    def _checked(self, claim: Claim, text: str, evidence: Evidence) -> Matched | Refused:
        """Lay one sentence beside its evidence, or name the fact that this does not bear out."""
        language = evidence.source.language
        if strange := facts.addresses(text) - facts.addresses(evidence.quote):
            return Refused(claim, Fault.ADDRESS, ", ".join(sorted(strange)))
        surroundings = (evidence.text, evidence.around)
        if strange := facts.codes(text) - facts.codes(" ".join(surroundings)):
            return Refused(claim, Fault.NAME, ", ".join(sorted(strange)))
        if figure := facts.differing(text, surroundings):
            return Refused(claim, Fault.FIGURE, f"{figure.value} {figure.unit}".strip())
        near = " ".join(surroundings)
        if name := names.strange(text, near, language, evidence.source.text):
            return Refused(claim, Fault.NAME, name)
        stated = _QUESTION.sub("", evidence.text).strip()
        if not stated:
            return Refused(claim, Fault.SUPPORT, "the evidence asks")
        said, known = self._encode([text, stated])
        matched = closeness.match(text, said, stated, known, language)
        announced = reading.read(evidence.announced, language)
        around = _stems(evidence.around, evidence)
        in_table = SentenceKind.ROW in evidence.kinds
        if why := negation.disagrees(matched, announced, around, language, in_table=in_table):
            return Refused(claim, Fault.NEGATION, why)
        if why := bearing.misleads(matched, frozenset(word.stem for word in announced)):
            return Refused(claim, Fault.SUPPORT, why)
        return matched

    def _rated(self, matched: Matched, evidence: Evidence) -> float | None:
        """Return the support of a sentence whose facts agree, None below the floor."""
        missing = closeness.uncovered(matched, _stems(evidence.around, evidence))
        if self._floors is None or not negation.knows(evidence.source.language):
            return 1.0 if matched.said and not missing else None
        support = self._floors.support(self._measure(matched, evidence))
        return support if support >= self._floors.floor else None

    def _measure(self, matched: Matched, evidence: Evidence) -> tuple[float, ...]:
        around = _stems(evidence.around, evidence)
        missing = closeness.uncovered(matched, around)
        wanted = [w.surface for w in (*missing, *matched.known) if w.carries] if missing else []
        beside = _stems(evidence.source.passage.index_text, evidence)
        return closeness.measure(matched, around, beside, self._words(wanted))

    def _words(self, wanted: Sequence[str]) -> Mapping[str, NDArray[np.float32]]:
        unknown = [word for word in dict.fromkeys(wanted) if word not in self._alone]
        if unknown:
            for word, encoded in zip(unknown, self._encode(unknown), strict=True):
                self._alone[word] = encoded.pooled
        vectors = {word: self._alone[word] for word in wanted}
        while len(self._alone) > _WORDS_IN_MEMORY:
            self._alone.popitem(last=False)
        return vectors


def _says_the_same(text: str, evidence: Evidence) -> bool:
    """Tell whether the sentence is the evidence, or a whole sentence of it, word for word."""
    said = _bare(text)
    return any(said == _bare(one) for one in (evidence.text, *evidence.sentences))


def _bare(text: str) -> list[str]:
    return re.findall(r"[^\W_]+|[£€$%]", facts.plain(text).lower())


def _stems(text: str, evidence: Evidence) -> frozenset[str]:
    return frozenset(word.stem for word in reading.read(text, evidence.source.language))


def has_markup(text: str) -> bool:
    """Tell whether a text holds marks that could draw a link, a picture or an element."""
    return bool(_MARKUP.search(text))


def tidy(text: str) -> str:
    """Fold white space and take off a list mark at the beginning."""
    return _LISTED.sub("", " ".join(text.split()))


def _without_yes(text: str, evidence: Evidence) -> str:
    """Take off a "Yes," that no passage can prove, unless the evidence begins with it too."""
    found = _YES_NO.match(text)
    if not found or evidence.text.lower().startswith(found.group().strip(" ,.!:").lower()):
        return text
    rest = text[found.end() :]
    return rest[:1].upper() + rest[1:]
