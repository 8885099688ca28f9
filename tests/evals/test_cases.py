"""Case files are read whole or refused by line."""

from pathlib import Path

import pytest

from bot.dialogue import Decision, Speaker
from evals.cases import (
    CASES,
    SAMPLE_DIALOGUES,
    SAMPLE_QUESTIONS,
    fit_paths,
    only,
    read_cases,
)
from evals.cases import SAMPLE as SAMPLE_FILES
from evals.errors import CaseFileError
from evals.metrics.evidence_recall import recall

SAMPLE = Path(__file__).resolve().parents[2] / "knowledge" / "sample"


def test_a_line_that_is_not_a_case_is_named(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text('{"id": "1", "question": "a"}\n{"id": 2}\n', encoding="utf-8")
    with pytest.raises(CaseFileError, match=r"cases\.jsonl line 2: id"):
        read_cases(file)


def test_roles_of_both_vocabularies_are_understood(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(
        '{"id": "1", "question": "c", "history": [{"role": "user", "text": "a"},'
        ' {"role": "assistant", "text": "b"}], "gold_article": "kb/x.md"}\n',
        encoding="utf-8",
    )
    (case,) = read_cases(file, strip="kb/")
    assert [turn.speaker for turn in case.dialogue.turns] == [
        Speaker.CUSTOMER,
        Speaker.BOT,
        Speaker.CUSTOMER,
    ]
    assert case.gold == {"x.md"}


def test_the_sample_questions_are_enough_and_split_by_article() -> None:
    cases = read_cases(SAMPLE_QUESTIONS)
    assert len(cases) >= 150
    assert len({case.id for case in cases}) == len(cases)
    assert sum(case.answerable is False for case in cases) >= 0.2 * len(cases)
    assert sum(len(case.dialogue.turns) > 1 for case in cases) >= 0.1 * len(cases)
    tuning, locked = only(cases, "tuning"), only(cases, "locked")
    golds = [frozenset().union(*(c.gold for c in part)) for part in (tuning, locked)]
    assert golds[0] & golds[1] == frozenset()
    assert min(len(tuning), len(locked)) >= 50


def test_the_evidence_of_every_sample_question_stands_in_its_article() -> None:
    for case in read_cases(SAMPLE_QUESTIONS):
        assert all((SAMPLE / gold).is_file() for gold in case.gold), case.id
        if case.evidence:
            texts = [" ".join((SAMPLE / g).read_text(encoding="utf-8").split()) for g in case.gold]
            assert any(" ".join(case.evidence.split()) in text for text in texts), case.id


def test_every_sample_dialogue_says_what_is_expected() -> None:
    cases = read_cases(SAMPLE_DIALOGUES)
    assert len(cases) >= 30
    assert all(case.expect for case in cases)


def test_a_line_of_an_attack_file_may_be_neither_answered_nor_handed_over(tmp_path: Path) -> None:
    file = tmp_path / "attacks.jsonl"
    file.write_text('{"id": "x", "text": "<b>", "kind": "xss"}\n', encoding="utf-8")
    (case,) = read_cases(file)
    assert case.question == "<b>"
    assert "attack" in case.tags
    assert Decision.ANSWER not in case.expect
    assert Decision.DECLINE in case.expect


def test_gold_paths_lose_the_folders_that_were_not_ingested(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(
        '{"id": "1", "question": "c", "gold_article": "kb/docs/x.md"}\n'
        '{"id": "2", "question": "c", "gold_article": "kb/gone.md"}\n',
        encoding="utf-8",
    )
    first, second = fit_paths(read_cases(file), {"docs/x.md"})
    assert (first.gold, second.gold) == ({"docs/x.md"}, {"kb/gone.md"})


def test_ids_are_unique_over_all_files_on_the_sample() -> None:
    ids = [case.id for file in SAMPLE_FILES for case in read_cases(file)]
    assert len(set(ids)) == len(ids)


def test_the_evidence_of_every_conversation_stands_in_its_article() -> None:
    for case in read_cases(CASES / "multi_turn.jsonl"):
        texts = [" ".join((SAMPLE / g).read_text(encoding="utf-8").split()) for g in case.gold]
        assert case.evidence, case.id
        wanted = case.evidence.casefold()
        assert any(recall(wanted, text) == 1.0 for text in texts), case.id


def test_a_line_ends_at_a_line_feed_and_at_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text('{"id": "1", "question": "a\u2028b\u0085c"}\n', encoding="utf-8")
    (case,) = read_cases(file)
    assert case.question == "a\u2028b\u0085c"
