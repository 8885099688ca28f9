from pathlib import Path

import bm25s
import numpy as np
import pytest

from knowledge import keywords
from knowledge.keywords import KeywordIndex, Term
from knowledge.word_rows import split_all

WORDS = ["the", "a", "invoice", "refund", "router", "reset", "password", "e104", "late", "parcel"]


@pytest.fixture
def index(tmp_path: Path) -> KeywordIndex:
    """Three hundred texts, their first words common and their last ones rare."""
    random = np.random.default_rng(3)
    chances = 1 / np.arange(1, len(WORDS) + 1)
    texts = [
        " ".join(random.choice(WORDS, size=6, p=chances / chances.sum())) for _ in range(299)
    ] + ["the only xylophone"]
    keywords.write(tmp_path / "words", split_all(texts), ["english"] * len(texts))
    return KeywordIndex(tmp_path / "words", len(texts))


@pytest.mark.parametrize("question", ["the late parcel", "reset a password e104", "a xylophone"])
def test_the_best_are_those_with_the_highest_scores(index: KeywordIndex, question: str) -> None:
    terms = index.terms(question)
    scores = index.score(terms)
    asked = index.ask(terms)
    assert sorted(scores[asked.best(7, None)]) == sorted(scores)[-7:]
    odd = np.arange(index.count) % 2 == 1
    assert sorted(scores[asked.best(7, odd)]) == sorted(scores[odd])[-7:]


def test_texts_with_only_common_words_are_not_brought_up_among_many(
    index: KeywordIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keywords, "_COMMON", 50)
    terms, row = index.terms("the xylophone"), np.array([299])
    assert index.ask(terms).best(7, None).tolist() == [299]
    # The common word counts in the score all the same.
    assert index.ask(terms).at(row) > index.ask(terms[1:]).at(row)


def test_common_words_are_looked_for_when_there_is_nothing_else(
    index: KeywordIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keywords, "_COMMON", 50)
    asked = index.ask(index.terms("the a"))
    found = asked.best(7, None)
    assert len(found) == 7
    assert asked.at(found).min() > 0


@pytest.mark.parametrize("common", [50, 4_000])
def test_some_texts_score_as_among_all(
    index: KeywordIndex, monkeypatch: pytest.MonkeyPatch, common: int
) -> None:
    monkeypatch.setattr(keywords, "_COMMON", common)
    terms, rows = index.terms("the router and a refnd"), np.array([299, 3, 3, 120])
    scores = index.score(terms)[rows]
    assert index.score_at(terms, rows).tolist() == scores.tolist()
    assert index.ask(terms).at(rows) == pytest.approx(scores, rel=1e-6)


def test_nothing_asked_finds_nothing(index: KeywordIndex) -> None:
    assert index.ask(index.terms("?")).best(7, None).tolist() == []


def test_scores_are_those_of_a_library_for_bm25(tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    texts = [" ".join(random.choice(WORDS, size=random.integers(0, 30))) for _ in range(60)]
    keywords.write(tmp_path / "words", split_all(texts), ["none"] * len(texts))
    index = KeywordIndex(tmp_path / "words", len(texts))
    library = bm25s.BM25(k1=1.5, b=0.75, method="lucene")
    library.index([text.split() for text in texts], create_empty_token=False, show_progress=False)
    for word in WORDS:
        ours = index.score([Term(index.terms(word)[0].column, 1.0, word)])
        assert np.allclose(ours, library.get_scores([word]), atol=1e-6)
        assert ours.any()


def test_nothing_to_index_finds_nothing(tmp_path: Path) -> None:
    for name, texts in (("none", []), ("empty", ["", "…"])):
        keywords.write(tmp_path / name, split_all(texts), ["english"] * len(texts))
        assert KeywordIndex(tmp_path / name, len(texts)).terms("parcel") == []
