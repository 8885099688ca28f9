"""Whether a sentence says yes where its evidence says yes, clause by clause.

Compared are the words that turn a sense round (not, never, without, only, unless …) and pairs of
opposites (before and after, free and charged). Languages whose words are not listed here are left to
verbatim answers: see `knows`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bot.wording.closeness import Matched
from bot.wording.reading import Word

_TURNS: Final = {
    "english": "not no never none nobody nothing nowhere neither nor cannot can't don't doesn't didn't "
    "won't wouldn't isn't aren't wasn't weren't couldn't shouldn't mustn't needn't haven't hasn't "
    "without impossible unable unavailable except excluding lacks forbidden prohibited barely "
    "hardly",
    "german": "nicht kein keine keinen keinem keiner keines nie niemals niemand nichts ohne weder "
    "noch unmöglich außer",
    "french": "ne n' pas jamais aucun aucune rien personne sans ni impossible sauf",
    "spanish": "no nunca jamás ningún ninguna ninguno nada nadie sin ni imposible salvo excepto",
    "italian": "non mai nessun nessuna nessuno niente nulla senza né impossibile tranne",
    "portuguese": "não nunca jamais nenhum nenhuma nada ninguém sem nem impossível exceto",
    "dutch": "niet geen nooit niemand niets zonder noch onmogelijk behalve",
}
_TURNING: Final = {language: frozenset(forms.split()) for language, forms in _TURNS.items()}
_ANY_TURN: Final = frozenset().union(*_TURNING.values())
_TWO_WORDS: Final = frozenset({"french"})  # "ne … pas" turns once, not twice
_LIMITS: Final = frozenset({"only", "solely", "exclusively", "nur", "seulement", "solo", "alleen"})
_NARROW: Final = frozenset({"once", "just", "alone", "limited", "unless", "nothing"})
_SWEEPS: Final = frozenset(
    [
        "always",
        "every",
        "everyone",
        "everybody",
        "everywhere",
        "everything",
        "all",
        "immer",
        "alle",
        "jeder",
        "toujours",
        "tous",
        "siempre",
        "todos",
        "sempre",
        "tutti",
        "altijd",
    ]
)
# Words of which a sentence may not hold one where its evidence holds only the other.
_OPPOSITES: Final = tuple(
    tuple(frozenset(side.split()) for side in pair.split(" | "))
    for pair in (
        "before prior earlier sooner until | after afterwards later",
        "more over above longer larger | less fewer under below shorter smaller",
        "on enable enabled activate | off disable disabled deactivate",
        "open opened | closed close locked",
        "include includes included | exclude excludes excluded",
        "add added | remove removed delete deleted",
        "keep kept keeps | delete deleted remove removed lose lost throw",
        "free | charged paid costs",
        "required mandatory compulsory must | optional voluntary",
        "maximum most | minimum least",
        "first | last second",
        "once | twice thrice",
        "start starts begin | stop end ends",
        "increase increases raised | decrease decreases lowered",
        "higher highest | lower lowest",
        "faster quicker | slower",
        "accept accepted accepts allow allowed allows | refuse refused reject rejected forbid forbidden",
        "immediately | eventually",
        "left | right",
        "hot warm | cold cool",
        "inside indoors | outside outdoors",
        "cheaper | dearer",
        "same | different another",
        "full whole entire | half partial part",
        "online | offline",
        "connect connected | disconnect disconnected",
        "wet damp | dry",
        "new | old",
    )
)
_CLAUSE_END: Final = re.compile(
    r"[;:.!?()]|\s-\s|[—–]|\b(?:but|because|since|if|when|while|where|which|who|although|unless|until|"
    r"that (?=is|are|was|has|does|do|must|can|will)|without|except|instead of|so (?:that|we|you|it|there)|aber|weil|wenn|ohne|mais|sans|pero|sin|maar)\b|"
    r"(?:,|,? \b(?:and|or|und|et|y)\b) (?=(?:we|you|it|its|they|there|this|the|our|your|please|then|not|"
    r"no|never|nothing|do|does|is|are|was|will|can|cannot|must|may|need|wir|sie|es|nous|vous|non)\b)",
    re.IGNORECASE,
)
_HARD_END: Final = re.compile(r"[;:.!?]\s")
# "…, not by us": what is said of one is denied of the other.
_CONTRAST: Final = re.compile(
    r"(?:,|\band|\bbut)\s+(?:not|never|nicht|non|jamais|no)\s+(?!(?:only|just|even|to be)\b)"
    r"(?P<denied>(?:(?:by|to|in|on|at|for|with|from|the|our|your|its|a|an|von|vom|beim|par|por)\s+)*"
    r"[^\s,;:.!?]+(?:\s+[^\s,;:.!?]+)?)(?=[,;:.!?]|$)",
    re.IGNORECASE,
)
_NOBODY: Final = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "in",
        "on",
        "at",
        "by",
        "for",
        "to",
        "from",
        "with",
        "our",
        "your",
        "its",
        "and",
        "or",
    ]
)
# What begins with one of these, or with "without", ends at its first comma: "If you cannot, choose …".
_OPENS: Final = re.compile(
    r"(?:(?:^|[;:.!?]\s+)(?:if|when|once|unless|after|before|for|in|on|wenn|si)|\b(?:without|ohne|sans|sin))\b"
    r"[^,;:.!?]*(?P<comma>,)",
    re.IGNORECASE,
)
_TIED: Final = 0.5  # of the weight of the clause that gives most
_AFFIRMED: Final = 0.6  # of what a "not" speaks of
_MATCHES: Final = 0.55  # similarity from which two words are about the same thing


@dataclass(frozen=True)
class _Clause:
    words: tuple[int, ...]  # places in the sentence's words
    turned: bool


def knows(language: str) -> bool:
    """Tell whether the words that turn a sense round are known in a language."""
    return language in _TURNING


def turns(words: Sequence[Word], language: str) -> int:
    """Count the words that turn the sense round."""
    turning = _TURNING.get(language, frozenset())
    count = sum(word.surface in turning or word.surface.endswith("n't") for word in words)
    return min(count, 1) if language in _TWO_WORDS else count


def disagrees(
    matched: Matched,
    announced: Sequence[Word],
    around: frozenset[str],
    language: str,
    *,
    in_table: bool = False,
) -> str | None:
    """Name what turns the sense of a sentence against its evidence; None when they agree.

    `announced` are the words an item stands under ("It does not apply to:"), `around` the stems of
    titles and headings. `in_table` says that the evidence is a row: "column: cell; column: cell".
    """
    said, known = matched.said, matched.known
    own = [word for word in said if word.stem not in around]
    if opposite := _opposite(own, known):
        return opposite
    if swept := _added(said, known, _SWEEPS):
        return swept
    limit = _added(said, known, _LIMITS)
    if limit and not turns(known, language) and not any(w.surface in _NARROW for w in known):
        return limit
    if turns(announced, language) % 2:
        return None if turns(said, language) % 2 else "negation left out"
    if _contrast_swapped(matched):
        return "contrast"
    ours, theirs = _both(matched, language)
    if in_table:
        return "negation" if _cells_turned_round(ours, matched) else None
    if _turned_round(ours, theirs, matched) or _affirmed(ours, theirs, matched):
        return "negation"
    return None


def _opposite(said: Sequence[Word], known: Sequence[Word]) -> str | None:
    ours, theirs = {w.surface for w in said}, {w.surface for w in known}
    for one, other in _OPPOSITES:
        for mine, against in ((one, other), (other, one)):
            if ours & mine and not theirs & mine and theirs & against and not ours & against:
                return f"opposite: {', '.join(sorted(ours & mine))}"
    return None


def _added(said: Sequence[Word], known: Sequence[Word], forms: frozenset[str]) -> str | None:
    ours, theirs = {w.surface for w in said} & forms, {w.surface for w in known} & forms
    return f"added: {', '.join(sorted(ours))}" if ours and not theirs else None


def _denied(words: Sequence[Word], text: str) -> tuple[set[str], set[str]]:
    """The stems that a contrast denies ("not by us"), and all the others."""
    spans = [m.span("denied") for m in _CONTRAST.finditer(text)]
    inside = {w.stem for w in words if any(a <= w.start < b for a, b in spans)}
    outside = {w.stem for w in words if not any(a <= w.start < b for a, b in spans)}
    return inside - _NOBODY, outside - _NOBODY


def _contrast_swapped(matched: Matched) -> bool:
    ours, ours_rest = _denied(matched.said, matched.text)
    theirs, theirs_rest = _denied(matched.known, matched.evidence)
    affirmed = (theirs & ours_rest) - ours - theirs_rest
    denied = (ours & theirs_rest) - theirs - ours_rest
    # Denied in full words ("cannot be seen") it is the clauses' matter.
    full = sum(w.surface in _ANY_TURN for w in matched.said)
    plain = sum(w.surface in _ANY_TURN for w in matched.known) - bool(theirs)
    return bool(affirmed and full <= plain) or bool(denied and theirs)


def _both(matched: Matched, language: str) -> tuple[list[_Clause], list[_Clause]]:
    """Cut both texts; contrasts ("…, not by us") that both have are compared by themselves."""
    hides = bool(_CONTRAST.search(matched.text) and _CONTRAST.search(matched.evidence))
    return (
        _clauses(matched.said, matched.text, language, hides),
        _clauses(matched.known, matched.evidence, language, hides),
    )


def _clauses(words: Sequence[Word], text: str, language: str, hides: bool) -> list[_Clause]:
    """Cut a text into clauses; one that carries nothing ("nothing if …") goes with the next."""
    contrasts = [m.span() for m in _CONTRAST.finditer(text)]
    hard = [m.start() for m in _HARD_END.finditer(text)]
    ends = {*hard, *(m.start() for m in _CLAUSE_END.finditer(text)), *(a for a, _ in contrasts)}
    ends |= {m.start("comma") for m in _OPENS.finditer(text)}
    groups: list[list[int]] = [[]]
    passed = sentences = 0
    for place, word in enumerate(words):
        now = sum(end <= word.start for end in ends)
        sentence = sum(end <= word.start for end in hard)
        whole = any(words[p].carries for p in groups[-1])
        if sentence > sentences or (now > passed and whole):
            groups.append([])
        passed, sentences = now, sentence
        if not (hides and any(a <= word.start < b for a, b in contrasts)):
            groups[-1].append(place)
    return [_clause(words, group, language) for group in groups if group]


def _clause(words: Sequence[Word], places: Sequence[int], language: str) -> _Clause:
    return _Clause(tuple(places), turns([words[p] for p in places], language) % 2 == 1)


def _turned_round(ours: Sequence[_Clause], theirs: Sequence[_Clause], matched: Matched) -> bool:
    """Tell whether clauses that speak of the same words are turned in one text only.

    Clauses are tied where one takes a good part of its words from the other; each bundle of tied
    clauses is compared as one, so that a sentence may be cut in two, or two joined in one.
    """
    bundles: list[tuple[set[int], set[int]]] = []
    for number, clause in enumerate(ours):
        tied = _tied(clause, theirs, matched)
        joined = [bundle for bundle in bundles if bundle[1] & tied]
        bundles = [bundle for bundle in bundles if not bundle[1] & tied]
        mine = {number}.union(*(bundle[0] for bundle in joined))
        bundles.append((mine, tied.union(*(bundle[1] for bundle in joined))))
    return any(
        any(ours[n].turned for n in mine) != any(theirs[n].turned for n in tied)
        for mine, tied in bundles
        if tied
    )


def _affirmed(ours: Sequence[_Clause], theirs: Sequence[_Clause], matched: Matched) -> bool:
    """Tell whether what the evidence says only under a "not" is said without one."""
    plain = _stems(matched.known, (c for c in theirs if not c.turned))
    said = _stems(matched.said, ours)
    denied = _stems(matched.said, (c for c in ours if c.turned))
    for clause in theirs:
        only = _stems(matched.known, (clause,)) - plain if clause.turned else set()
        if len(only & said) >= _AFFIRMED * max(1, len(only)) and not only & denied:
            return True
    return False


def _cells_turned_round(ours: Sequence[_Clause], matched: Matched) -> bool:
    """Compare with a table's row, cut at its cells: the first names what the others speak of."""
    cells = [m.start() for m in re.finditer(r"; (?=[^;:]+: )", matched.evidence)]
    places: dict[int, list[int]] = {}
    for place, word in enumerate(matched.known):
        places.setdefault(sum(end <= word.start for end in cells), []).append(place)
    row = [
        _Clause(tuple(group), any(matched.known[p].surface in _ANY_TURN for p in group))
        for group in places.values()
    ]
    turned = any(word.surface in _ANY_TURN for word in matched.said)
    tied = set().union(*(_tied(clause, row, matched) for clause in ours)) - {0}
    found = [row[n].turned for n in tied] or [any(cell.turned for cell in row)]
    return turned != any(found) if tied or turned else False


def _stems(words: Sequence[Word], clauses: Iterable[_Clause]) -> set[str]:
    return {words[p].stem for clause in clauses for p in clause.words if words[p].carries}


def _tied(clause: _Clause, theirs: Sequence[_Clause], matched: Matched) -> set[int]:
    """The clauses of the evidence from which a clause takes a good part of its words."""
    carrying = [p for p in clause.words if matched.said[p].carries]
    if not carrying or not matched.known:
        return set()
    likeness = matched.likeness[carrying]
    place_of = {p: n for n, other in enumerate(theirs) for p in other.words}
    weights: dict[int, float] = {}
    for row in likeness:
        best = int(row.argmax())
        if row[best] >= _MATCHES:
            # A word that stands in several clauses belongs to each of them.
            for n in {place_of[p] for p in np.flatnonzero(row >= row[best] - 1e-3).tolist()}:
                weights[n] = weights.get(n, 0.0) + float(row[best])
    if not weights:
        return set()
    most = max(weights.values())
    return {n for n, weight in weights.items() if weight >= _TIED * most}
