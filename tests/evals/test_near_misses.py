"""The invented companies' questions: what is said of them holds, and they are counted as asked."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.assistant import Assistant
from evals.cases import read_cases
from evals.measure_near_misses import COMPANIES, Asked, ask, together, told
from evals.sample import snapshot_of
from knowledge.hashing import HashEmbedder

NAMES = sorted(path.parent.name for path in COMPANIES.glob("*/questions.jsonl"))


def lines(company: str) -> list[dict[str, Any]]:
    text = (COMPANIES / company / "questions.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def folded(path: Path) -> str:
    return re.sub(r"\s+", " ", path.read_text(encoding="utf-8"))


def test_there_are_companies_of_many_trades() -> None:
    assert len(NAMES) == 16


@pytest.mark.parametrize("company", NAMES)
def test_each_pair_is_one_answered_question_and_one_near_miss(company: str) -> None:
    found = lines(company)
    assert len(read_cases(COMPANIES / company / "questions.jsonl")) == len(found)
    kinds = Counter((line["pair"], line["answerable"]) for line in found)
    assert set(kinds.values()) == {1}
    assert len(kinds) == 2 * len({line["pair"] for line in found})
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


def test_every_question_is_asked_of_the_companys_articles(tmp_path: Path) -> None:
    embedder = HashEmbedder()
    folder = COMPANIES / NAMES[0]
    snapshot = snapshot_of([folder / "articles"], tmp_path / "snapshots", embedder)
    cases = read_cases(folder / "questions.jsonl")
    asked = ask(NAMES[0], cases, snapshot, Assistant(embedder))
    assert len(asked.rated) == len(cases)
    assert asked.answerable.sum() * 2 == len(cases)
    assert not (asked.right & ~asked.answerable).any()
    assert 0.3 < asked.right[asked.answerable].mean() < 1.0  # words alone find most of them


def test_counts_are_those_of_the_questions() -> None:
    right = np.array([True, True, False, False, False])
    answerable = np.array([True, True, True, False, False])
    some = Asked("one", np.array([0.9, 0.5, 0.8, 0.7, 0.2]), right, answerable)
    found = told(some, 0.6)
    assert (found.questions, found.first_found) == (5, pytest.approx(2 / 3))
    assert found.auroc == pytest.approx(3 / 4)  # .9 above both near misses, .5 above one
    assert found.answered_right == pytest.approx(1 / 3)
    assert found.near_misses_answered == pytest.approx(1 / 2)
    assert found.right_at_limit == pytest.approx(1 / 3)
    assert told(together([some, some]), 0.6).questions == 10
