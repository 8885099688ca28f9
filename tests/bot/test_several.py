"""Several questions in one message: each answered with its evidence, the rest named."""

from dataclasses import replace

import pytest

from bot.answers import Answer
from bot.dialogue import Citation, Dialogue, ReplySentence, Speaker, Turn
from bot.several import Part, asked_in, joined, questions_in


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
        (
            "What does a shade cost, how long is delivery and where can I return a lamp?",
            ("What does a shade cost", "how long is delivery", "where can I return a lamp?"),
        ),
        (
            "Hi there. How do I return a lamp and do you have vouchers?",
            ("How do I return a lamp", "do you have vouchers?"),
        ),
        (
            "Hello, I've got two questions: how do I return a lamp? do you have vouchers? Thanks!",
            ("how do I return a lamp?", "do you have vouchers?"),
        ),
        (
            "Deux questions : combien coûte la livraison et comment renvoyer la lampe ?",
            ("combien coûte la livraison", "comment renvoyer la lampe ?"),
        ),
        (
            "how do I add a lamp to my order. what does delivery to Spain cost",
            ("how do I add a lamp to my order", "what does delivery to Spain cost"),
        ),
        (
            "Do you ship to Spain? And does it cost extra?",
            ("Do you ship to Spain?", "And does it cost extra?"),
        ),
        (
            "Two questions: price of the lamp? price of the bulb?",
            ("price of the lamp?", "price of the bulb?"),
        ),
        (
            "Where do I report lost things, how long is delivery, and how do I pay by card?",
            ("Where do I report lost things", "how long is delivery", "how do I pay by card?"),
        ),
        ("When I return a lamp, what happens to my voucher?", ()),
        ("if the lamp flickers, what can I do?", ()),
        ("does it work with bulbs, shades and dimmers?", ()),
        ("What is a lamp? What is a bulb? What is a shade? What is a dimmer?", ()),
        ("can't find my order number, do you send it by post?", ()),
        ("I was told that delivery is free. is it true", ()),
        ("Could you write to me if I come to the shop?", ()),
        ("how do I cancel and get a refund?", ()),
        ("is there a shop where I can try a lamp", ()),
        ("My lamp flickers at night. What can I do?", ()),
        ("why? how? what?", ()),
        ("", ()),
        ("what is a lamp? " * 200, ()),
    ],
    ids=[
        "joined by and", "two sentences", "German", "three, by a comma", "after a greeting",
        "announced, with thanks", "French", "without question marks", "leaning on the first", "of few words", "things asked about",
        "a clause before", "a condition before", "a list of nouns", "four", "a report without a subject", "a report", "a first person",
        "two verbs, one wish",
        "a clause", "a report and a question", "no matter", "nothing", "far too many",
    ],
)  # fmt: skip
def test_a_message_is_taken_apart_only_into_questions_of_their_own(
    text: str, expected: tuple[str, ...]
) -> None:
    assert questions_in(text) == expected


def part(question: str, article: str, confidence: float, leans: bool = False) -> Part:
    quote = f"All there is to say about {question}."
    return Part(question, confidence, quoting((article, quote)), leans)


def quoting(*quotes: tuple[str, str]) -> Answer:
    citations = tuple(
        Citation(article, article, None, q, len(q), 2 * len(q)) for article, q in quotes
    )
    sentences = tuple(ReplySentence(quote, at) for at, (_, quote) in enumerate(quotes))
    return Answer(sentences, citations, " ".join(quote for _, quote in quotes))


def quoted(answer: Answer) -> list[str]:
    return [answer.citations[s.citation or 0].quote for s in answer.sentences]


LAMPS, POST, BULBS = (
    part("lamps", "a.md", 0.9),
    part("post", "b.md", 0.8),
    part("light bulbs", "a.md", 0.9),
)
BOTH = quoting(
    ("a.md", "All there is to say about lamps."), ("a.md", "All there is to say about dimmers.")
)
DIMMERS = part("dimmers", "a.md", 0.6)


@pytest.mark.parametrize("other", [POST, BULBS], ids=["from another article", "from the same one"])
def test_answers_stand_in_the_order_asked_each_with_its_own_evidence(other: Part) -> None:
    answer, missing = joined([LAMPS, other], Answer(), 0.7)
    assert quoted(answer) == [s.text for p in (LAMPS, other) for s in p.answer.sentences]
    assert answer.text == f"{LAMPS.answer.text}\n\n{other.answer.text}"
    assert missing == ()


def test_a_question_without_a_sure_answer_is_named() -> None:
    answer, missing = joined([LAMPS, part("post", "b.md", 0.2)], LAMPS.answer, 0.7)
    assert answer.text == LAMPS.answer.text
    assert missing == ("post",)


def test_a_leaning_question_without_an_answer_is_named_where_the_whole_has_none_either() -> None:
    answer, missing = joined([LAMPS, part("its price", "b.md", 0.2, leans=True)], Answer(), 0.7)
    assert (answer.text, missing) == (LAMPS.answer.text, ("its price",))


def test_an_answer_that_the_next_one_holds_is_told_once() -> None:
    both = replace(DIMMERS, answer=BOTH, confidence=0.9)
    answer, missing = joined([LAMPS, both], Answer(), 0.7)
    assert (quoted(answer), missing) == ([s.text for s in BOTH.sentences], ())


def test_nothing_is_sent_that_no_sure_answer_quotes() -> None:
    first, second = DIMMERS.answer.sentences[0].text, "Something else of dimmers."
    unsure = replace(DIMMERS, answer=quoting(("a.md", first), ("a.md", second)))
    answer, missing = joined([LAMPS, unsure], DIMMERS.answer, 0.7)
    assert (quoted(answer), missing) == ([LAMPS.answer.sentences[0].text], (DIMMERS.question,))


def test_what_the_whole_answer_tells_too_is_not_missing() -> None:
    answer, missing = joined([LAMPS, POST, DIMMERS], BOTH, 0.7)
    assert answer.text.split("\n\n")[-1] == DIMMERS.answer.text
    assert missing == ()


def test_the_same_sentence_is_not_told_twice() -> None:
    answer, _ = joined([LAMPS, replace(LAMPS, question="lamps, again"), POST], Answer(), 0.7)
    assert quoted(answer) == ["All there is to say about lamps.", "All there is to say about post."]


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ([part("lamps", "a.md", 0.2), part("post", "b.md", 0.3)], Answer()),
        ([LAMPS, DIMMERS], BOTH),
        ([LAMPS, replace(DIMMERS, confidence=0.9, leans=True)], BOTH),
        ([LAMPS, part("its price", "b.md", 0.2, leans=True)], LAMPS.answer),
        ([], Answer()),
    ],
    ids=["none is sure", "the whole tells all", "one leans, the whole tells all",
         "one leans without an answer", "one question"],
)  # fmt: skip
def test_otherwise_the_message_is_answered_as_one(parts: list[Part], whole: Answer) -> None:
    assert joined(parts, whole, 0.7) == (Answer(), ())


def test_a_question_that_leans_is_searched_beside_the_one_before() -> None:
    said = Turn(Speaker.CUSTOMER, "Do you ship to Spain? And does it cost extra?")
    first, second = asked_in(Dialogue((said,)))
    assert not first.leans
    assert second.leans
    assert [query.text for query in second.plan.queries] == [
        "And does it cost extra?",
        "Do you ship to Spain? And does it cost extra?",
    ]
