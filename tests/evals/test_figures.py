"""Outcomes are judged and counted as a person would by hand."""

from pathlib import Path

import pytest

from bot.dialogue import Decision, Reply
from bot.tone import load_tone
from evals.cases import Case
from evals.errors import GateError
from evals.figures import Figure, proportion
from evals.gate import Limit, broken, read_limits
from evals.outcomes import Outcome, Verdict, judge
from evals.suites import run_suite, suites
from knowledge.hashing import HashEmbedder
from knowledge.snapshot import Snapshot
from tests.evals.made import a_case, an_answer, no_answer

HANDOFF = frozenset({Decision.HANDOFF})
VERDICTS = {
    "right": (a_case("a.md"), an_answer("a.md"), Verdict.ANSWERED_RIGHT),
    "wrong": (a_case("a.md"), an_answer("b.md"), Verdict.ANSWERED_WRONG),
    "abstained": (a_case("a.md"), no_answer(Decision.DECLINE), Verdict.ABSTAINED),
    "withheld": (a_case(None), no_answer(Decision.OFFER_HUMAN), Verdict.WITHHELD),
    "invented": (a_case(None), an_answer("a.md"), Verdict.ANSWERED_WRONG),
    "expected": (
        a_case(None, expect=HANDOFF),
        no_answer(Decision.HANDOFF),
        Verdict.AS_EXPECTED,
    ),
    "unexpected": (a_case(None, expect=HANDOFF), an_answer("a.md"), Verdict.UNEXPECTED),
}


@pytest.mark.parametrize(("case", "reply", "verdict"), VERDICTS.values(), ids=VERDICTS)
def test_a_reply_is_judged_by_its_first_citation_and_decision(
    case: Case, reply: Reply, verdict: Verdict
) -> None:
    assert judge(case, reply, 1.0).verdict is verdict


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    from evals.sample import snapshot_of

    folder = tmp_path_factory.mktemp("figures")
    articles: Path = folder / "articles"
    articles.mkdir()
    (articles / "a.md").write_text("Parcels take 3 working days.\n", encoding="utf-8")
    return snapshot_of([articles], folder / "snapshots", HashEmbedder())


def counted(name: str, outcomes: list[Outcome], snapshot: Snapshot) -> dict[str, Figure]:
    suite = next(suite for suite in suites(load_tone()) if suite.name == name)
    run = run_suite(suite, outcomes, snapshot)
    return {} if run is None else {m.metric.name: m.figure for m in run.measured}


def outcomes() -> list[Outcome]:
    decline = no_answer(Decision.DECLINE)
    made = [
        (a_case("a.md"), an_answer("a.md")),
        (a_case("b.md"), an_answer("a.md")),  # b.md stands second
        (a_case("c.md"), decline),
        (a_case("c.md"), an_answer("a.md")),
        (a_case(None), an_answer("a.md")),
        (a_case(None, tags=("off-topic",)), decline),
    ]
    return [
        judge(Case(**{**case.__dict__, "id": str(n)}), reply, 1.0)
        for n, (case, reply) in enumerate(made)
    ]


def test_suites_count_over_the_cases_they_are_about(snapshot: Snapshot) -> None:
    found = counted("retrieval", outcomes(), snapshot)
    assert {name: (f.value, f.count) for name, f in found.items()} == {
        "hit@1": (0.25, 4),
        "hit@3": (0.5, 4),
        "hit@5": (0.5, 4),
        "hit@10": (0.5, 4),
        "mrr": (0.375, 4),
    }
    found = counted("answers", outcomes(), snapshot)
    assert found["answered_right"].value == 0.25
    assert found["answered_wrong"].value == 0.5
    assert found["abstained"].value == 0.25
    assert found["answer_words"].count == 3
    found = counted("abstention", outcomes(), snapshot)
    assert found["unanswerable_answered"].value == 0.5
    assert found["near_misses_answered"].value == 1.0
    assert found["off_topic_answered"].value == 0.0


def test_cases_marked_null_count_as_neither_answerable_nor_unanswerable(
    snapshot: Snapshot,
) -> None:
    one = judge(a_case(None, answerable=None), an_answer("a.md"), 1.0)
    assert counted("abstention", [one], snapshot) == {}
    assert counted("retrieval", [one], snapshot) == {}
    replies = [one.reply, no_answer(Decision.CLARIFY), no_answer(Decision.OFFER_HUMAN)]
    asked = [
        judge(a_case(None, answerable=None, id=str(n)), reply, 1.0)
        for n, reply in enumerate(replies)
    ]
    found = counted("in_doubt", asked, snapshot)
    assert [round(figure.value, 2) for figure in found.values()] == [0.33, 0.33, 0.0, 0.33]


def test_the_interval_is_wilsons() -> None:
    figure = proportion("x", 8, 10)  # 0.4902, 0.9433: Brown, Cai, DasGupta 2001, table of Wilson
    assert (round(figure.low, 4), round(figure.high, 4)) == (0.4902, 0.9433)


MEASURED = {"retrieval/hit@1": proportion("hit@1", 1, 4), "tone/x": proportion("x", 1, 1)}


def test_the_gate_says_which_limit_is_broken_and_by_how_much() -> None:
    limits = [Limit("retrieval/hit@1", at_least=0.3), Limit("tone/x", at_least=0.25)]
    assert broken(limits, MEASURED) == ["retrieval/hit@1 at least 0.3, measured 0.250 on 4 cases"]
    assert broken(limits, MEASURED, ["tone"]) == []


def test_a_gate_on_a_figure_nobody_measured_is_refused() -> None:
    with pytest.raises(GateError, match="nonsense"):
        broken([Limit("retrieval/nonsense", at_least=0.1)], MEASURED)


@pytest.mark.parametrize(
    "text",
    ["mrr = { at_least = 0.3 }", "[a]\nmrr = 0.3", '[a]\nmrr = { at_least = "x" }', "[a", "a = 1"],
    ids=["no suite", "bare", "text", "broken", "number"],
)
def test_a_gate_that_is_not_one_limit_a_figure_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "gate.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(GateError):
        read_limits(file)


def test_the_committed_gate_is_readable_and_can_fail() -> None:
    limits = read_limits()
    assert all(limit.broken_by(-1.0) or limit.broken_by(1000.0) for limit in limits)
    assert {"retrieval/hit@1", "answers/answered_right", "abstention/unanswerable_answered"} <= {
        limit.figure for limit in limits
    }
