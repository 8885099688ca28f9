"""Plain text, and turning the bytes of any text format into characters."""

import codecs
import re

from charset_normalizer import from_bytes

from ingest.errors import FileRefused
from ingest.readers.reading import Facts, Raw, Reading, article_from
from ingest.readers.rendering import tidy

_MARKS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]
_DECLARED = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?([A-Za-z0-9_-]+)|encoding=["']([\w-]+)""")
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufeff]")
_UNDERLINE = re.compile(r"^[=\-~^*#]{3,}\s*$")
# `&lt;` would be read as what it stands for, and `~~` as struck through.
_MARKUP = re.compile(r"([*_`<\[\]\\]|&(?=#?\w+;)|~(?=~))")
_BULLET = re.compile(r"^(\s*)[•◦‣▪●·*–-]\s+")
_NUMBER = re.compile(r"^(\s*)(\d{1,3})[.)]\s+")
_MAX_HEADING_CHARS = 80
# Of a binary file's first bytes, NULs are common; no text encoding but UTF-16/32 has them.
_SNIFFED_BYTES = 4096
# Too little to tell encodings apart by their letters; the most common one is taken.
_SHORT_BYTES = 64


def decode(data: bytes, path: str, *, markup: bool = False) -> str:
    """Bytes to characters: byte-order mark, UTF-8, a declared charset, then a guess.

    Line ends become `\\n`; control characters go. `markup` looks for a declaration in the text.
    Raises FileRefused for what is not text.
    """
    return _clean(_decode(data, path, markup))


def _decode(data: bytes, path: str, markup: bool) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    if b"\x00" in data[:_SNIFFED_BYTES]:
        raise FileRefused(f"{path}: not a text file (it holds zero bytes).")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    declared = _DECLARED.search(data[:2048]) if markup else None
    if declared:
        name = (declared.group(1) or declared.group(2)).decode("ascii")
        try:
            return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            pass
    if len(data) < _SHORT_BYTES:
        return data.decode("cp1252", errors="replace")
    best = from_bytes(data).best()
    if best is None:
        raise FileRefused(f"{path}: its character encoding cannot be told; save it as UTF-8.")
    return str(best)


def _clean(text: str) -> str:
    text = (
        text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\x0c", "\n")
    )
    # UTF-8 read as Latin-1 and saved again leaves this pair where a no-break space stood.
    text = text.replace("\u00c2\u00a0", " ").replace("\u00a0", " ")
    return _CONTROL.sub("", text)


def read_text(raw: Raw) -> Reading:
    """Read plain text: blank lines part paragraphs, underlined lines are headings, lists stay."""
    source = decode(raw.data, raw.path)
    if not source.strip():
        return Reading(skipped="empty")
    lines = source.expandtabs(4).split("\n")
    written: list[str] = []
    title: str | None = None
    for index, line in enumerate(lines):
        under = lines[index + 1] if index + 1 < len(lines) else ""
        if _UNDERLINE.match(line) and "".join(written[-2:]).startswith("#"):
            continue
        heading = line.strip() and len(line) <= _MAX_HEADING_CHARS and _UNDERLINE.match(under)
        if heading:
            title = title or line.strip()
            level = "#" if under.startswith("=") and line.strip() == title else "##"
            written += ["", f"{level} {escape_line(line.strip())}", ""]
        else:
            written.append(_line(line))
    if title is None:
        title = _first_line(lines)
    return Reading((article_from(raw, Facts(), tidy("\n".join(written)), title),))


def _line(line: str) -> str:
    if match := _BULLET.match(line):
        return f"{match.group(1)[:8]}- {escape_line(line[match.end() :])}"
    if match := _NUMBER.match(line):
        return f"{match.group(1)[:8]}{match.group(2)}. {escape_line(line[match.end() :])}"
    return escape_line(line.strip())


def _first_line(lines: list[str]) -> str | None:
    """A short first line that stands alone is a title."""
    start = next((i for i, line in enumerate(lines) if line.strip()), 0)
    first = lines[start].strip() if start < len(lines) else ""
    alone = start + 1 < len(lines) and not lines[start + 1].strip()
    return first if alone and 0 < len(first) <= _MAX_HEADING_CHARS else None


def escape_line(text: str) -> str:
    """Keep a line of plain text from being read as Markdown."""
    text = _MARKUP.sub(r"\\\1", text)
    return re.sub(r"^(#{1,6}(?=\s)|[+>](?=\s)|[-=]{3,}\s*$)", r"\\\1", text)
