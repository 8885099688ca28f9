"""Outcomes are judged and counted as a person would by hand."""

import pytest

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
from evals.errors import GateError
from evals.figures import figures, proportion
from evals.gate import Limit, broken, read_limits
from evals.outcomes import Outcome, Verdict, judge


def a_case(
    gold: str | None, *, answerable: bool | None = None, expect: Decision | None = None
) -> Case:
    return Case(
        id="c",
        dialogue=Dialogue(turns=(Turn(Speaker.CUSTOMER, "where is it?"),)),
        gold=frozenset({gold}) if gold else frozenset(),
        answerable=bool(gold) if answerable is None else answerable,
        evidence=None,
        expect=frozenset({expect}) if expect else frozenset(),
        part="tuning",
        tags=(),
        lang="en",
    )


def a_reply(decision: Decision, cited: str | None = None, *ranked: str) -> Reply:
    citations = (Citation(cited, "T", None, "q", 0, 1),) if cited else ()
    return Reply(
        decision=decision,
        text="…",
        sentences=(
            ReplySentence("Happy to help.", None),
            *(ReplySentence("q", 0) for _ in citations),
        ),
        citations=citations,
        retrieved=tuple(Retrieved(article, f"{article}#0", 1.0) for article in ranked),
    )


VERDICTS = {
    "right": (a_case("a.md"), a_reply(Decision.ANSWER, "a.md"), Verdict.ANSWERED_RIGHT),
    "wrong": (a_case("a.md"), a_reply(Decision.ANSWER, "b.md"), Verdict.ANSWERED_WRONG),
    "abstained": (a_case("a.md"), a_reply(Decision.DECLINE), Verdict.ABSTAINED),
    "withheld": (a_case(None), a_reply(Decision.OFFER_HUMAN), Verdict.WITHHELD),
    "invented": (a_case(None), a_reply(Decision.ANSWER, "a.md"), Verdict.ANSWERED_WRONG),
    "expected": (
        a_case(None, expect=Decision.HANDOFF),
        a_reply(Decision.HANDOFF),
        Verdict.AS_EXPECTED,
    ),
    "unexpected": (
        a_case(None, expect=Decision.HANDOFF),
        a_reply(Decision.ANSWER, "a.md"),
        Verdict.UNEXPECTED,
    ),
}


@pytest.mark.parametrize(("case", "reply", "verdict"), VERDICTS.values(), ids=VERDICTS)
def test_a_reply_is_judged_by_its_first_citation_and_decision(
    case: Case, reply: Reply, verdict: Verdict
) -> None:
    assert judge(case, reply, 1.0).verdict is verdict


def outcomes() -> list[Outcome]:
    answer, decline = Decision.ANSWER, Decision.DECLINE
    return [
        judge(a_case("a.md"), a_reply(answer, "a.md", "a.md", "a.md", "b.md"), 1.0),
        judge(a_case("a.md"), a_reply(answer, "b.md", "b.md", "b.md", "a.md"), 1.0),
        judge(a_case("a.md"), a_reply(decline, None, "c.md", "d.md", "e.md", "a.md"), 1.0),
        judge(a_case("a.md"), a_reply(decline, None, "c.md"), 1.0),
        judge(a_case(None), a_reply(answer, "a.md", "a.md"), 1.0),
        judge(a_case(None), a_reply(decline, None, "a.md"), 1.0),
    ]


def test_figures_are_counted_over_the_cases_they_are_about() -> None:
    counted = {f.name: (round(f.value, 4), f.count) for f in figures(outcomes())}
    assert counted == {
        "hit@1": (0.25, 4),
        "hit@3": (0.5, 4),
        "hit@5": (0.75, 4),
        "hit@10": (0.75, 4),
        "mrr": (round((1 + 1 / 2 + 1 / 4 + 0) / 4, 4), 4),
        "answered_right": (0.25, 4),
        "answered_wrong": (0.25, 4),
        "abstained": (0.5, 4),
        "unanswerable_answered": (0.5, 2),
    }


def test_cases_marked_null_count_as_neither_answerable_nor_unanswerable() -> None:
    case = Case(**{**a_case(None).__dict__, "answerable": None})
    assert figures([judge(case, a_reply(Decision.ANSWER, "a.md"), 1.0)]) == []


def test_the_interval_is_wilsons() -> None:
    figure = proportion("x", 8, 10)  # 0.4902, 0.9433: Brown, Cai, DasGupta 2001, table of Wilson
    assert (round(figure.low, 4), round(figure.high, 4)) == (0.4902, 0.9433)


def test_the_gate_says_which_limit_is_broken_and_by_how_much() -> None:
    limits = [Limit("hit@1", at_least=0.3), Limit("answered_wrong", at_most=0.25)]
    assert broken(limits, figures(outcomes())) == ["hit@1 at least 0.3, measured 0.250 on 4 cases"]


def test_a_gate_on_a_figure_nobody_measured_is_refused() -> None:
    with pytest.raises(GateError, match="nonsense"):
        broken([Limit("nonsense", at_least=0.1)], figures(outcomes()))


def test_the_committed_gate_is_readable_and_can_fail() -> None:
    limits = read_limits()
    assert all(limit.broken_by(-1.0) or limit.broken_by(2.0) for limit in limits)
    assert {"hit@1", "answered_right", "unanswerable_answered"} <= {
        limit.figure for limit in limits
    }
