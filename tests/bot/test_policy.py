"""The policy's truth table, and what holds for every input."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue import Decision
from bot.matters import Matter, load_matters
from bot.policy import Signals, decide
from bot.rules import load_rules

RULES = load_rules()
SURE = RULES.answer.min_confidence
SOME = RULES.ask_back.min_confidence
ANGRY = RULES.person.offer_at_frustration
FURIOUS = RULES.person.hand_over_at_frustration


def _matter(name: str) -> Matter:
    return next(matter for matter in load_matters() if matter.name == name)


CASES = {
    "in a language of no article nothing is off topic": (
        Signals(confidence=0.0, foreign=True),
        Decision.OFFER_HUMAN,
        True,
    ),
    "a second foreign question hands over as any second failure": (
        Signals(confidence=0.0, foreign=True, offered=True, failures_since_offer=1),
        Decision.HANDOFF,
        False,
    ),
    "a direct wish hands over": (
        Signals(wants_person=0.9, confidence=1.0, has_answer=True),
        Decision.HANDOFF,
        False,
    ),
    "a sure answer is sent": (
        Signals(confidence=SURE, has_answer=True),
        Decision.ANSWER,
        False,
    ),
    "a sure guess without evidence is not sent": (
        Signals(confidence=1.0, has_answer=False),
        Decision.OFFER_HUMAN,
        True,
    ),
    "a sure answer to an angry customer carries the offer": (
        Signals(confidence=SURE, has_answer=True, frustration=ANGRY),
        Decision.ANSWER,
        True,
    ),
    "an angry customer is not offered a person twice": (
        Signals(confidence=SURE, has_answer=True, frustration=ANGRY, offered=True),
        Decision.ANSWER,
        False,
    ),
    "anger that stays after the offer hands over": (
        Signals(confidence=SURE, has_answer=True, frustration=FURIOUS, offered=True),
        Decision.HANDOFF,
        False,
    ),
    "a matter named in instructions for a machine hands nothing over": (
        Signals(matter=_matter("legal"), outside=True),
        Decision.DECLINE,
        False,
    ),
    "a life in danger hands over even among instructions": (
        Signals(matter=_matter("self_harm"), outside=True),
        Decision.HANDOFF,
        False,
    ),
    "an open detail is asked for before a sure answer": (
        Signals(confidence=SURE, has_answer=True, open_detail=2),
        Decision.CLARIFY,
        False,
    ),
    "an open detail is asked for once": (
        Signals(confidence=SURE, has_answer=True, open_detail=2, asked_back=True),
        Decision.ANSWER,
        False,
    ),
    "the source of the last answer is shown": (
        Signals(confidence=0.0, has_answer=True, shows_source=True),
        Decision.ANSWER,
        False,
    ),
    "near ties ask back": (
        Signals(confidence=SOME, has_answer=True, near_ties=2),
        Decision.CLARIFY,
        False,
    ),
    "the bot does not ask back twice in a row": (
        Signals(confidence=SOME, has_answer=True, near_ties=2, asked_back=True),
        Decision.OFFER_HUMAN,
        True,
    ),
    "an unsure answer offers a person": (
        Signals(confidence=SOME, has_answer=True),
        Decision.OFFER_HUMAN,
        True,
    ),
    "after the offer it says no": (
        Signals(confidence=SOME, has_answer=True, offered=True),
        Decision.DECLINE,
        False,
    ),
    "an off-topic question is declined without an offer": (
        Signals(confidence=0.0, has_answer=True),
        Decision.DECLINE,
        False,
    ),
    "without articles a person is offered": (
        Signals(searched=False),
        Decision.OFFER_HUMAN,
        True,
    ),
    "small talk gets small talk": (Signals(smalltalk=True), Decision.SMALLTALK, False),
    "an insult gets the offer when anger is heard": (
        Signals(smalltalk=True, frustration=ANGRY),
        Decision.OFFER_HUMAN,
        True,
    ),
    "a message without words asks for words": (Signals(unclear=True), Decision.CLARIFY, False),
    "a first rejected answer is asked back about": (
        Signals(rejected=True, confidence=1.0, has_answer=True, failures=1),
        Decision.CLARIFY,
        False,
    ),
    "a second rejected answer brings the offer": (
        Signals(rejected=True, confidence=1.0, has_answer=True, failures=2),
        Decision.OFFER_HUMAN,
        True,
    ),
    "a rejection after a question back brings the offer": (
        Signals(rejected=True, asked_back=True),
        Decision.OFFER_HUMAN,
        True,
    ),
    "a calm rejection is not taken for anger": (
        Signals(rejected=True, frustration=ANGRY, failures=1),
        Decision.CLARIFY,
        False,
    ),
    "a shouted rejection brings the offer": (
        Signals(rejected=True, loud=True, frustration=ANGRY, failures=1),
        Decision.OFFER_HUMAN,
        True,
    ),
    "a rejection after the offer hands over": (
        Signals(rejected=True, offered=True),
        Decision.HANDOFF,
        False,
    ),
    "two failed answers bring the offer along with a sure answer": (
        Signals(confidence=SURE, has_answer=True, failures=2),
        Decision.ANSWER,
        True,
    ),
    "three turns on the same point bring the offer along with a sure answer": (
        Signals(confidence=SURE, has_answer=True, repeats=3),
        Decision.ANSWER,
        True,
    ),
    "two turns on the same point are not enough": (
        Signals(confidence=SURE, has_answer=True, repeats=2),
        Decision.ANSWER,
        False,
    ),
    "failures that go on after the offer hand over": (
        Signals(confidence=SOME, failures=2, failures_since_offer=1, offered=True),
        Decision.HANDOFF,
        False,
    ),
    "failures before the offer do not hand over once there is an answer": (
        Signals(confidence=SURE, has_answer=True, failures=3, offered=True),
        Decision.ANSWER,
        False,
    ),
    "what an offer brought, come again without an answer, hands over": (
        Signals(confidence=SOME, repeats=2, offered=True),
        Decision.HANDOFF,
        False,
    ),
    "the same point a third time after the offer hands over": (
        Signals(confidence=SURE, has_answer=True, repeats=3, offered=True),
        Decision.HANDOFF,
        False,
    ),
    "who turned the offer down is not handed over for asking again": (
        Signals(confidence=SOME, repeats=3, offered=True, refused=True),
        Decision.DECLINE,
        False,
    ),
    "questions off the topic hand nobody over": (
        Signals(confidence=0.0, failures_since_offer=1, offered=True),
        Decision.DECLINE,
        False,
    ),
}


@pytest.mark.parametrize(("signals", "decision", "offer"), CASES.values(), ids=CASES.keys())
def test_truth_table(signals: Signals, decision: Decision, offer: bool) -> None:
    verdict = decide(signals, RULES)
    assert (verdict.decision, verdict.offer) == (decision, offer)


PROBABILITY = st.floats(0.0, 1.0)
ANY_SIGNALS = st.builds(
    Signals,
    wants_person=PROBABILITY,
    frustration=PROBABILITY,
    confidence=PROBABILITY,
    smalltalk=st.booleans(),
    unclear=st.booleans(),
    has_answer=st.booleans(),
    near_ties=st.integers(0, 5),
    offered=st.booleans(),
    refused=st.booleans(),
    asked_back=st.booleans(),
    failures=st.integers(0, 6),
    failures_since_offer=st.integers(0, 6),
    repeats=st.integers(1, 6),
    rejected=st.booleans(),
    loud=st.booleans(),
    searched=st.booleans(),
    foreign=st.booleans(),
)


@given(ANY_SIGNALS)
def test_an_episode_never_gets_a_second_offer(signals: Signals) -> None:
    assert not (signals.offered and decide(signals, RULES).offer)


@given(ANY_SIGNALS)
def test_an_answer_is_only_sent_with_evidence_and_confidence(signals: Signals) -> None:
    if decide(signals, RULES).decision is Decision.ANSWER:
        assert signals.has_answer
        assert signals.confidence >= SURE


@given(ANY_SIGNALS)
def test_a_direct_wish_is_always_honoured(signals: Signals) -> None:
    if signals.wants_person >= RULES.person.direct_wish:
        assert decide(signals, RULES).decision is Decision.HANDOFF


@given(ANY_SIGNALS)
def test_offering_without_an_answer_is_marked_as_the_offer(signals: Signals) -> None:
    verdict = decide(signals, RULES)
    if verdict.decision is Decision.OFFER_HUMAN:
        assert verdict.offer
    assert verdict.reason


@given(ANY_SIGNALS)
def test_three_turns_on_a_point_or_two_failed_answers_offer_or_hand_over(signals: Signals) -> None:
    rules = RULES.person
    enough = signals.failures >= rules.offer_after_failures
    enough = enough or signals.repeats >= rules.offer_after_repeats
    if enough and not signals.offered:
        verdict = decide(signals, RULES)
        assert verdict.offer or verdict.decision is Decision.HANDOFF


def test_instructions_for_a_machine_hand_over_only_for_a_clear_wish() -> None:
    said = Signals(wants_person=0.7, outside=True)
    assert decide(said, RULES).decision is Decision.DECLINE
    assert decide(replace(said, wants_person=0.99), RULES).decision is Decision.HANDOFF
    assert decide(replace(said, outside=False), RULES).decision is Decision.HANDOFF


@pytest.mark.parametrize(
    ("signals", "asks"),
    [
        (Signals(near_ties=3, confidence=0.5, opening=True), True),
        (Signals(near_ties=3, confidence=0.5, opening=True, unknown=0.5), False),
        (Signals(near_ties=3, confidence=0.35, opening=True), False),
        (Signals(near_ties=3, confidence=0.35, unknown=0.5), True),
        (Signals(near_ties=3, confidence=0.35, unknown=0.9, opening=True, foreign=True), True),
        (Signals(near_ties=1, confidence=0.5, opening=True), False),
        (Signals(near_ties=3, confidence=0.5, opening=True, asked_back=True), False),
    ],
    ids=["could be meant", "a word that no article holds", "far from an answer", "later on",
         "another language", "one article", "asked before"],
)  # fmt: skip
def test_choices_are_offered_only_where_each_could_be_meant(signals: Signals, asks: bool) -> None:
    verdict = decide(signals, load_rules())
    assert (verdict.decision is Decision.CLARIFY) is asks
    assert asks or verdict.decision is Decision.OFFER_HUMAN
