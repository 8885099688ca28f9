"""PDF files: a page's words become headings, paragraphs, lists and tables again.

A PDF holds no structure, only words at places. Headings are told by size and weight, paragraphs by
the space between lines, lists by their marks, tables by their rules (pdfplumber finds them), and
what repeats at the head or foot of pages is left out.
"""

import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect

from ingest.errors import FileRefused
from ingest.readers.reading import Facts, Notes, Raw, Reading, article_from, fold_space
from ingest.readers.rendering import tidy
from ingest.readers.text import escape_line

_MAX_PAGES = 2000
_HEADING_RATIO = 1.12  # a line this much larger than the body text is a heading
_MAX_HEADING_CHARS = 120
_SAME_LINE_PT = 3.0
# Lines further apart than this many times their own height belong to different paragraphs.
_PARAGRAPH_GAP = 0.75
_MARGIN_SHARE = 0.12  # of a page's height, at its head and its foot
_BULLET = re.compile(r"^([•◦‣▪●·∙○■□➢➤✓\uf0b7\uf0a7*–—-])\s+(?=\S)")
_NUMBER = re.compile(r"^\(?(\d{1,2}|[a-z])[.)]\s+(?=\S)")
_LONE_NUMBER = re.compile(
    r"^(?:page\s+|seite\s+|página\s+)?\d{1,4}(?:\s*(?:/|of|von|de)\s*\d{1,4})?$", re.I
)
_GENERIC = re.compile(
    r"(?i)untitled.*|microsoft word.*|.*\.(?:docx?|pdf|odt|indd|pages)|document\d*|\(anonymous\)"
)


@dataclass(frozen=True)
class _Line:
    """Words on one line: where it stands on which page, how large, whether bold."""

    text: str
    page: int
    left: float
    top: float
    bottom: float
    size: float
    bold: bool


@dataclass(frozen=True)
class _Table:
    """A table as finished Markdown, and where it stands."""

    text: str
    page: int
    top: float


def read_pdf(raw: Raw) -> Reading:
    """Read one PDF. Its title is the document's own, else its first and largest heading."""
    notes = Notes()
    parts: list[_Line | _Table] = []
    try:
        with pdfplumber.open(io.BytesIO(raw.data)) as pdf:
            if len(pdf.pages) > _MAX_PAGES:
                notes.add(f"{len(pdf.pages)} pages; only the first {_MAX_PAGES} were read")
            title = fold_space(str((pdf.metadata or {}).get("Title") or ""))
            heights = []
            for number, page in enumerate(pdf.pages[:_MAX_PAGES]):
                parts += _page_parts(page, number)
                heights.append(float(page.height))
                page.close()
    except PDFPasswordIncorrect as error:
        raise FileRefused(f"{raw.path}: it needs a password.") from error
    except Exception as error:  # pdfminer raises whatever a broken file makes it stumble over
        if _password(error):
            raise FileRefused(f"{raw.path}: it needs a password.") from error
        raise FileRefused(f"{raw.path}: cannot be read as PDF ({_short(error)}).") from error
    parts = list(_without_furniture(parts, heights))
    if not parts:
        return Reading(skipped="empty: no text in it; a scan needs text recognition first")
    text = tidy("\n".join(_written(parts)))
    own = None if _GENERIC.fullmatch(title) else title or None
    return Reading(
        (article_from(raw, Facts(title=own), text, _first_heading(text)),), tuple(notes.sentences)
    )


def _page_parts(page: Any, number: int) -> list[_Line | _Table]:
    tables = [t for t in page.find_tables() if len(t.rows) > 1 and len(t.rows[0].cells) > 1]
    found: list[_Line | _Table] = [
        _Table(text, number, float(table.bbox[1]))
        for table in tables
        if (text := _table_text(table.extract()))
    ]

    def outside(thing: dict[str, Any]) -> bool:
        middle = (thing["top"] + thing["bottom"]) / 2, (thing["x0"] + thing["x1"]) / 2
        return not any(
            t.bbox[1] <= middle[0] <= t.bbox[3] and t.bbox[0] <= middle[1] <= t.bbox[2]
            for t in tables
        )

    words = page.dedupe_chars().extract_words(
        extra_attrs=["size", "fontname"], x_tolerance_ratio=0.2, use_text_flow=False
    )
    words = [word for word in words if outside(word)]
    for column in _columns(words, float(page.width)):
        found += _lines(column, number)
    return _in_order(found)


