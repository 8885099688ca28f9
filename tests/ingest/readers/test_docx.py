"""Word documents made by a real writer come back with their structure."""

import io
import zipfile

import pytest
from docx import Document

from ingest.errors import FileRefused
from ingest.readers.reading import Reading
from tests.ingest.conftest import Read


@pytest.fixture(scope="module")
def handbook() -> bytes:
    document = Document()
    document.add_heading("Refunds", level=0)
    document.add_paragraph("We refund within 14 days.")
    document.add_heading("How to ask", level=1)
    for step in ("Open your orders.", "Choose the order.", "Press Refund."):
        document.add_paragraph(step, style="List Number")
    document.add_heading("Fees", level=2)
    for item in ("None within 14 days", "5 % later"):
        document.add_paragraph(item, style="List Bullet")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Country", "Days"
    for country, days in (("Germany", "14"), ("France", "30")):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = country, days
    paragraph = document.add_paragraph("Write to ")
    paragraph.add_run("billing").bold = True
    document.core_properties.keywords = "billing, refund"
    document.core_properties.language = "en-GB"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.fixture
def reading(read: Read, handbook: bytes) -> Reading:
    return read("refunds.docx", handbook)


def test_document_becomes_commonmark_with_its_structure(reading: Reading) -> None:
    assert reading.articles[0].text == (
        "# Refunds\n\nWe refund within 14 days.\n\n# How to ask\n\n1. Open your orders.\n"
        "2. Choose the order.\n3. Press Refund.\n\n## Fees\n\n- None within 14 days\n- 5 % later\n\n"
        "| Country | Days |\n| --- | --- |\n| Germany | 14 |\n| France | 30 |\n\n"
        "Write to **billing**\n"
    )


def test_title_language_and_tags_come_from_the_document(reading: Reading) -> None:
    article = reading.articles[0]
    assert (article.title, article.locale) == ("Refunds", "en-GB")
    assert article.tags == ("billing", "refund")


def test_broken_document_is_refused_by_name(read: Read) -> None:
    with pytest.raises(FileRefused, match=r"broken\.docx"):
        read("broken.docx", b"PK\x03\x04 nothing more")


def test_zip_that_is_no_document_is_refused_by_name(read: Read) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("hello.txt", "hi")
    with pytest.raises(FileRefused, match=r"zip\.docx"):
        read("zip.docx", out.getvalue())


def test_empty_document_is_skipped(read: Read) -> None:
    out = io.BytesIO()
    Document().save(out)
    assert read("empty.docx", out.getvalue()).skipped == "empty: no text in the document"
