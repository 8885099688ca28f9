"""PDFs made by a real writer come back with their structure."""

import pytest
from fpdf import FPDF

from ingest.errors import FileRefused
from ingest.readers.reading import Reading
from tests.ingest.conftest import Read


class Manual(FPDF):
    """A manual with a running head and page numbers, as most are."""

    def header(self) -> None:
        self.set_font("Helvetica", size=8)
        self.cell(0, 6, "Acme Service Manual", new_x="LMARGIN", new_y="NEXT")
        self.ln(4)

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font("Helvetica", size=8)
        self.cell(0, 6, f"Page {self.page_no()}", align="C")

    def head(self, text: str, size: int) -> None:
        self.set_font("Helvetica", style="B", size=size)
        self.multi_cell(0, size * 0.6, text, new_x="LMARGIN", new_y="NEXT")
        self.ln(2)

    def prose(self, text: str) -> None:
        self.set_font("Helvetica", size=11)
        self.multi_cell(0, 5.5, text, new_x="LMARGIN", new_y="NEXT")
        self.ln(3)


@pytest.fixture(scope="module")
def manual() -> bytes:
    pdf = Manual()
    pdf.set_title("Coffee machine manual")
    pdf.add_page()
    pdf.head("Coffee machine manual", 22)
    pdf.prose(
        "This manual tells how to look after your machine. Keep it near the machine, because the "
        "person who cleans it will want to look things up."
    )
    pdf.head("Descaling", 15)
    pdf.prose("Descale the machine every three months:")
    for number, step in enumerate(
        ["Fill the tank with descaler.", "Press and hold the brew button for five seconds until "
         "the lamp blinks, then let go of it at once.", "Rinse twice."], start=1
    ):  # fmt: skip
        pdf.set_font("Helvetica", size=11)
        pdf.set_x(15)
        pdf.multi_cell(100, 5.5, f"{number}. {step}", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(4)
    pdf.head("Lamps", 15)
    pdf.set_font("Helvetica", size=11)
    with pdf.table(col_widths=(40, 120)) as table:
        for row in [("Lamp", "Meaning"), ("Red", "The tank is empty."), ("Green", "Ready | go.")]:
            table.row(row)
    pdf.add_page()
    pdf.head("Guarantee", 15)
    pdf.prose("The guarantee lasts two years. Send the machine to us with your receipt.")
    for item in ["- the receipt", "- the power cord"]:
        pdf.prose(item)
    return bytes(pdf.output())


@pytest.fixture
def reading(read: Read, manual: bytes) -> Reading:
    return read("manual.pdf", manual)


def text_of(reading: Reading) -> str:
    assert len(reading.articles) == 1
    return reading.articles[0].text


def test_title_and_headings_come_from_size(reading: Reading) -> None:
    assert reading.articles[0].title == "Coffee machine manual"
    text = text_of(reading)
    assert "# Coffee machine manual\n" in text
    assert "## Descaling\n" in text
    assert "## Guarantee\n" in text


def test_lines_of_a_paragraph_are_joined(reading: Reading) -> None:
    assert "because the person who cleans it will want to look things up." in text_of(reading)


def test_steps_are_a_numbered_list_with_their_continuation_lines(reading: Reading) -> None:
    text = text_of(reading)
    assert "1. Fill the tank with descaler.\n2. Press and hold the brew button for five" in text
    assert "until the lamp blinks, then let go of it at once.\n3. Rinse twice." in text


def test_bullets_are_a_list(reading: Reading) -> None:
    assert "- the receipt\n- the power cord" in text_of(reading)


def test_ruled_table_is_a_pipe_table_and_its_words_stand_nowhere_else(reading: Reading) -> None:
    text = text_of(reading)
    assert "| Lamp | Meaning |\n| --- | --- |\n| Red | The tank is empty. |" in text
    assert "| Green | Ready \\| go. |" in text
    assert text.count("The tank is empty.") == 1


def test_running_head_and_page_numbers_are_left_out(reading: Reading) -> None:
    assert "Acme Service Manual" not in text_of(reading)
    assert "Page " not in text_of(reading)


def test_pdf_without_text_is_skipped_as_a_scan(read: Read) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.rect(10, 10, 50, 50)
    reading = read("scan.pdf", bytes(pdf.output()))
    assert reading.articles == ()
    assert "scan" in (reading.skipped or "")


def test_pdf_with_a_password_is_refused_by_name(read: Read) -> None:
    pdf = FPDF()
    pdf.set_encryption(owner_password="owner", user_password="secret")
    pdf.add_page()
    pdf.set_font("Helvetica", size=12)
    pdf.cell(text="Hidden.")
    with pytest.raises(FileRefused, match=r"locked\.pdf.*password"):
        read("locked.pdf", bytes(pdf.output()))


@pytest.mark.parametrize("data", [b"%PDF-1.7\ngarbage", b"not a pdf", b"%PDF-"], ids=repr)
def test_broken_pdf_is_refused_by_name(read: Read, data: bytes) -> None:
    with pytest.raises(FileRefused, match=r"broken\.pdf"):
        read("broken.pdf", data)