def _in_order(found: list[_Line | _Table]) -> list[_Line | _Table]:
    """Put tables between the lines that stand around them; columns keep their order."""
    ordered: list[_Line | _Table] = [part for part in found if isinstance(part, _Line)]
    for table in (part for part in found if isinstance(part, _Table)):
        at = next((i for i, part in enumerate(ordered) if part.top > table.top), len(ordered))
        ordered.insert(at, table)
    return ordered


def _columns(words: Sequence[dict[str, Any]], width: float) -> list[list[dict[str, Any]]]:
    """Split a page set in two columns at the empty strip in its middle."""
    for middle in (width * share / 100 for share in range(42, 59, 2)):
        crossing = [w for w in words if w["x0"] < middle < w["x1"]]
        left = [w for w in words if w["x1"] <= middle]
        right = [w for w in words if w["x0"] >= middle]
        starts = Counter(round(w["x0"]) for w in right)
        lined_up = starts and starts.most_common(1)[0][1] >= 4
        balanced = min(len(left), len(right)) >= 0.3 * len(words)
        if not crossing and balanced and lined_up and len(words) > 40:
            return [left, right]
    return [list(words)]


def _lines(words: Sequence[dict[str, Any]], page: int) -> Iterator[_Line]:
    rows: list[list[dict[str, Any]]] = []
    for word in sorted(words, key=lambda w: (w["bottom"], w["x0"])):
        if rows and abs(rows[-1][-1]["bottom"] - word["bottom"]) <= _SAME_LINE_PT:
            rows[-1].append(word)
        else:
            rows.append([word])
    for row in rows:
        row.sort(key=lambda w: w["x0"])
        sizes = Counter[float]()
        for word in row:
            sizes[round(float(word["size"]) * 2) / 2] += len(word["text"])
        yield _Line(
            text=" ".join(word["text"] for word in row),
            page=page,
            left=float(row[0]["x0"]),
            top=float(min(word["top"] for word in row)),
            bottom=float(max(word["bottom"] for word in row)),
            size=sizes.most_common(1)[0][0],
            bold=all(
                "bold" in str(w["fontname"]).lower() or "black" in str(w["fontname"]).lower()
                for w in row
            ),
        )


def _without_furniture(
    parts: Sequence[_Line | _Table], heights: Sequence[float]
) -> Iterator[_Line | _Table]:
    """Drop page numbers, and lines that stand at the edge of most pages."""
    pages: dict[str, set[int]] = defaultdict(set)
    for part in parts:
        if isinstance(part, _Line) and _at_edge(part, heights):
            pages[_shape(part.text)].add(part.page)
    for part in parts:
        if isinstance(part, _Line) and _at_edge(part, heights):
            repeated = len(pages[_shape(part.text)])
            if _LONE_NUMBER.match(part.text.strip(" -–|")):
                continue
            if repeated >= 2 and repeated >= 0.5 * len(heights):
                continue
        yield part


def _at_edge(line: _Line, heights: Sequence[float]) -> bool:
    height = heights[line.page]
    return line.bottom < _MARGIN_SHARE * height or line.top > (1 - _MARGIN_SHARE) * height


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", fold_space(text).lower())


