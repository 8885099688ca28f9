"""One file a format: bytes in, an article in CommonMark out.

`reader_for` picks by the file's name; every reader raises `FileRefused`, naming the file, when it
cannot read it, and never anything else for bad input.
"""

import posixpath

from ingest.readers.csv import read_csv
from ingest.readers.docx import read_docx
from ingest.readers.html import read_html
from ingest.readers.markdown import read_markdown
from ingest.readers.pdf import read_pdf
from ingest.readers.reading import Reader
from ingest.readers.rst import read_rst
from ingest.readers.text import read_text

_READERS: dict[str, Reader] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".mdown": read_markdown,
    ".mdx": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".rst": read_rst,
    ".rest": read_rst,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".txt": read_text,
    ".text": read_text,
}


def reader_for(path: str) -> Reader | None:
    """The reader for a file's name, or None when the format is not known."""
    return _READERS.get(posixpath.splitext(path.lower())[1])


def known_suffixes() -> tuple[str, ...]:
    """All suffixes that are read, sorted."""
    return tuple(sorted(_READERS))
