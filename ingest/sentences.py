"""Sentences of one block, each with its exact span in the article's text."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate, repeat

import sentencex

from ingest.commonmark import Plain

_LETTER = re.compile(r"[^\W_]")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.\s?g|i\.\s?e|approx|incl|excl|ca|cf|vs|fig|figs|no|nos|vol|ext|tel|max|min|resp|dept|"
    r"est|ref|sec|p|pp|z\.\s?b|u\.\s?a|d\.\s?h|bzw|ggf|inkl|zzgl|evtl|nr|str|p\.\s?ej|núm|art|n°)\.)\s*\Z",
    re.IGNORECASE,
)
_ABBREVIATION_CHARS = 40  # more than any of these has, with the white space after it
_NOT_SPACE = re.compile(r"\S")
_CLOSING = ")]}"
_DEPTH = dict.fromkeys("([{", 1) | dict.fromkeys(_CLOSING, -1)


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
    block = _Block(plain)
    kept: list[int] = []
    start = 0
    for cut in cuts:
        hard = plain.text[cut - 1] == "\n"
        if not hard and block.joins(start, cut):
            continue
        if not _LETTER.search(plain.text, start, cut):
            continue
        kept.append(cut)
        start = cut
    if kept and not _LETTER.search(plain.text, kept[-1]):
        kept.pop()
    return kept


class _Block:
    """What tells, of a place in a block, whether a sentence can end there; looked up, not looked for."""

    def __init__(self, plain: Plain) -> None:
        self._text = plain.text
        self._ends = plain.ends
        self._depths = [0, *accumulate(map(_DEPTH.get, plain.text, repeat(0)))]
        self._last_closing = max(plain.text.rfind(bracket) for bracket in _CLOSING)
        self._named_ends = {w.inner_end for w in plain.wraps if not w.whole}
        whole = sorted((w.inner_start, w.inner_end) for w in plain.wraps if w.whole)
        self._wrap_starts = [start for start, _ in whole]
        self._wrap_ends = list(accumulate((end for _, end in whole), max))

    def joins(self, start: int, cut: int) -> bool:
        """Whether the sentence from `start` on goes on after `cut`."""
        first = _NOT_SPACE.search(self._text, cut)
        ends = self._text[max(start, cut - _ABBREVIATION_CHARS) : cut]
        if first and first.group().islower():
            last = len(self._text[:cut].rstrip()) - 1
            named = (
                self._ends[last] in self._named_ends
            )  # "Click **Forgot password?** on the page."
            if named or not ends.rstrip().endswith(("?", "!", "。")):
                return True
        if _ABBREVIATION.search(ends):
            return True
        if self._depths[cut] > self._depths[start] and self._last_closing >= cut:
            return True
        return self._is_wrapped(self._ends[cut - 1])

    def _is_wrapped(self, place: int) -> bool:
        """Whether a place lies inside a link or code."""
        before = bisect_left(self._wrap_starts, place)
        return before > 0 and self._wrap_ends[before - 1] > place
