"""Whether the evidence bears a sentence's words out together: the same words can say another thing.

Each rule answers a way in which a real small model (SmolLM2-135M) put an article's words together to
say what the article does not.
"""

import re
from collections.abc import Sequence
from typing import Final

from bot.wording.closeness import Matched
from bot.wording.reading import PRONOUNS, Word

_ALIKE: Final = 0.6  # likeness from which a word of the evidence stands for another
_OWN_SHARE: Final = 0.5  # more than this share of the words comes from the evidence, not a heading
_SHORT: Final = 2  # carrying words; so few prove nothing in another order
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+")
_CLAUSE_END: Final = re.compile(
    r"[;:,.!?]|\b(?:and|but|so|because|which|who|if|when|und|aber|et|y)\b"
)
_CONDITION: Final = re.compile(
    r"\b(?:if|unless|whether|in case|wenn|falls|si|als|se)\b[^,;:.!?]*", re.IGNORECASE
)


def misleads(matched: Matched, announced: frozenset[str]) -> str | None:
    """Name how the sentence's words go together otherwise than the evidence's; None when they do not.

    `announced` are the stems of what an item stands under.
    """
    if _leans_on_headings(matched, announced):
        return "words of the heading"
    if _drops_a_condition(matched):
        return "condition left out"
    if _joins_sentences(matched):
        return "words of two sentences"
    if _is_short_and_reordered(matched):
        return "another order"
    return "another owner" if _gives_to_another(matched) else None


def _leans_on_headings(matched: Matched, announced: frozenset[str]) -> bool:
    carrying = [n for n, w in enumerate(matched.said) if w.carries]
    if not carrying or not matched.known:
        return False
    own = [
        n
        for n in carrying
        if matched.said[n].stem in announced or float(matched.likeness[n].max()) >= _ALIKE
    ]
    return len(own) <= _OWN_SHARE * len(carrying)


def _drops_a_condition(matched: Matched) -> bool:
    """All that is said stands behind an "if" of the evidence, and the sentence has none."""
    if _CONDITION.search(matched.text):
        return False
    spans = [m.span() for m in _CONDITION.finditer(matched.evidence)]
    places = [p for n, w in enumerate(matched.said) if w.carries for p in _exact(matched, n)[:1]]
    inside = [any(a <= matched.known[p].start < b for a, b in spans) for p in places]
    return bool(inside) and all(inside)


def _joins_sentences(matched: Matched) -> bool:
    """A clause takes its words from two sentences: neither says what they say together."""
    bounds = _sentence_starts(matched.evidence, matched.known)
    breaks = [m.start() for m in _CLAUSE_END.finditer(matched.text)]
    clauses: dict[int, list[set[int]]] = {}
    for n, word in enumerate(matched.said):
        places = _exact(matched, n)
        if word.carries and places:
            where = {sum(b <= matched.known[p].start for b in bounds) for p in places}
            clauses.setdefault(sum(b <= word.start for b in breaks), []).append(where)
    return any(not set.intersection(*found) for found in clauses.values())


def _sentence_starts(text: str, words: Sequence[Word]) -> list[int]:
    """Where sentences begin; one that begins with a pronoun goes on with the one before."""
    starts = [m.end() for m in _SENTENCE_END.finditer(text)]
    firsts = {start: next((w for w in words if w.start >= start), None) for start in starts}
    return [s for s, word in firsts.items() if word is None or word.surface not in PRONOUNS]


def _is_short_and_reordered(matched: Matched) -> bool:
    carrying = [n for n, w in enumerate(matched.said) if w.carries]
    found = [_exact(matched, n) for n in carrying]
    if not 2 <= len(carrying) <= _SHORT or not all(found):
        return False
    at = -1
    for places in found:
        later = [p for p in places if p > at]
        if not later:
            return True
        at = later[0]
    return False


def _gives_to_another(matched: Matched) -> bool:
    """ "The lid of Hearth", where the evidence has "the plate of Hearth" and no such lid."""
    theirs = _owned(matched.known)
    for thing, owner in _owned(matched.said):
        known = {t for t, o in theirs if o == owner}
        if known and thing not in known and any(w.stem == thing for w in matched.known):
            return True
    return False


def _owned(words: Sequence[Word]) -> list[tuple[str, str]]:
    """The pairs (thing, owner) of "thing of owner"."""
    found = []
    for n, word in enumerate(words):
        before = words[n - 1] if n else None
        after = next((w for w in words[n + 1 : n + 3] if w.carries), None)
        if word.surface == "of" and before and before.carries and after:
            found.append((before.stem, after.stem))
    return found


def _exact(matched: Matched, row: int) -> list[int]:
    return [p for p, w in enumerate(matched.known) if w.stem == matched.said[row].stem]
