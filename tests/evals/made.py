"""Cases, replies and a snapshot made by hand for the tests of metrics and reports."""

from dataclasses import replace

from bot.dialogue import (
    Citation,
    Decision,
    Dialogue,
    Reply,
    ReplySentence,
    Retrieved,
    Speaker,
    Turn,
)
from evals.cases import Case
from evals.outcomes import Outcome, judge

TEXT = "Parcels take 3 working days. We do not deliver on Sundays."
QUOTE = "Parcels take 3 working days."


def a_case(gold: str | None, **more: object) -> Case:
    case = Case(
        id="c",
        dialogue=Dialogue(turns=(Turn(Speaker.CUSTOMER, "where is it?"),)),
        gold=frozenset({gold}) if gold else frozenset(),
        answerable=bool(gold),
        evidence=None,
        expect=frozenset(),
        part="tuning",
        tags=(),
        lang="en",
    )
    return replace(case, **more)


def asked(case: Case, text: str) -> Case:
    return replace(case, dialogue=Dialogue((Turn(Speaker.CUSTOMER, text),)))


def an_answer(article: str = "a.md", *, quote: str = QUOTE, lead: str = "Happy to help.") -> Reply:
    return Reply(
        decision=Decision.ANSWER,
        text=f"{lead}\n\n{quote}",
        sentences=(ReplySentence(lead, None), ReplySentence(quote, 0)),
        citations=(Citation(article, "T", None, quote, 0, len(quote)),),
        retrieved=(Retrieved(article, f"{article}#0", 1.0), Retrieved("b.md", "b.md#0", 0.5)),
        confidence=0.9,
    )


def no_answer(decision: Decision, text: str = "Shall I get a person?") -> Reply:
    return Reply(decision=decision, text=text, confidence=0.2)


def outcome(case: Case, reply: Reply) -> Outcome:
    return judge(case, reply, 12.0)
