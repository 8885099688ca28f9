"""Choosing the sentences that answer: verbatim, in document order, from one article.

Pure: it looks at what search found and at the article's text, and changes nothing.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.overlap import Asked, coverage, language_of
from knowledge.passages import Passage, Sentence, SentenceKind
from knowledge.search import ArticleHit

# A sentence's evidence is its cosine to the question plus this much of the question's IDF-weighted
# words that it holds; read off the hand-written question files, flat between .2 and .5.
_COVERAGE_WEIGHT: Final = 0.3
# A sentence from another passage than the best one must be this much better to lead.
_ELSEWHERE: Final = 0.08
# Others join the best sentence when their evidence is at most this much lower …
_JOIN_GAP: Final = 0.2
_JOIN_GAP_ELSEWHERE: Final = 0.07  # … or this much, from another paragraph or list …
# … and at least this much in itself.
_JOIN_FLOOR: Final = 0.25
# A heading that matches lifts the sentences right under it.
_HEADING_LIFT: Final = 0.5
_MAX_LEANING: Final = 2  # sentences brought along because a chosen one leans on them
_MAX_LIST_CHARS: Final = 1500  # a list longer than this is shown around the chosen item only
_MAX_CODE_CHARS: Final = 1200

_LEANS: Final = re.compile(
    r"(?:[*_>\s]*)(?:it|its|this|that|these|those|they|them|their|he|she|such|however|but|also|then|"
    r"otherwise|instead|therefore|thus|so|and|or|in (?:this|that|these) cases?|if so|if not|"
    r"to do (?:so|this|that)|doing (?:so|this)|for (?:this|that)|after (?:this|that)|the (?:same|"
    r"latter|former)|both|neither|additionally|furthermore|similarly|as a result|for example|"
    r"dies\w*|das|er|es|sie|jedoch|aber|dann|cela|ceci|il|elle|ils|cependant|esto|eso|ello|sin "
    r"embargo|questo|ciò|tuttavia|isso|isto|porém|dit|deze|echter)\b",
    re.IGNORECASE,
)
_TABLE_RULE: Final = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_POINTER: Final = re.compile(
    r"\W*(?:(?:see|read|more|learn|also|go|back|please|about|in|to|here|siehe|voir|ver|zie|mehr)\b"
    r"[\s:]*){0,4}(?:\[[^\]]*\]\([^)]*\)|https?://\S+|<https?://[^>]*>)\W*",
    re.IGNORECASE,
)
# A pronoun or a finite verb of the commonest; without any a sentence is a scrap of one.
_SAYS_SOMETHING: Final = re.compile(
    r"\b(?:i|you|we|it|they|he|she|there|this|that|is|are|was|were|be|has|have|had|do|does|did|can|could|"
    r"will|would|may|might|must|shall|should|need|needs|cost|costs|take|takes|yes|no|not|never|always|"
    r"please|go|open|click|choose|select|tap|press|use|see|contact|call|write)\b|n't\b|[^\x00-\x7f]",
    re.IGNORECASE,
)
_YES_OR_NO: Final = re.compile(
    r"\W*(?:yes|no|ja|nein|oui|non|sí|sim|não|si|nee|tak|nie)\b[,.!]", re.I
)
_ANNOUNCES: Final = re.compile(r"(?:[:：]|\s[-–—]+)[*_ ]*$")
_ENDS: Final = re.compile(r"[.!?:;…。！？：)\]`*_|]\s*$")
_MIN_WORDS_UNENDED: Final = 5  # prose without an end mark and shorter than this is a scrap
_ITEMS: Final = frozenset({SentenceKind.STEP, SentenceKind.BULLET})


@dataclass(frozen=True)
class Extract:
    """A chosen stretch: `article.text[start:end]`; `evidence` is 0.0 for one brought along."""

    start: int
    end: int
    kind: SentenceKind
    block: int
    evidence: float = 0.0


@dataclass(frozen=True)
class _Candidate:
    sentence: Sentence
    place: int  # counts the article's sentences, over passages
    evidence: float
    covered: float = 0.0  # 0..1: how much of the question's words it holds


def extract(
    hit: ArticleHit,
    passages: Sequence[Passage],
    text: str,
    asked: Sequence[Asked],
    *,
    max_sentences: int,
    max_items: int,
    answering: Passage | None = None,
) -> tuple[Extract, ...]:
    """Return the stretches of one article that answer, in document order; empty when none can.

    `passages` are all the article's, in order; `text` is its text; `asked` are the question's
    words. At most `max_sentences` are chosen; what they need to be understood (their
    list, a table's header, the sentence they lean on) comes on top, lists up to `max_items`. Where
    none is of `answering`, a passage thought to answer, what answers best in it follows: as many as
    are left of `max_sentences`, or one more.
    """
    scored = _scored(hit, asked)
    article = [s for passage in passages for s in passage.sentences]
    article = sorted({(s.start, s.end): s for s in article}.values(), key=lambda s: s.start)
    candidates = [
        _Candidate(s, place, *scored.get((s.start, s.end), (0.0, 0.0)))
        for place, s in enumerate(article)
    ]
    candidates = _lift_under_headings(candidates)
    best_passage = hit.hits[0].passage
    speaking = _speaking(candidates, best_passage, text)
    if not speaking:
        return ()
    best = max(speaking, key=lambda c: c.evidence - _distance(c, best_passage))
    chosen = _joined(best, speaking, max_sentences)
    places = _complete(chosen, article, text, max_items)
    if answering and not any(_is_in(article[place], answering) for place in places):
        left = max(1, max_sentences - len(chosen))
        more = _chosen_in(answering, candidates, best, text, left)
        places |= _complete(more, article, text, max_items)
    found = {place: candidates[place] for place in places}
    extracts = [
        Extract(c.sentence.start, c.sentence.end, c.sentence.kind, c.sentence.block, c.evidence)
        for _, c in sorted(found.items())
    ]
    return tuple(_with_headers(extracts, text))


def _speaking(
    candidates: Sequence[_Candidate], best_passage: Passage, text: str
) -> list[_Candidate]:
    """Those that say something; where the best passage does nothing but point, its pointers alone.

    What stands elsewhere in the article is not what was found: "What do you charge for insurance?
    See …" is not answered by the next question's "No, never".
    """

    def quote(candidate: _Candidate) -> str:
        return text[candidate.sentence.start : candidate.sentence.end]

    found = [
        c
        for c in candidates
        if c.sentence.kind is not SentenceKind.HEADING and _is_in(c.sentence, best_passage)
    ]
    if found and all(_POINTER.fullmatch(quote(c)) for c in found):
        return found
    return [c for c in candidates if not _says_nothing(c.sentence, quote(c))]


def _scored(hit: ArticleHit, asked: Sequence[Asked]) -> dict[tuple[int, int], tuple[float, float]]:
    """Map each sentence's span to its evidence and to how much of the question it covers."""
    language = language_of(hit.hits[0].passage.index_text)
    scored = {}
    for found in hit.hits:
        for sentence, cosine in zip(found.passage.sentences, found.sentence_scores, strict=True):
            covered = coverage(sentence.text, asked, language)
            evidence = float(cosine) + _COVERAGE_WEIGHT * covered
            scored[sentence.start, sentence.end] = (evidence, covered)
    return scored


def _lift_under_headings(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Give the sentence right under a heading part of the heading's evidence where that is higher."""
    lifted = list(candidates)
    for at, candidate in enumerate(candidates[1:], start=1):
        above = candidates[at - 1]
        if above.sentence.kind is SentenceKind.HEADING and above.evidence > candidate.evidence:
            lift = _HEADING_LIFT * (above.evidence - candidate.evidence)
            lifted[at] = replace(candidate, evidence=candidate.evidence + lift)
    return lifted


def _chosen_in(
    passage: Passage,
    candidates: Sequence[_Candidate],
    best: _Candidate,
    text: str,
    max_sentences: int,
) -> list[_Candidate]:
    """What answers best in a passage, beside `best` of another one; nothing where it says nothing."""
    inside = [
        c
        for c in candidates
        if _is_in(c.sentence, passage)
        and not _says_nothing(c.sentence, text[c.sentence.start : c.sentence.end])
        and not _answers_another(c, best)
    ]
    if not inside:
        return []
    return _joined(max(inside, key=lambda c: c.evidence), inside, max_sentences)


def _is_in(sentence: Sentence, passage: Passage) -> bool:
    return passage.start <= sentence.start < passage.end


def _distance(candidate: _Candidate, passage: Passage) -> float:
    """What a sentence loses for standing in another passage; nothing where it holds all words asked."""
    return 0.0 if _is_in(candidate.sentence, passage) else _ELSEWHERE * (1.0 - candidate.covered)


def _joined(
    best: _Candidate, speaking: Sequence[_Candidate], max_sentences: int
) -> list[_Candidate]:
    """The best sentence and those as good as it within a few sentences of it."""
    near = [
        c
        for c in speaking
        if c is not best
        and not _answers_another(c, best)
        and abs(c.place - best.place) <= 2 * max_sentences
        and c.evidence >= max(_JOIN_FLOOR, best.evidence - _gap(c, best))
        and not _is_a_lesser_row(c, best)
    ]
    near.sort(key=lambda c: c.evidence, reverse=True)
    return [best, *near[: max_sentences - 1]]


def _is_a_lesser_row(candidate: _Candidate, best: _Candidate) -> bool:
    """Rows of tables are alike but for the one word that was asked for: a code, a country."""
    both = candidate.sentence.kind is best.sentence.kind is SentenceKind.ROW
    return both and candidate.covered < best.covered


def _answers_another(candidate: _Candidate, best: _Candidate) -> bool:
    """ "Yes." of another paragraph answers the question that stands above it there."""
    elsewhere = candidate.sentence.block != best.sentence.block
    return elsewhere and bool(_YES_OR_NO.match(candidate.sentence.text))


def _gap(candidate: _Candidate, best: _Candidate) -> float:
    together = candidate.sentence.block == best.sentence.block
    return _JOIN_GAP if together else _JOIN_GAP_ELSEWHERE


def _says_nothing(sentence: Sentence, quote: str) -> bool:
    """A heading, a bare pointer ("See [Refunds](…)."), or a scrap ("Updated 2026-10-26")."""
    if sentence.kind is SentenceKind.HEADING or _POINTER.fullmatch(quote):
        return True
    scrap = sentence.kind is SentenceKind.PROSE and not _ENDS.search(quote)
    return scrap and len(quote.split()) < _MIN_WORDS_UNENDED


def _complete(
    chosen: Iterable[_Candidate], article: Sequence[Sentence], text: str, max_items: int
) -> set[int]:
    """Add to the chosen places what they need to be understood."""
    places: set[int] = set()
    for candidate in chosen:
        places |= _with_company(candidate.place, article, text, max_items)
    return places


def _with_company(place: int, article: Sequence[Sentence], text: str, max_items: int) -> set[int]:
    sentence = article[place]
    places = {place}
    if sentence.kind in _ITEMS:
        places |= _list_around(place, article, max_items)
        places |= _introduction(min(places), article)
    elif sentence.kind in (SentenceKind.CODE, SentenceKind.ROW):
        places |= _introduction(_first_of_block(place, article), article)
    else:
        places |= _leaning(place, article) | _question_above(place, article)
        said = text[sentence.start : sentence.end]
        if _ANNOUNCES.search(said) or _asks(said):
            places |= _announced(place, article, max_items)
    return places


def _block(place: int, article: Sequence[Sentence]) -> list[int]:
    number = article[place].block
    return _run(place, article, lambda s: s.block == number)


def _run(place: int, article: Sequence[Sentence], belongs: Callable[[Sentence], bool]) -> list[int]:
    first = last = place
    while first > 0 and belongs(article[first - 1]):
        first -= 1
    while last + 1 < len(article) and belongs(article[last + 1]):
        last += 1
    return list(range(first, last + 1))


def _first_of_block(place: int, article: Sequence[Sentence]) -> int:
    return _block(place, article)[0]


def _list_around(place: int, article: Sequence[Sentence], max_items: int) -> set[int]:
    """The whole list of steps; of bullets the whole list when short, else the chosen one."""
    block = _block(place, article)
    size = article[block[-1]].end - article[block[0]].start
    steps = any(article[p].kind is SentenceKind.STEP for p in block)
    if len(block) <= max_items and size <= _MAX_LIST_CHARS:
        return set(block)
    if not steps:
        return {place}
    at = block.index(place)
    first = 0 if at < max_items else at - max_items // 2
    return set(block[first : first + max_items])


def _introduction(place: int, article: Sequence[Sentence]) -> set[int]:
    """The sentence before a list, table or code block, when it announces it."""
    if place == 0:
        return set()
    before = article[place - 1]
    if before.kind is SentenceKind.PROSE and (_ANNOUNCES.search(before.text) or _asks(before.text)):
        return {place - 1, *_leaning(place - 1, article)}
    return set()


def _asks(said: str) -> bool:
    return said.rstrip("*_ ").endswith(("?", "？"))


def _announced(place: int, article: Sequence[Sentence], max_items: int) -> set[int]:
    """The list, table or code block that a sentence announces; what answers it, when it asks."""
    after = place + 1
    if after >= len(article):
        return set()
    if article[after].kind is SentenceKind.PROSE and _asks(article[place].text):
        return {after}
    if article[after].block == article[place].block:
        return set()
    kind = article[after].kind
    block = _block(after, article)
    if kind in _ITEMS or kind is SentenceKind.ROW:
        return set(block[:max_items])
    if kind is SentenceKind.CODE and article[after].end - article[after].start <= _MAX_CODE_CHARS:
        return {after}
    return set()


def _leaning(place: int, article: Sequence[Sentence]) -> set[int]:
    """The sentences of the same paragraph that this one leans on, nearest first, at most two."""
    brought: set[int] = set()
    while (
        len(brought) < _MAX_LEANING
        and place > 0
        and _LEANS.match(article[place].text)
        and article[place - 1].block == article[place].block
    ):
        place -= 1
        brought.add(place)
    return brought


def _question_above(place: int, article: Sequence[Sentence]) -> set[int]:
    """The heading that asks what this scrap answers: "Subscriptions and repairs." says nothing alone."""
    if place == 0:
        return set()
    above = article[place - 1]
    asked = above.kind is SentenceKind.HEADING and _asks(above.text)
    scrap = not _SAYS_SOMETHING.search(article[place].text)
    return {place - 1} if asked and scrap else set()


def _with_headers(extracts: Sequence[Extract], text: str) -> list[Extract]:
    """Put a table's header and rule before the first of its rows."""
    whole: list[Extract] = []
    headed: set[int] = set()
    for piece in extracts:
        if piece.kind is SentenceKind.ROW and piece.block not in headed:
            headed.add(piece.block)
            span = header_span(text, piece.start)
            if span:
                whole.append(Extract(span[0], span[1], SentenceKind.ROW, piece.block))
        whole.append(piece)
    return whole


def header_span(text: str, row_start: int) -> tuple[int, int] | None:
    """Return the span of the header and rule lines above a table's row, None where there is none."""
    end = text.rfind("\n", 0, row_start)
    while end > 0:
        start = text.rfind("\n", 0, end) + 1
        line = text[start:end]
        if not line.strip():
            return None
        if _TABLE_RULE.fullmatch(line) and start > 0:
            header = text.rfind("\n", 0, start - 1) + 1
            return header, end
        end = start - 1
    return None
