"""The passages for reading: what is said of them holds, and examples say what was written."""

from pathlib import Path

import numpy as np
import pytest

from evals.reading_examples import (
    KEPT_ASIDE,
    READING,
    Example,
    Thread,
    Written,
    all_companies,
    company_examples,
    read_written,
    twin_examples,
    written_examples,
)
from evals.reliability import auroc
from knowledge.hashing import HashEmbedder

FILES = sorted(READING.glob("*.jsonl"))


def test_as_many_are_there_as_the_documents_say() -> None:
    written = read_written()
    threads = [thread for one in written for thread in one.threads]
    asked = sum(len(thread.questions) for thread in threads)
    follow_ups = sum(len(thread.questions) for thread in threads if thread.earlier)
    assert (len(FILES), len(written), asked, follow_ups) == (23, 8_735, 79_627, 14_153)
    assert all(thread.answered and thread.near_misses for thread in threads)
    assert len({one.body for one in written}) == len(written)


def test_length_does_not_tell_answered_questions_from_near_misses() -> None:
    threads = [thread for one in read_written() for thread in one.threads]
    answered = [len(question) for thread in threads for question, _ in thread.answered]
    missed = [len(question) for thread in threads for question in thread.near_misses]
    told = auroc(
        np.array([*answered, *missed], dtype=np.float64),
        np.array([True] * len(answered) + [False] * len(missed)),
    )
    assert 0.46 < told < 0.54


def test_an_answer_that_does_not_stand_in_its_passage_is_named(tmp_path: Path) -> None:
    line = '{"title": "T", "passage": "We open at nine.", "yes": [["when", "at ten"]], "no": []}'
    (tmp_path / "a.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(ValueError, match=r"'T'.*'at ten'.*'when'"):
        read_written(tmp_path)


def test_every_question_stands_beside_its_passage_with_the_words_that_answer() -> None:
    written = [
        Written(
            f"Shop {n}",
            f"Shop {n} opens at {n}.",
            (Thread("", ((f"when does {n} open", _span(n)),), (f"when does {n} close",)),),
        )
        for n in range(40)
    ]
    found = written_examples(written, HashEmbedder(), seed=3)
    said = [one.passage[slice(*one.span)] for one in found if one.span is not None]
    assert said == [f"opens at {n}" for n in range(40)]
    near = [one for one in found if "close" in one.question]
    assert len(near) == 40
    assert all(one.span is None for one in near)
    longer = [one for one in found if one.passage.count("opens") == 2]
    assert {one.span is None for one in longer} == {True, False}
    others = [one for one in found if "open" in one.question and one.span is None]
    assert 40 < len(others) <= 80
    assert not [one for one in others if one.question.split()[2] == one.passage.split()[1]]


def test_a_follow_up_stands_after_its_question_and_some_others_after_any() -> None:
    leaning = Thread("is shop 7 big", (("and when does it open", _span(7)),), ("and when close",))
    alone = Thread("", (("when does 8 open", _span(8)), ("8, when", _span(8))), ("8 sells what",))
    written = [
        Written(f"Shop {n}", f"Shop {n} opens at {n}.", (thread,))
        for n, thread in ((7, leaning), (8, alone))
    ]
    found = [one for seed in range(40) for one in written_examples(written, HashEmbedder(), seed)]
    assert {one.earlier for one in found if one.question.startswith("and")} == {leaning.earlier}
    others = [one for one in found if "8" in one.question]
    after = [one for one in others if one.earlier]
    assert 0.05 < len(after) / len(others) < 0.3
    assert {one.earlier for one in after} > {"8, when", "and when close"}
    assert all(one.earlier != one.question for one in after)


def _span(number: int) -> tuple[int, int]:
    text = f"Shop {number}\nShop {number} opens at {number}."
    start = text.index("opens")
    return start, len(text) - 1


def test_companies_give_pairs_on_real_passages(tmp_path: Path) -> None:
    assert set(KEPT_ASIDE) < set(all_companies())
    embedder = HashEmbedder()
    twins = twin_examples(tmp_path, embedder, KEPT_ASIDE[:1])
    answered = [one for one in twins if one.span is not None]
    assert len(answered) > 60
    assert len(twins) == 2 * len(answered)
    assert all(one.passage[slice(*_of(one))].strip() for one in answered)
    more = company_examples(tmp_path, embedder, KEPT_ASIDE[:1])
    assert [one for one in more if one.span is not None] == answered
    assert len(more) > len(twins)


def _of(one: Example) -> tuple[int, int]:
    assert one.span is not None
    return one.span
