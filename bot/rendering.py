"""How an answer is laid out: verbatim sentences, joined as the article joins them.

The text is Markdown, as in the article: nothing inside a sentence is changed but runs of white
space (`shown`); list marks and line breaks between sentences come from the article's layout.
"""

import re
from collections.abc import Sequence
from typing import Final

from bot.extraction import Extract
from knowledge.passages import SentenceKind

_SPACE: Final = re.compile(r"\s+")
_MARK: Final = re.compile(r"[ \t]*(?:>[ \t]*)*((?:\d{1,4}[.)]|[-*+])[ \t]+(?:\[[ xX]\][ \t]+)?)?$")
_MAX_INDENT: Final = 12  # deeper nesting is not shown deeper
_WHOLE_LINES: Final = frozenset({SentenceKind.ROW, SentenceKind.CODE})


def shown(quote: str, kind: SentenceKind) -> str:
    """Return the text a customer reads for a quote: itself, runs of white space as one space.

    Rows and code keep their white space.
    """
    return quote if kind in _WHOLE_LINES else fold_space(quote)


def fold_space(text: str) -> str:
    """Return `text` trimmed, every run of white space as one space."""
    return _SPACE.sub(" ", text).strip()


def lay_out(extracts: Sequence[Extract], article_text: str) -> str:
    """Join extracts of one article, in document order, into Markdown.

    Sentences of one paragraph stand side by side; items keep their marks and their depth; headings
    are bold; blocks are parted by an empty line.
    """
    parts: list[str] = []
    for at, extract in enumerate(extracts):
        before = extracts[at - 1] if at else None
        mark, indent = list_mark(article_text, extract.start)
        gap = _gap(before, extract, mark)
        text = shown(article_text[extract.start : extract.end], extract.kind)
        if extract.kind is SentenceKind.HEADING and "*" not in text:
            text = f"**{text}**"
        elif mark:
            text = f"{' ' * indent}{mark}{text}"
        elif "\n" in gap and extract.kind is SentenceKind.CODE and indent:
            text = article_text[extract.start - indent : extract.end]
        parts += [gap, text]
    return "".join(parts)


def list_mark(text: str, start: int) -> tuple[str, int]:
    """Return the list mark right before `start` ("3. ", "- ", "" for none) and its indentation."""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    found = _MARK.match(line)
    if not found:
        return "", 0
    mark = found.group(1) or ""
    return mark, min(len(line) - len(mark), _MAX_INDENT)


def _gap(before: Extract | None, extract: Extract, mark: str) -> str:
    if before is None:
        return ""
    if before.block != extract.block:
        return "\n\n"
    if extract.kind in _WHOLE_LINES or mark:
        return "\n"
    return " "
