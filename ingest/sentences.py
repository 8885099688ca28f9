"""Sentences of one block, each with its exact span in the article's text."""

import re
from collections.abc import Iterator

import sentencex

from ingest.commonmark import Plain

_LETTER = re.compile(r"[^\W_]")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.\s?g|i\.\s?e|approx|incl|excl|ca|cf|vs|fig|figs|no|nos|vol|ext|tel|max|min|resp|dept|"
    r"est|ref|sec|p|pp|z\.\s?b|u\.\s?a|d\.\s?h|bzw|ggf|inkl|zzgl|evtl|nr|str|p\.\s?ej|núm|art|n°)\.)\s*\Z",
    re.IGNORECASE,
)
_OPENING, _CLOSING = "([{", ")]}"


def sentence_spans(plain: Plain, locale: str | None) -> list[tuple[int, int]]:
    """Split a block into sentences: (start, end) in `plain.text`, in order, white space trimmed.

    A sentence never ends inside a link, code or brackets, after an abbreviation, or before a lower
    case letter; a hard line break always ends one. Segmentation by sentencex.
    """
    cuts = _merged(plain, list(_raw_cuts(plain.text, locale)))
    spans = []
    start = 0
    for cut in [*cuts, len(plain.text)]:
        piece = plain.text[start:cut]
        if piece.strip():
            spans.append((start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())))
        start = cut
    return spans


def verbatim_span(plain: Plain, start: int, end: int) -> tuple[int, int]:
    """The span in the article's text of readable characters `start` to `end`.

    Markup that wraps only these characters is taken in; markup that reaches beyond stays out.
    """
    first, last = plain.starts[start], plain.ends[end - 1]
    grown = True
    while grown:
        grown = False
        for wrap in plain.wraps:
            inside = first <= wrap.inner_start and wrap.inner_end <= last
            if inside and (wrap.outer_start < first or wrap.outer_end > last):
                first, last = min(first, wrap.outer_start), max(last, wrap.outer_end)
                grown = True
    return first, last


def _raw_cuts(text: str, locale: str | None) -> Iterator[int]:
    """Where sentencex would cut, and every hard break."""
    language = (locale or "en").split("-")[0]
    at = 0
    for line in text.split("\n"):
        position = at
        for piece in sentencex.segment(language, line) if line.strip() else []:
            found = text.find(piece, position)
            if found < 0:
                break
            position = found + len(piece)
            if position < at + len(line):
                yield position
        at += len(line) + 1
        if at < len(text):
            yield at


def _merged(plain: Plain, cuts: list[int]) -> list[int]:
    """Drop the cuts that would leave half sentences."""
    kept: list[int] = []
    start = 0
    for cut in cuts:
        hard = plain.text[cut - 1] == "\n"
        before, after = plain.text[start:cut], plain.text[cut:]
        if not hard and _joins(before, after, plain, cut):
            continue
        if not _LETTER.search(before):
            continue
        kept.append(cut)
        start = cut
    if kept and not _LETTER.search(plain.text[kept[-1] :]):
        kept.pop()
    return kept


def _joins(before: str, after: str, plain: Plain, cut: int) -> bool:
    first = after.lstrip()[:1]
    if first.islower() and not before.rstrip().endswith(("?", "!", "。")):
        return True
    if _ABBREVIATION.search(before):
        return True
    opened = sum(before.count(c) for c in _OPENING) - sum(before.count(c) for c in _CLOSING)
    if opened > 0 and any(c in after for c in _CLOSING):
        return True
    place = plain.ends[cut - 1]
    return any(w.whole and w.inner_start < place < w.inner_end for w in plain.wraps)
