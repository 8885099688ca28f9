import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from knowledge import cores
from knowledge.embedding import Encoded
from knowledge.finder import Candidates
from knowledge.hashing import HashEmbedder
from knowledge.search import Filters, WeightedQuery
from knowledge.snapshot import FolderStore, Snapshot
from tests.knowledge.small import article, build


def first(snapshot: Snapshot, question: str) -> str:
    return snapshot.search(question, HashEmbedder()).articles[0].article


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param("E-104", "error-e104.md", id="code-as-written"),
        pytest.param("my hub says e104", "error-e104.md", id="code-without-mark"),
        pytest.param("fault E 104 on the hub", "error-e104.md", id="code-with-space"),
        pytest.param("x200", "error-e104.md", id="product-name"),
        pytest.param("standrad delivry", "delivery.md", id="misspelt"),
        pytest.param("Wie lösche ich mein Konto?", "konto.md", id="german"),
        pytest.param("konto loschen", "konto.md", id="without-accents"),
        pytest.param("怎么退货", "zh.md", id="chinese"),
    ],
)
def test_a_question_finds_its_article_however_it_is_written(
    snapshot: Snapshot, question: str, expected: str
) -> None:
    assert first(snapshot, question) == expected


def test_one_code_is_not_corrected_into_another(snapshot: Snapshot) -> None:
    findings = snapshot.search("E-105", HashEmbedder())
    assert {hit.keyword for hit in findings.hits} == {0.0}


def test_filters_narrow_by_language_tags_and_product(store: FolderStore) -> None:
    text = "A refund takes five days."
    made = build(
        [
            article("en.md", "Refunds", text, locale="en-GB", tags=("billing",), product="hub"),
            article("de.md", "Refunds", text, locale="de", tags=("billing", "eu"), product="hub"),
            article("any.md", "Refunds", text, product="lamp"),
        ]
    )
    snapshot = store.open(store.publish(made))

    def found(filters: Filters) -> set[str]:
        hits = snapshot.search("refund", HashEmbedder(), filters=filters).articles
        return {hit.article for hit in hits}

    assert found(Filters()) == {"en.md", "de.md", "any.md"}
    assert found(Filters(locale="en")) == {"en.md", "any.md"}
    assert found(Filters(tags=frozenset({"billing"}))) == {"en.md", "de.md"}
    assert found(Filters(tags=frozenset({"billing", "eu"}))) == {"de.md"}
    assert found(Filters(product="lamp")) == {"any.md"}
    assert found(Filters(product="radio")) == set()


def test_several_queries_are_weighed_together(snapshot: Snapshot) -> None:
    embedder = HashEmbedder()
    texts = ["refund", "standard delivery times"]
    one, other = (WeightedQuery(t, e) for t, e in zip(texts, embedder.encode(texts), strict=True))

    def best(left: float, right: float) -> str:
        queries = [
            WeightedQuery(one.text, one.encoded, left),
            WeightedQuery(other.text, other.encoded, right),
        ]
        return snapshot.search_encoded(queries).articles[0].article

    assert best(0.9, 0.1) == "refunds.md"
    assert best(0.1, 0.9) == "delivery.md"


def candidates(snapshot: Snapshot, query: WeightedQuery) -> Candidates:
    return snapshot.finder.candidates(snapshot.finder.weigh([query]), None)


def test_words_count_for_more_when_the_model_cuts_the_question_to_pieces(
    snapshot: Snapshot,
) -> None:
    text = "parcel label"
    (whole,) = HashEmbedder().encode([text])
    halves = [(0, 3), (3, 6), (7, 9), (9, 12)]
    pieces = Encoded(
        whole.pooled, np.repeat(whole.tokens, 2, axis=0), np.array(halves, dtype=np.int32)
    )
    known = candidates(snapshot, WeightedQuery(text, whole))
    strange = candidates(snapshot, WeightedQuery(text, pieces))
    assert not known.foreign_article.any()
    assert strange.article_keyword.any()
    assert np.array_equal(strange.foreign_article, strange.article_keyword)


