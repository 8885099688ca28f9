"""Plain text."""

import pytest

from ingest.errors import FileRefused
from tests.ingest.conftest import Read


def test_text_keeps_paragraphs_lists_and_underlined_headings(read: Read) -> None:
    source = "Returns\n=======\n\nSend it back.\n\nHow\n---\n\n• pack it\n• send it\n\n1) wait\n2) smile\n"
    article = read("returns.txt", source).articles[0]
    assert article.title == "Returns"
    assert article.text == (
        "# Returns\n\nSend it back.\n\n## How\n\n- pack it\n- send it\n\n1. wait\n2. smile\n"
    )


def test_markup_characters_are_text(read: Read) -> None:
    assert read("a.txt", "Use *stars* and <tags> and a_b.").articles[0].text == (
        "Use \\*stars\\* and \\<tags> and a\\_b.\n"
    )


def test_title_is_a_short_first_line_that_stands_alone(read: Read) -> None:
    assert read("a.txt", "Opening hours\n\nNine to five.").articles[0].title == "Opening hours"
    assert (
        read("opening-hours.txt", "Nine to five.\nAnd more.").articles[0].title == "Opening hours"
    )


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "utf-32"]
)
def test_any_usual_encoding_is_read(read: Read, encoding: str) -> None:
    text = "Übergrößen – für alle Räume geöffnet, außer sonntags. Schöne Grüße aus Köln."
    data = text.encode(encoding)
    if encoding == "utf-16-le":
        data = b"\xff\xfe" + data
    assert "Räume" in read("a.txt", data).articles[0].text


def test_binary_is_refused_by_name(read: Read) -> None:
    with pytest.raises(FileRefused, match=r"a\.txt.*not a text file"):
        read("a.txt", b"abc\x00\x01\x02")
