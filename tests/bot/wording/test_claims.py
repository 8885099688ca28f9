"""What a model wrote becomes claims, whatever stands around them and however it arrives."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording.claims import MAX_CLAIMS, MAX_OBJECT_CHARS, Claim, ClaimReader

ONE = Claim("You have 30 days.", 1, "within 30 days")
LINE = '{"sentence": "You have 30 days.", "passage": 1, "quote": "within 30 days"}'

WRITTEN = {
    "a line": LINE,
    "a fence": f"```json\n{LINE}\n```",
    "an array": f"[{LINE}]",
    "an object around": f'{{"answer": [{LINE}]}}',
    "chatter": f"Sure! Here is the answer:\n{LINE}\nI hope that helps.",
    "over lines": LINE.replace(", ", ",\n"),
    "a number in words": LINE.replace(": 1,", ': "passage 1",'),
    "a list of one": LINE.replace(": 1,", ": [1],"),
    "other names": LINE.replace("sentence", "text").replace("passage", "source"),
    "plain": 'You have 30 days. [1] "within 30 days"',
    "plain with a dash": '- You have 30 days. [1] — "within 30 days"',
}


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN.keys())
def test_a_claim_is_read_from_whatever_stands_around_it(text: str) -> None:
    reader = ClaimReader()
    assert [*reader.feed(text), *reader.finish()] == [ONE]


NOTHING = {
    "nothing": "",
    "prose": "You have 30 days to return it.",
    "half an object": LINE[:-10],
    "no sentence": '{"passage": 1, "quote": "within 30 days"}',
    "a number for a sentence": '{"sentence": 5, "passage": 1, "quote": "x"}',
    "brackets": "}}}]]]{{{[[[",
    "deep": "[" * 5000,
    "endless": '{"sentence": "' + "x" * 3 * MAX_OBJECT_CHARS + '"}',
}


@pytest.mark.parametrize("text", NOTHING.values(), ids=NOTHING.keys())
def test_what_is_no_claim_is_read_as_none(text: str) -> None:
    reader = ClaimReader()
    assert [*reader.feed(text), *reader.finish()] == []


def test_a_claim_without_a_number_or_a_quote_says_so() -> None:
    text = '{"sentence": "A."}\n{"sentence": "B.", "passage": true, "quote": 3}\n'
    assert list(ClaimReader().feed(text)) == [Claim("A.", None, ""), Claim("B.", None, "")]


def test_claims_are_given_as_soon_as_they_are_whole() -> None:
    reader = ClaimReader()
    assert list(reader.feed(LINE[:-1])) == []
    assert list(reader.feed("}")) == [ONE]


def test_a_model_that_does_not_stop_is_cut_off() -> None:
    reader = ClaimReader()
    assert len(list(reader.feed(f"{LINE}\n" * 100))) == MAX_CLAIMS


@given(st.text(), st.text(min_size=1), st.integers(0, 99), st.lists(st.integers(1, 9), max_size=20))
def test_pieces_of_any_size_give_the_same_claims(
    before: str, quote: str, number: int, sizes: list[int]
) -> None:
    line = json.dumps({"sentence": f"S {quote}", "passage": number, "quote": quote})
    text = f"{before.replace('{', '').replace('}', '')}\n{line}\n"
    whole = list(ClaimReader().feed(text))
    reader, at, pieces = ClaimReader(), 0, []
    for size in sizes:
        pieces += list(reader.feed(text[at : at + size]))
        at += size
    pieces += list(reader.feed(text[at:]))
    assert pieces == whole
    assert whole[-1].passage == number
