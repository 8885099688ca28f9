"""The same words put together to say another thing: told apart from the same thing in other words."""

import pytest

from bot.wording import closeness
from bot.wording.bearing import misleads
from bot.wording.closeness import Matched
from knowledge.hashing import HashEmbedder


def matched(said: str, evidence: str) -> Matched:
    ours, theirs = HashEmbedder().encode([said, evidence])
    return closeness.match(said, ours, evidence, theirs, "english")


MISLEADING = [
    ("The glass is clean.", "Clean the glass with a damp cloth."),
    ("It was not delivered to the address.", "If it was not delivered to the address, we refund it."),
    ("The serial number is inside the lid of Hearth.", "Inside the lid of Hush, under the plate of Hearth."),
    ("Remove the thermostat at the boiler.", "Thermostats have no wires. Remove the receiver at the boiler."),
    ("The picture is milky at night.", "Light is thrown back by a wall."),
]  # fmt: skip
THE_SAME = [
    ("Each item costs £3.50 to gift wrap.", "Gift wrapping costs £3.50 for each item."),
    ("If it was not delivered, we refund it.", "If it was not delivered, we refund it."),
    (
        "You get an e-mail with your order number.",
        "You get an e-mail. It contains your order number.",
    ),
    ("Clean the glass.", "Clean the glass with a damp cloth."),
]


@pytest.mark.parametrize(("said", "evidence"), MISLEADING)
def test_words_that_the_evidence_does_not_bear_out_together_are_named(
    said: str, evidence: str
) -> None:
    assert misleads(matched(said, evidence), frozenset()) is not None


@pytest.mark.parametrize(("said", "evidence"), THE_SAME)
def test_the_same_in_other_words_passes(said: str, evidence: str) -> None:
    assert misleads(matched(said, evidence), frozenset()) is None
