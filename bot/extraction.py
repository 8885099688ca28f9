"""Choosing the sentences that answer: verbatim, in document order, from one article.

Pure: it looks at what search found and at the article's text, and changes nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.overlap import Asked, asked_words, coverage, language_of
from bot.surroundings import Surroundings, header_span
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

_POINTER: Final = re.compile(
    r"\W*(?:(?:see|read|more|learn|also|go|back|please|about|in|to|here|siehe|voir|ver|zie|mehr)\b"
    r"[\s:]*){0,4}(?:\[[^\]]*\]\([^)]*\)|https?://\S+|<https?://[^>]*>)\W*",
    re.IGNORECASE,
)
# Where a page stands, at its top: "Home > Orders > Returns".
_BREADCRUMBS: Final = re.compile(r"[^.!?:>›»→]+(?:\s[>›»→]\s[^.!?:>›»→]+)+")
_YES_OR_NO: Final = re.compile(
    r"\W*(?:yes|no|ja|nein|oui|non|sí|sim|não|si|nee|tak|nie)\b[,.!]", re.I
)
_ENDS: Final = re.compile(r"[.!?:;…。！？：)\]`*_|]\s*$")
_MIN_WORDS_UNENDED: Final = 5  # prose without an end mark and shorter than this is a scrap


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
    covered: float = 0.0  # 0..1: how much of the question's words it holds; up to 2 for a row


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
    scored = _scored(hit, asked, text)
    article = [s for passage in passages for s in passage.sentences]
    article = sorted({(s.start, s.end): s for s in article}.values(), key=lambda s: s.start)
    candidates = [
        _Candidate(s, place, *scored.get((s.start, s.end), (0.0, 0.0)))
        for place, s in enumerate(article)
    ]
    around = Surroundings(article, text, max_items)
    candidates = _lift_under_headings(candidates, around)
    best_passage = hit.hits[0].passage
    speaking = _speaking(candidates, best_passage, around)
    if not speaking:
        return ()
    best = max(speaking, key=lambda c: c.evidence - _distance(c, best_passage))
    chosen = _joined(best, speaking, max_sentences)
    places = around.complete(c.place for c in chosen) | around.list_after(best.place)
    if answering and not any(_is_in(article[place], answering) for place in places):
        left = max(1, max_sentences - len(chosen))
        more = _chosen_in(answering, candidates, best, around, left)
        places |= around.complete(c.place for c in more)
    found = {place: candidates[place] for place in places}
    extracts = [
        Extract(c.sentence.start, c.sentence.end, c.sentence.kind, c.sentence.block, c.evidence)
        for _, c in sorted(found.items())
    ]
    return tuple(_with_headers(extracts, text))


def _speaking(
    candidates: Sequence[_Candidate], best_passage: Passage, around: Surroundings
) -> list[_Candidate]:
    """Those that say something; where the best passage does nothing but point, its pointers alone.

    What stands elsewhere in the article is not what was found: "What do you charge for insurance?
    See …" is not answered by the next question's "No, never".
    """

    def quote(candidate: _Candidate) -> str:
        return around.text[candidate.sentence.start : candidate.sentence.end]

    found = [
        c for c in candidates if not around.is_heading(c.place) and _is_in(c.sentence, best_passage)
    ]
    if found and all(_POINTER.fullmatch(quote(c)) for c in found):
        return found
    return [c for c in candidates if not _says_nothing(c, around)]


def _scored(
    hit: ArticleHit, asked: Sequence[Asked], text: str
) -> dict[tuple[int, int], tuple[float, float]]:
    """Map each sentence's span to its evidence and to how much of the question it covers.

    A row covers by its name too: how much of the first cell the question says.
    """
    language = language_of(hit.hits[0].passage.index_text)
    said = " ".join(one.word for one in asked)
    scored = {}
    for found in hit.hits:
        for sentence, cosine in zip(found.passage.sentences, found.sentence_scores, strict=True):
            covered = coverage(sentence.text, asked, language)
            evidence = float(cosine) + _COVERAGE_WEIGHT * covered
            if sentence.kind is SentenceKind.ROW:
                name = text[sentence.start : sentence.end].strip(" \t|").split("|")[0]
                covered += coverage(said, asked_words(name, {}, language), language)
            scored[sentence.start, sentence.end] = (evidence, covered)
    return scored


def _lift_under_headings(
    candidates: Sequence[_Candidate], around: Surroundings
) -> list[_Candidate]:
    """Give what stands right under a heading part of the heading's evidence where that is higher."""
    lifted = list(candidates)
    for above in candidates:
        if not around.is_heading(above.place):
            continue
        for place in around.under(above.place):
            more = above.evidence - lifted[place].evidence
            if more > 0:
                evidence = lifted[place].evidence + _HEADING_LIFT * more
                lifted[place] = replace(lifted[place], evidence=evidence)
    return lifted


def _chosen_in(
    passage: Passage,
    candidates: Sequence[_Candidate],
    best: _Candidate,
    around: Surroundings,
    max_sentences: int,
) -> list[_Candidate]:
    """What answers best in a passage, beside `best` of another one; nothing where it says nothing."""
    inside = [
        c
        for c in candidates
        if _is_in(c.sentence, passage)
        and not _says_nothing(c, around)
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
    best = _row_asked_for(best, speaking)
    near = [
        c
        for c in speaking
        if c is not best
        and not _answers_another(c, best)
        and abs(c.place - best.place) <= 2 * max_sentences
        and c.evidence >= max(_JOIN_FLOOR, best.evidence - _gap(c, best))
    ]
    near.sort(key=lambda c: c.evidence, reverse=True)
    joined = dict.fromkeys([best, *(_row_asked_for(c, speaking) for c in near)])
    return list(joined)[:max_sentences]


def _row_asked_for(candidate: _Candidate, speaking: Sequence[_Candidate]) -> _Candidate:
    """In place of a table's row the one near it, or said by name, that covers more of the question.

    Rows of tables are alike but for the one word that was asked for: a code, a country.
    """
    if candidate.sentence.kind is not SentenceKind.ROW:
        return candidate
    rows = [
        c
        for c in speaking
        if c.sentence.block == candidate.sentence.block
        and (c.evidence >= candidate.evidence - _JOIN_GAP or c.covered >= 1.0)
    ]
    most = max(rows, key=lambda c: (c.covered, c.evidence))
    return most if most.covered > candidate.covered else candidate


def _answers_another(candidate: _Candidate, best: _Candidate) -> bool:
    """ "Yes." of another paragraph answers the question that stands above it there."""
    elsewhere = candidate.sentence.block != best.sentence.block
    return elsewhere and bool(_YES_OR_NO.match(candidate.sentence.text))


def _gap(candidate: _Candidate, best: _Candidate) -> float:
    together = candidate.sentence.block == best.sentence.block
    return _JOIN_GAP if together else _JOIN_GAP_ELSEWHERE


def _says_nothing(candidate: _Candidate, around: Surroundings) -> bool:
    """A heading, a bare pointer ("See [Refunds](…)."), breadcrumbs, or a scrap ("Updated 2026")."""
    sentence = candidate.sentence
    quote = around.text[sentence.start : sentence.end]
    if around.is_heading(candidate.place) or _POINTER.fullmatch(quote):
        return True
    if candidate.place == 0 and _BREADCRUMBS.fullmatch(quote):
        return True
    if around.announces_nothing(candidate.place):
        return True
    scrap = sentence.kind is SentenceKind.PROSE and not _ENDS.search(quote)
    return scrap and len(quote.split()) < _MIN_WORDS_UNENDED


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
