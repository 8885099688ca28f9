"""Matters a person should see are noticed, and the rules an owner edits are checked."""

from pathlib import Path

import pytest

from bot.dialogue import Decision
from bot.errors import RulesInvalid
from bot.matters import Action, load_matters, matter_of
from bot.policy import Signals, decide
from bot.rules import load_rules

NOTICED = {
    "my charger is smoking and smells awful": "safety",
    "The battery looks swollen": "safety",
    "Aus der Lampe kommt Rauch": "safety",
    "someone logged into my account and changed the address": "fraud",
    "I did not authorise this payment": "fraud",
    "my solicitor will be in touch": "legal",
    "you sent me the invoice of another customer": "privacy",
    "I don't want to live any more": "self_harm",
    "my wife passed away in May": "bereavement",
    "how do I cancel my subscription": "cancellation",
}
NOT_NOTICED = [
    "is smoking allowed on the balcony",
    "does the smoke alarm need a hub",
    "can I burn a cd",
    "the battery died after a day",
    "can I do a transfer to Bulgaria",
    "which brand is best",
    "does it work with Fire TV",
    "where is the tennis court",
]


@pytest.mark.parametrize(("text", "name"), NOTICED.items())
def test_a_matter_is_noticed(text: str, name: str) -> None:
    matter = matter_of(text, load_matters())
    assert matter is not None
    assert matter.name == name


@pytest.mark.parametrize("text", NOT_NOTICED)
def test_an_everyday_question_is_no_matter(text: str) -> None:
    assert matter_of(text, load_matters()) is None


def test_a_matter_of_safety_is_handed_over_although_an_answer_is_there() -> None:
    matter = matter_of("there are flames", load_matters())
    verdict = decide(Signals(matter=matter, has_answer=True, confidence=0.99), load_rules())
    assert (verdict.decision, verdict.reason) == (Decision.HANDOFF, "safety")


def test_a_matter_of_fraud_is_answered_with_the_offer_of_a_person() -> None:
    matter = matter_of("my card was stolen", load_matters())
    assert matter is not None
    assert matter.action is Action.OFFER
    verdict = decide(Signals(matter=matter, has_answer=True, confidence=0.99), load_rules())
    assert (verdict.decision, verdict.offer) == (Decision.ANSWER, True)


def test_owners_rules_replace_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "matters.toml"
    file.write_text('[recall]\naction = "hand_over"\npriority = 2\nwords = ["recall"]\n', "utf-8")
    (matter,) = load_matters(file)
    assert matter_of("Is my kettle part of the RECALL?", (matter,)) is matter


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[a]\naction = "shout"\nwords = ["x"]\n', "action"),
        ('[a]\naction = "offer"\nwords = ["("]\n', "words"),
        ('[a]\naction = "offer"\nwords = ["x"]\npriority = 77\n', "priority"),
        ("[a\n", "matters.toml"),
    ],
    ids=["unknown action", "bad pattern", "priority out of range", "not TOML"],
)
def test_a_wrong_rule_is_refused_by_name(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "matters.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RulesInvalid, match=named):
        load_matters(file)


def test_fraud_that_was_offered_a_person_before_and_has_no_answer_is_handed_over() -> None:
    matter = matter_of("my card was stolen", load_matters())
    signals = Signals(matter=matter, offered=True, confidence=0.3)
    verdict = decide(signals, load_rules())
    assert (verdict.decision, verdict.reason) == (Decision.HANDOFF, "fraud")
