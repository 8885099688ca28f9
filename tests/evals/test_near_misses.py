"""The invented companies' questions: what is said of them holds, and they are counted as asked."""

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.dialogue import Decision, Dialogue, Reply, Speaker, Turn
from evals import measure_near_misses
from evals.cases import Case, read_cases
from evals.measure_near_misses import COMPANIES, Separation, separation
from evals.outcomes import Outcome, Verdict

NAMES = sorted(path.parent.name for path in COMPANIES.glob("*/questions.jsonl"))


def lines(company: str) -> list[dict[str, Any]]:
    text = (COMPANIES / company / "questions.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def folded(path: Path) -> str:
    return re.sub(r"\s+", " ", path.read_text(encoding="utf-8"))


def test_as_many_are_there_as_the_documents_say() -> None:
    assert len(NAMES) == 16
    assert {len(list((COMPANIES / name).rglob("*.md"))) for name in NAMES} == {16}
    assert sum(len(lines(name)) for name in NAMES) == 2 * 1_474


@pytest.mark.parametrize("company", NAMES)
def test_each_pair_is_one_answered_question_and_one_near_miss(company: str) -> None:
    found = lines(company)
    assert len(read_cases(COMPANIES / company / "questions.jsonl")) == len(found)
    kinds = Counter((line["pair"], line["answerable"]) for line in found)
    assert set(kinds.values()) == {1}
    assert len(kinds) == 2 * len({line["pair"] for line in found})
    assert len({(line["pair"], line["near"]) for line in found}) * 2 == len(found)
    asked = [line["question"].lower() for line in found]
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize("company", NAMES)
def test_evidence_stands_in_the_gold_article_and_near_misses_have_none(company: str) -> None:
    articles = COMPANIES / company / "articles"
    for line in lines(company):
        assert (articles / line["near"]).is_file(), line["id"]
        golds = [line["gold_article"], *line["alt_gold_articles"]]
        if not line["answerable"]:
            assert golds == [None], line["id"]
            assert line["evidence"] is None, line["id"]
            continue
        assert all((articles / gold).is_file() for gold in golds), line["id"]
        evidence = re.sub(r"\s+", " ", line["evidence"]).strip()
        assert evidence in folded(articles / golds[0]), line["id"]


def outcome(answerable: bool, confidence: float, rank: int | None, verdict: Verdict) -> Outcome:
    gold = frozenset({"a.md"} if answerable else ())
    dialogue = Dialogue((Turn(Speaker.CUSTOMER, "May I?"),))
    case = Case("one", dialogue, gold, answerable, None, frozenset(), "tuning", (), "en")
    return Outcome(case, Reply(Decision.ANSWER, "", confidence=confidence), verdict, rank, 1.0)


def test_counts_are_those_of_the_questions() -> None:
    outcomes = [
        outcome(True, 0.9, 1, Verdict.ANSWERED_RIGHT),
        outcome(True, 0.5, 1, Verdict.ABSTAINED),
        outcome(True, 0.8, 2, Verdict.ANSWERED_WRONG),
        outcome(False, 0.7, None, Verdict.ANSWERED_WRONG),
        outcome(False, 0.2, None, Verdict.WITHHELD),
    ]
    assert separation("one", outcomes) == Separation(
        company="one",
        questions=5,
        found_first=pytest.approx(2 / 3),
        auroc=pytest.approx(3 / 4),  # .9 above both twins, .5 above one
        answered_right=pytest.approx(1 / 3),
        answered_wrong=pytest.approx(1 / 3),
        twins_answered=pytest.approx(1 / 2),
        right_at_tenth=pytest.approx(1 / 3),  # above .7: .9 is right and .8 is not
    )


@pytest.mark.parametrize(
    ("given", "why"), [(["acme"], "there is no company 'acme'"), ([], "the sources alone")]
)
def test_what_is_not_there_is_named(
    given: list[str],
    why: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if not given:
        monkeypatch.setattr(measure_near_misses, "COMPANIES", tmp_path)
    monkeypatch.setattr(sys, "argv", ["measure", "--data", str(tmp_path), *given])
    with pytest.raises(SystemExit, match="2"):
        measure_near_misses.main()
    assert why in capsys.readouterr().err
