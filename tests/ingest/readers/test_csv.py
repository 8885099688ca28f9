"""Tables of questions and answers."""

import pytest

from ingest.errors import FileRefused
from knowledge.articles import Status
from tests.ingest.conftest import Read


def test_every_row_is_an_article_titled_with_its_question(read: Read) -> None:
    table = (
        "Question,Answer,Category,Language\n"
        '"Where is my order?","Open **Orders**, then:\n\n1. Choose it.\n2. Press Track.",Orders,en\n'
        "Wo ist mein Paket?,Unter Bestellungen.,Orders,de\n"
    )
    reading = read("faq.csv", table)
    assert [(a.id, a.title, a.locale, a.tags) for a in reading.articles] == [
        ("faq.csv/where-is-my-order", "Where is my order?", "en", ("Orders",)),
        ("faq.csv/wo-ist-mein-paket", "Wo ist mein Paket?", "de", ("Orders",)),
    ]
    assert reading.articles[0].text == (
        "# Where is my order?\n\nOpen **Orders**, then:\n\n1. Choose it.\n2. Press Track.\n"
    )


@pytest.mark.parametrize(
    ("path", "table"),
    [
        ("a.csv", "question;answer\nHow long?;Two days, at most.\n"),
        ("a.tsv", "question\tanswer\nHow long?\tTwo days, at most.\n"),
        ("a.csv", "How long?,Two days at most.\nHow much?,Five euros.\n"),
        ("a.csv", "\ufeffid,title,body\n1,How long?,Two days at most.\n"),
    ],
    ids=["semicolons", "tabs", "no header", "byte-order mark"],
)
def test_common_table_shapes_are_understood(read: Read, path: str, table: str) -> None:
    assert read(path, table).articles[0].title == "How long?"


def test_html_answers_become_commonmark(read: Read) -> None:
    reading = read(
        "faq.csv", 'question,answer\nHow?,"<p>Press <b>Go</b>.</p><ul><li>x</li></ul>"\n'
    )
    assert reading.articles[0].text == "# How?\n\nPress **Go**.\n\n- x\n"


def test_same_question_twice_gives_two_ids(read: Read) -> None:
    reading = read("faq.csv", "question,answer\nHow?,This way.\nHow?,That way.\n")
    assert [a.id for a in reading.articles] == ["faq.csv/how", "faq.csv/how-2"]


def test_row_without_answer_is_noted_and_a_draft_row_is_a_draft(read: Read) -> None:
    reading = read("faq.csv", "question,answer,status\nHow?,,\nWhy?,Because.,draft\n")
    assert reading.notes == ("row 1 has no answer; left out",)
    assert reading.articles[0].status is Status.DRAFT


def test_table_without_question_and_answer_is_refused_by_name(read: Read) -> None:
    with pytest.raises(FileRefused, match=r"prices\.csv.*country, price, tax"):
        read("prices.csv", "country,price,tax\nDE,1,2\n")
