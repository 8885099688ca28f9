"""How closely a sentence follows its evidence: word by word, by stem and by the encoder's vectors."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.wording.reading import PRONOUNS, Word, read
from knowledge.embedding import Encoded

FEATURES: Final = (
    "covered",  # share of the sentence's carrying words whose stem stands in the evidence
    "uncovered",  # how many do not, at most six
    "strange",  # sum over these of how far each is from every word of the evidence
    "aligned",  # mean over carrying words of the best token similarity, within their sentences
    "weakest",  # the lowest of these
    "nearest",  # lowest over uncovered words of the best similarity, within the texts or each alone
    "cosine",  # of the two texts
    "order",  # share of neighbouring carrying words that are in the evidence's order
    "together",  # lowest over clauses of the share of covered words that one sentence alone holds
)
_MAX_UNCOVERED: Final = 6
_BESIDE: Final = 0.65  # one of the rest of the passage
_AROUND: Final = 0.8  # a word of the title or the headings counts as this like
_SENTENCE_END: Final = re.compile(r"(?<=[.!?;])\s")
_CLAUSE_END: Final = re.compile(
    r"[;:.!?]|,? \b(?:and|but|so|because|which|who)\b|, (?=\w+ \w+ \w+)"
)


@dataclass(frozen=True)
class Matched:
    """A sentence's words against its evidence's.

    `likeness` is (len(said), len(known)) float32: 1.0 for equal stems, else the cosine of the two
    words' vectors within their texts.
    """

    text: str
    evidence: str
    said: tuple[Word, ...]
    known: tuple[Word, ...]
    likeness: NDArray[np.float32]
    cosine: float


def match(text: str, said: Encoded, evidence: str, known: Encoded, language: str) -> Matched:
    """Lay a sentence beside its evidence; both encoded as they stand."""
    ours, theirs = read(text, language), read(evidence, language)
    likeness = _vectors(ours, said) @ _vectors(theirs, known).T
    for row, word in enumerate(ours):
        for column, other in enumerate(theirs):
            if word.stem == other.stem:
                likeness[row, column] = 1.0
    return Matched(text, evidence, ours, theirs, likeness, float(said.pooled @ known.pooled))


def uncovered(matched: Matched, around: frozenset[str]) -> tuple[Word, ...]:
    """The carrying words whose stem stands neither in the evidence nor among the stems `around`."""
    own = {word.stem for word in matched.known}
    carrying = [word for word in matched.said if word.carries]
    last = carrying[-1:]  # "… removes alarms, groups and the Duo": a title's word is a subject
    return tuple(w for w in carrying if w.stem not in own and (w.stem not in around or w in last))


def measure(
    matched: Matched,
    around: frozenset[str],
    beside: frozenset[str],
    alone: Mapping[str, NDArray[np.float32]],
) -> tuple[float, ...]:
    """Return the features in the order of `FEATURES`.

    `around` are the stems of title and headings, which cover a word; `beside` those of the whole
    passage, which make it less strange where the evidence has a pronoun ("parcel" for "it"). `alone` maps words to their unit vectors when embedded by themselves.
    """
    carrying = [n for n, word in enumerate(matched.said) if word.carries]
    theirs = [n for n, word in enumerate(matched.known) if word.carries]
    missing = uncovered(matched, around)
    beside = beside if any(w.surface in PRONOUNS for w in matched.known) else frozenset()
    if not carrying or not theirs:
        lost = float(min(_MAX_UNCOVERED, len(missing)))
        return (1.0 if not missing else 0.0, lost, lost, 0.0, 0.0, 0.0, matched.cosine, 0.0, 1.0)
    grid = matched.likeness[carrying][:, theirs].copy()
    for row, n in enumerate(carrying):
        stem = matched.said[n].stem
        least = _AROUND if stem in around else _BESIDE if stem in beside else 0.0
        grid[row] = np.maximum(grid[row], least)
    best = grid.max(axis=1)
    near = [
        max(one, _BESIDE) if word.stem in beside else one
        for word, one in zip(missing, _nearness(missing, matched, alone), strict=True)
    ]
    return (
        1.0 - len(missing) / len(carrying),
        float(min(_MAX_UNCOVERED, len(missing))),
        min(float(_MAX_UNCOVERED), sum(1.0 - one for one in near)),
        float(best.mean()),
        float(best.min()),
        min(near, default=1.0),
        matched.cosine,
        _in_order(grid),
        _together(matched),
    )


def _nearness(
    missing: Sequence[Word], matched: Matched, alone: Mapping[str, NDArray[np.float32]]
) -> list[float]:
    """For each word the best similarity to a carrying word of the evidence, in context or alone."""
    if not missing:
        return []
    columns = [n for n, word in enumerate(matched.known) if word.carries]
    bank = np.stack([alone[matched.known[n].surface] for n in columns])
    return [
        max(
            float(matched.likeness[matched.said.index(word), columns].max()),
            float((bank @ alone[word.surface]).max()),
        )
        for word in missing
    ]


def _together(matched: Matched) -> float:
    """How far each clause rests on one sentence: words of two may be joined to a third sense."""
    ends = [m.start() for m in _SENTENCE_END.finditer(matched.evidence)]
    breaks = [m.start() for m in _CLAUSE_END.finditer(matched.text)]
    held: dict[int, list[set[int]]] = {}
    for row, word in enumerate(matched.said):
        columns = np.flatnonzero(matched.likeness[row] >= 0.999)
        if word.carries and len(columns):
            where = {sum(e <= matched.known[c].start for e in ends) for c in columns.tolist()}
            held.setdefault(sum(b <= word.start for b in breaks), []).append(where)
    shares = [
        max(sum(n in where for where in clause) for n in set().union(*clause)) / len(clause)
        for clause in held.values()
    ]
    return min(shares, default=1.0)


def _in_order(grid: NDArray[np.float32]) -> float:
    places = grid.argmax(axis=1)
    return float((np.diff(places) >= 0).mean()) if len(places) > 1 else 1.0


def _vectors(found: Sequence[Word], encoded: Encoded) -> NDArray[np.float32]:
    """(len(found), dim) float32: each word's token vectors averaged, unit length; 0 beyond the cut."""
    rows = np.zeros((len(found), encoded.pooled.shape[0]), np.float32)
    for row, word in enumerate(found):
        own = (encoded.spans[:, 0] < word.end) & (encoded.spans[:, 1] > word.start)
        if own.any():
            mean = encoded.tokens[own].mean(axis=0)
            rows[row] = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return rows