def test_rare_words_steer_the_focused_vector(snapshot: Snapshot) -> None:
    text = "the the the parcel"
    (encoded,) = HashEmbedder().encode([text])
    found = candidates(snapshot, WeightedQuery(text, encoded))
    returns = int(np.flatnonzero(snapshot.article_rows({"returns.md"})[found.rows])[0])
    assert found.focused[returns] > found.dense[returns]
    silent = replace(encoded, tokens=encoded.tokens[:0], spans=encoded.spans[:0])
    bare = candidates(snapshot, WeightedQuery("", silent))
    assert np.allclose(bare.focused, bare.dense)


def test_function_words_move_neither_maxsim_nor_the_articles_words(snapshot: Snapshot) -> None:
    texts = ["parcel", "it is with the parcel of the"]
    bare, wordy = (
        WeightedQuery(text, encoded)
        for text, encoded in zip(texts, HashEmbedder().encode(texts), strict=True)
    )
    rows = np.arange(snapshot.manifest.passage_count)
    finder = snapshot.finder
    plain, told = (finder.look_closer(finder.weigh([query]), rows) for query in (bare, wordy))
    assert np.allclose(plain.interaction, told.interaction, atol=1e-4)
    only_function_words = WeightedQuery("is it the", HashEmbedder().encode(["is it the"])[0])
    assert np.isfinite(
        finder.look_closer(finder.weigh([only_function_words]), rows).interaction
    ).all()


def test_an_articles_passages_answer_a_question_together(snapshot: Snapshot) -> None:
    (encoded,) = HashEmbedder().encode(["parcel refund"])
    rows = np.arange(snapshot.manifest.passage_count)
    weighed = snapshot.finder.weigh([WeightedQuery("parcel refund", encoded)])
    closer = snapshot.finder.look_closer(weighed, rows)
    assert (closer.article_interaction >= closer.interaction - 1e-6).all()
    for one in snapshot.articles():
        own = closer.article_interaction[snapshot.article_rows({one.id})]
        assert np.ptp(own) == 0


def test_terms_tell_known_words_from_unknown_ones(snapshot: Snapshot) -> None:
    terms = snapshot.search("refund zeppelin", HashEmbedder()).terms
    assert terms["refund"] > 0
    assert terms["zeppelin"] == 0.0


@pytest.mark.parametrize("question", ["", "?!", "\x00", "a" * 50_000, "🙂"], ids=range(5))
def test_any_text_can_be_searched_for(snapshot: Snapshot, question: str) -> None:
    findings = snapshot.search(question, HashEmbedder())
    assert findings.question == question


@pytest.mark.parametrize("question", ["parcel refund", "E-104"])
def test_a_spare_core_changes_nothing_that_is_found(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    looked_in, found, begun = [], [], threading.Event()
    headings, passages = snapshot.finder._headings, snapshot.finder._dense
    nearest_headings, nearest_passages = headings.nearest, passages.nearest

    def watched(*asked: Any) -> Any:
        looked_in.append(threading.current_thread())
        begun.set()
        return nearest_headings(*asked)

    def late(*asked: Any) -> Any:
        assert begun.wait(30)
        return nearest_passages(*asked)

    monkeypatch.setattr(headings, "nearest", watched)
    for spare in (True, False):
        monkeypatch.setattr(cores, "spare", lambda spare=spare: spare)
        monkeypatch.setattr(passages, "nearest", late if spare else nearest_passages)
        found.append(
            [(hit.passage.id, hit.score) for hit in snapshot.search(question, HashEmbedder()).hits]
        )
    assert found[0] == found[1]
    here = threading.current_thread()
    assert [thread is here for thread in looked_in] == [False, True]


def test_results_are_ordered_and_bounded(snapshot: Snapshot) -> None:
    findings = snapshot.search("delivery of an order", HashEmbedder(), limit_articles=3)
    scores = [hit.score for hit in findings.articles]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)
