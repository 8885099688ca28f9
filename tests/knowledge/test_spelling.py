"""The known words nearest to a misspelt one: none is missed by the short cuts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from knowledge.spelling import Spelling

KNOWN = [
    "delivery",
    "subscription",
    "subscriptions",
    "refund",
    "standard",
    "e104",
    "größe",
    "Ωμέγα",
]
WORDS = st.text("abcäΩ\U00020000", min_size=1, max_size=11)


@pytest.mark.parametrize(
    ("word", "nearest"),
    [
        ("delivry", ["delivery"]),
        ("subscribtion", ["subscription"]),
        ("standrad", ["standard"]),  # two letters exchanged are one edit
        ("grösse", []),  # two edits, in a word too short for two
        ("gröse", ["größe"]),
        ("Ωμέγ", ["Ωμέγα"]),
        ("xefund", []),  # with one edit the first letter stands
        ("xubscription", ["subscription"]),
        ("e105", []),  # a code is not another code
        ("ref", []),
        ("", []),
    ],
)
def test_the_nearest_words_are_named(word: str, nearest: list[str]) -> None:
    assert Spelling(KNOWN).nearest(word) == nearest


def test_of_nothing_nothing_is_near() -> None:
    assert Spelling([]).nearest("delivery") == []


def test_three_words_equally_near_are_enough() -> None:
    assert Spelling(["lampa", "lampb", "lampc", "lampd"]).nearest("lampx") == [
        "lampa",
        "lampb",
        "lampc",
    ]


@given(st.lists(WORDS, unique=True), WORDS)
def test_no_word_is_missed_that_a_comparison_with_each_finds(known: list[str], word: str) -> None:
    edits = 1 if len(word) < 8 else 2
    distances = {
        other: OSA.distance(word, other)
        for other in known
        if len(other) >= 3 and (edits == 2 or other[0] == word[0])
    }
    least = min(distances.values(), default=edits + 1)
    expected = [other for other, distance in distances.items() if distance == least <= edits][:3]
    assert Spelling(known).nearest(word) == (expected if len(word) >= 4 else [])
