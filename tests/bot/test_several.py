"""Several questions in one message: each answered with its evidence, the rest named."""

import pytest

from bot.answers import Answer
from bot.dialogue import Citation, ReplySentence
from bot.several import Part, joined, questions_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "how do I return a lamp and what does delivery cost?",
            ("how do I return a lamp", "what does delivery cost?"),
        ),
        (
            "Where is my parcel? Can I change my password?",
            ("Where is my parcel?", "Can I change my password?"),
        ),
        (
            "Wie kann ich die Lampe zurückgeben und was kostet der Versand?",
            ("Wie kann ich die Lampe zurückgeben", "was kostet der Versand?"),
        ),
        ("Do you ship to Spain? And does it cost extra?", ()),
        ("how do I cancel and get a refund?", ()),
        ("is there a shop where I can try a lamp", ()),
        ("My lamp flickers at night. What can I do?", ()),
        ("why? how? what?", ()),
        ("", ()),
        ("what is a lamp? " * 200, ()),
    ],
    ids=[
        "joined by and", "two sentences", "German", "leaning on the first", "two verbs, one wish",
        "a clause", "a report and a question", "no matter", "nothing", "far too many",
    ],
)  # fmt: skip
def test_a_message_is_taken_apart_only_into_questions_of_their_own(
    text: str, expected: tuple[str, ...]
) -> None:
    assert questions_in(text) == expected


def part(question: str, article: str, confidence: float) -> Part:
    quote = f"About {question}."
    citation = Citation(article, article, None, quote, 0, len(quote))
    answer = Answer((ReplySentence(quote, 0),), (citation,), quote)
    return Part(question, article, confidence, answer)


def test_answers_stand_in_the_order_asked_each_with_its_own_evidence() -> None:
    answer, missing = joined([part("lamps", "a.md", 0.9), part("post", "b.md", 0.8)], 0.7)
    assert [answer.citations[s.citation or 0].article for s in answer.sentences] == ["a.md", "b.md"]
    assert answer.text == "About lamps.\n\nAbout post."
    assert missing == ()


def test_a_question_without_a_sure_answer_is_named() -> None:
    answer, missing = joined([part("lamps", "a.md", 0.9), part("post", "b.md", 0.2)], 0.7)
    assert answer.text == "About lamps."
    assert missing == ("post",)


@pytest.mark.parametrize(
    "parts",
    [
        [part("lamps", "a.md", 0.2), part("post", "b.md", 0.3)],
        [part("lamps", "a.md", 0.9), part("post", "a.md", 0.9)],
        [],
    ],
    ids=["none is sure", "one article has it all", "one question"],
)
def test_otherwise_the_message_is_answered_as_one(parts: list[Part]) -> None:
    assert joined(parts, 0.7) == (Answer(), ())
