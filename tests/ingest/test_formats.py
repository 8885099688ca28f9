"""The README's table of formats, proved: every file named there becomes an article."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from fpdf import FPDF

from ingest import pipeline
from ingest.readers import known_suffixes
from ingest.sources import SourceSpec
from knowledge.hashing import HashEmbedder
from knowledge.snapshot import FolderStore

README = Path(__file__).resolve().parents[2] / "README.md"
SENTENCE = "Hold the button of the hub for ten seconds."


def listed() -> list[str]:
    """The suffixes that the table names."""
    table = README.read_text(encoding="utf-8").split("<!-- formats -->")[1]
    return re.findall(r"`(\.[a-z]+)`", table.split("<!-- /formats -->")[0])


def write_html(file: Path) -> None:
    """A page with navigation."""
    page = f"<nav><a href='/'>Home</a></nav><main><h1>Hub</h1><p>{SENTENCE}</p></main>"
    file.write_text(f"<html><head><title>Hub</title></head><body>{page}</body></html>")


def write_pdf(file: Path) -> None:
    """A PDF of a title and a sentence."""
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=20)
    pdf.cell(text="Resetting the hub", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", size=11)
    pdf.cell(text=SENTENCE)
    pdf.output(str(file))


def write_docx(file: Path) -> None:
    """A Word file of a title and a sentence."""
    document = Document()
    document.add_heading("Resetting the hub", 1)
    document.add_paragraph(SENTENCE)
    document.save(str(file))


def write_zip(file: Path) -> None:
    """An archive of one Markdown file."""
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("hub.md", f"# Hub\n\n{SENTENCE}\n")


def write_text(file: Path) -> None:
    """Markdown, which is plain text and reStructuredText enough."""
    file.write_text(f"Resetting the hub\n=================\n\n{SENTENCE}\n")


def write_table(file: Path) -> None:
    """Questions and answers."""
    mark = "\t" if file.suffix == ".tsv" else ","
    file.write_text(f"question{mark}answer\nHow do I reset the hub?{mark}{SENTENCE}\n")


WRITERS: dict[str, Callable[[Path], None]] = {
    ".html": write_html,
    ".htm": write_html,
    ".xhtml": write_html,
    ".pdf": write_pdf,
    ".docx": write_docx,
    ".csv": write_table,
    ".tsv": write_table,
    ".zip": write_zip,
}


def test_table_names_exactly_what_is_read() -> None:
    assert sorted(listed()) == sorted([*known_suffixes(), ".zip"])


@pytest.mark.parametrize("suffix", listed())
def test_every_format_of_the_table_becomes_an_article(suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"hub{suffix}"
    WRITERS.get(suffix, write_text)(file)
    store, embedder = FolderStore(tmp_path / "snapshots"), HashEmbedder()
    report = pipeline.run([SourceSpec(str(file))], store, lambda: embedder, embedder.model_id)
    assert (report.articles, report.errors) == (1, ())
    current = store.current()
    assert current is not None
    (article,) = store.open(current).articles()
    assert SENTENCE in article.text