def _written(parts: Sequence[_Line | _Table]) -> Iterator[str]:
    """Markdown lines of the whole document."""
    levels = _heading_levels([part for part in parts if isinstance(part, _Line)])
    paragraph: list[_Line] = []
    for part in parts:
        if isinstance(part, _Table):
            yield from _flush(paragraph)
            paragraph = []
            yield from ("", part.text, "")
            continue
        level = levels.get(_kind(part)) if _can_head(part) else None
        if level:
            yield from _flush(paragraph)
            paragraph = []
            yield from ("", f"{'#' * level} {escape_line(part.text)}", "")
        elif paragraph and _continues(paragraph[-1], part, paragraph[0]):
            paragraph.append(part)
        else:
            yield from _flush(paragraph)
            if paragraph and not (_is_item(paragraph[0]) and _is_item(part)):
                yield ""
            paragraph = [part]
    yield from _flush(paragraph)


def _kind(line: _Line) -> tuple[float, bool]:
    return line.size, line.bold


def _can_head(line: _Line) -> bool:
    text = line.text.strip()
    return (
        0 < len(text) <= _MAX_HEADING_CHARS
        and any(c.isalpha() for c in text)
        and not text.endswith((".", ",", ";"))
        and not _BULLET.match(text)
    )


def _heading_levels(lines: Sequence[_Line]) -> dict[tuple[float, bool], int]:
    """Which sizes and weights are headings, the largest first: level 1 to 4."""
    weights = Counter[tuple[float, bool]]()
    for line in lines:
        weights[_kind(line)] += len(line.text)
    if not weights:
        return {}
    (body, body_bold), _ = weights.most_common(1)[0]
    heads = [kind for kind in weights if kind[0] >= body * _HEADING_RATIO]
    if not body_bold and (body, True) in weights:
        heads.append((body, True))
    heads.sort(key=lambda kind: (-kind[0], not kind[1]))
    return {kind: min(4, place) for place, kind in enumerate(heads, start=1)}


def _continues(before: _Line, line: _Line, first: _Line) -> bool:
    if _is_item(line) or abs(before.size - line.size) > 1:
        return False
    if line.page != before.page or line.top < before.top:  # the next page or column
        return not before.text.rstrip().endswith((".", "!", "?", ":")) and line.text[:1].islower()
    gap = line.top - before.bottom
    unfinished = not before.text.rstrip().endswith((".", "!", "?", ":", ";"))
    belongs = not _is_item(first) or line.left > first.left + 1 or unfinished
    return gap < _PARAGRAPH_GAP * max(before.size, 1.0) and belongs


def _is_item(line: _Line) -> bool:
    return bool(_BULLET.match(line.text) or _NUMBER.match(line.text))


def _flush(paragraph: Sequence[_Line]) -> Iterator[str]:
    if not paragraph:
        return
    text = paragraph[0].text.strip()
    for line in paragraph[1:]:
        more = line.text.strip()
        hyphenated = re.search(r"[^\W\d_]-$", text) and more[:1].islower()
        text = text[:-1] + more if hyphenated else f"{text} {more}"
    if match := _BULLET.match(text):
        yield f"- {escape_line(text[match.end() :])}"
    elif match := _NUMBER.match(text):
        mark = match.group(1)
        number = mark if mark.isdigit() else str(ord(mark) - ord("a") + 1)
        yield f"{number}. {escape_line(text[match.end() :])}"
    else:
        yield escape_line(text)


def _table_text(rows: Sequence[Sequence[str | None]]) -> str:
    cells = [[fold_space(cell or "").replace("|", "\\|") for cell in row] for row in rows]
    cells = [row for row in cells if any(row)]
    if len(cells) < 2:
        return ""
    lines = [f"| {' | '.join(row)} |" for row in cells]
    rule = f"| {' | '.join(['---'] * len(cells[0]))} |"
    return "\n".join([lines[0], rule, *lines[1:]])


def _first_heading(text: str) -> str | None:
    match = re.search(r"(?m)^#{1,4} (.+)$", text)
    return re.sub(r"\\(?=\W)", "", match.group(1)) if match else None


def _password(error: BaseException) -> bool:
    """Whether a password is what is missing, however deep the cause lies."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, PDFPasswordIncorrect) or "PDFPasswordIncorrect" in repr(seen):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _short(error: Exception) -> str:
    return fold_space(str(error))[:120] or type(error).__name__
