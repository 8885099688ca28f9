"""Rating what was found: a passage is read where it could change the answer, and only there."""

import math
from dataclasses import dataclass, field, replace

import pytest

from bot.confidence import Coefficients, load_coefficients, measure
from bot.queries import Plan, Query
from bot.rating import Rating
from knowledge.articles import ArticleId
from knowledge.hashing import HashEmbedder
from knowledge.minilm import model_id
from knowledge.passages import Passage, PassageId
from knowledge.search import ArticleHit, Findings
from tests.bot.test_confidence import hit_of

SHIPPED = load_coefficients(model_id())
assert SHIPPED.reads is not None
LOW, HIGH = SHIPPED.reads
QUESTION = "how long does the battery of the Pip last"
TEXT = "The Pip\nIts battery lasts ten hours."
PLANNED = Plan((Query(QUESTION),))


@dataclass
class FakeReader:
    """Says the same of every passage, or what it is told of each; keeps what it was asked."""

    says: float
    of: dict[str, float] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, question: str, passage: str) -> float:
        self.asked.append((question, passage))
        return self.of.get(passage, self.says)


def found(*texts: str) -> Findings:
    """One article, its passages found in this order."""
    passages = [
        Passage(PassageId(f"a#{n}"), ArticleId("a"), "The Pip", "", 0, 30, text, ())
        for n, text in enumerate(texts or [TEXT])
    ]
    asked = HashEmbedder().encode([QUESTION])[0].pooled
    hits = tuple(hit_of(passage, keyword=0.5) for passage in passages)
    return Findings(QUESTION, (ArticleHit(ArticleId("a"), 1.0, hits),), {}, asked)


def rated_before(share: float) -> Coefficients:
    """The shipped coefficients, moved so that what `found` finds is rated `share` before reading."""
    features = measure(found())
    assert features is not None
    total = math.log(share / (1 - share))
    was = SHIPPED.model_copy(update={"reads": None}).probability(features)
    offset = total - math.log(was / (1 - was))
    return SHIPPED.model_copy(update={"intercept": SHIPPED.intercept + offset})


def probability(rating: Rating, findings: Findings) -> float:
    rated = rating.rate(findings, PLANNED)
    assert rated is not None
    return rated.probability


@pytest.mark.parametrize(
    ("share", "is_read"),
    [(LOW - 0.01, False), (LOW + 0.01, True), (HIGH - 0.01, True), (HIGH + 0.01, False)],
)
def test_a_passage_is_read_where_it_is_open_whether_it_answers(share: float, is_read: bool) -> None:
    says_no, says_yes = FakeReader(-6.0), FakeReader(6.0)
    low, high = (
        probability(Rating(rated_before(share), reads), found()) for reads in (says_no, says_yes)
    )
    if is_read:
        assert low < share < high
        assert says_no.asked == [(QUESTION, TEXT)]
    else:
        assert low == high == pytest.approx(share)
        assert says_no.asked == says_yes.asked == []


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("wie lange hält der Akku von dem Pip", TEXT),
        ("pip 电池 能用 多久", TEXT),
        (QUESTION, "电池 能用 十 小时 pip"),
        (
            QUESTION,
            "Der Pip\nDer Akku hält zehn Stunden, wenn er neu ist und das Licht nicht brennt.",
        ),
    ],
    ids=["a German question", "a Chinese question", "a Chinese article", "a German article"],
)
def test_only_english_is_read(question: str, text: str) -> None:
    reads = FakeReader(6.0)
    rated = Rating(rated_before(0.8), reads).rate(found(text), Plan((Query(question),)))
    assert reads.asked == []
    assert rated is not None
    assert math.isnan(rated.features[-1])
    assert rated.answering is None


GUARANTEE = "The Pip\nIt has a guarantee of two years."
CHINESE = "电池 能用 十 小时 pip"
BOX = "The Pip\nIn the box are a cable and a bag."
LAMP = "The Pip\nIts lamp is white."


def test_of_several_passages_the_one_that_answers_best_counts() -> None:
    reads = FakeReader(-4.0, {TEXT: -0.1})
    rated = Rating(rated_before(0.8), reads).rate(found(GUARANTEE, TEXT, BOX, LAMP), PLANNED)
    assert rated is not None
    assert (rated.features[-1], rated.answering) == (-0.1, None)
    assert reads.asked == [(QUESTION, text) for text in (GUARANTEE, TEXT, BOX)]


@pytest.mark.parametrize(
    ("second", "asked"),
    [(0.9, [BOX, GUARANTEE, TEXT]), (1.1, [BOX, GUARANTEE])],
    ids=["it rather answers", "it surely answers"],
)
def test_what_comes_after_a_passage_that_surely_answers_is_not_read(
    second: float, asked: list[str]
) -> None:
    reads = FakeReader(-4.0, {BOX: 0.1, GUARANTEE: second, TEXT: 0.5})
    rated = Rating(rated_before(0.8), reads).rate(found(BOX, GUARANTEE, TEXT), PLANNED)
    assert rated is not None
    assert rated.answering is not None
    assert (rated.features[-1], rated.answering.index_text) == (second, GUARANTEE)
    assert reads.asked == [(QUESTION, text) for text in asked]


def test_a_passage_that_rather_does_not_answer_is_none_that_does() -> None:
    for odds, answers in ((0.0, False), (0.1, True)):
        rated = Rating(rated_before(0.8), FakeReader(odds)).rate(found(), PLANNED)
        assert rated is not None
        assert (rated.answering is not None) is answers


@pytest.mark.parametrize(("interaction", "is_read"), [(0.46, True), (0.44, False), (None, False)])
def test_a_passage_far_from_the_best_one_is_not_read(
    interaction: float | None, is_read: bool
) -> None:
    findings = found(BOX, TEXT)
    (article,) = findings.articles
    first, second = article.hits
    hits = (first, replace(second, interaction=interaction))
    reads = FakeReader(-4.0)
    Rating(rated_before(0.8), reads).rate(
        replace(findings, articles=(replace(article, hits=hits),)), PLANNED
    )
    assert ((QUESTION, TEXT) in reads.asked) is is_read


@pytest.mark.parametrize("unknown", [GUARANTEE, TEXT, BOX])
def test_a_passage_that_cannot_be_read_hides_no_other(unknown: str) -> None:
    reads = FakeReader(-3.0, {GUARANTEE: -1.0, unknown: math.nan})
    rated = Rating(rated_before(0.8), reads).rate(found(GUARANTEE, TEXT, BOX), PLANNED)
    assert rated is not None
    assert rated.features[-1] == (-3.0 if unknown == GUARANTEE else -1.0)


def test_what_cannot_be_read_stays_unknown() -> None:
    rated = Rating(rated_before(0.8), FakeReader(math.nan)).rate(found(), PLANNED)
    assert rated is not None
    assert math.isnan(rated.features[-1])
    assert rated.probability == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("texts", "asked"),
    [((TEXT, CHINESE, BOX), [TEXT, BOX]), ((CHINESE, TEXT), [])],
    ids=["its best passage is English", "its best passage is not"],
)
def test_of_an_article_in_two_languages(texts: tuple[str, ...], asked: list[str]) -> None:
    reads = FakeReader(-6.0)
    rated = Rating(rated_before(0.8), reads).rate(found(*texts), PLANNED)
    assert reads.asked == [(QUESTION, text) for text in asked]
    assert rated is not None
    assert math.isnan(rated.features[-1]) is not bool(asked)


def test_a_follow_up_is_read_in_its_own_words() -> None:
    reads = FakeReader(6.0)
    after = Plan((Query("and in winter"), Query(f"{QUESTION} and in winter", 0.9)), 0.9)
    Rating(rated_before(0.8), reads).rate(found(), after)
    assert reads.asked == [("and in winter", TEXT)]


def test_an_owners_confidence_is_fitted_on_what_is_rated() -> None:
    reads = FakeReader(1.5)
    shut, opened = (
        Rating(rated_before(p), reads).rate(found(), PLANNED) for p in (LOW - 0.01, 0.8)
    )
    assert shut is not None
    assert math.isnan(shut.features[-1])
    assert shut.probability == pytest.approx(LOW - 0.01)
    assert opened is not None
    assert (opened.article, opened.features[-1]) == ("a", 1.5)


def test_without_a_reader_what_is_not_known_counts_as_usual() -> None:
    rating = Rating(rated_before(0.8), None)
    rated = rating.rate(found(), PLANNED)
    assert rated is not None
    assert rated.probability == pytest.approx(0.8)
    assert math.isnan(rated.features[-1])


def test_nothing_found_is_not_rated() -> None:
    nothing = Findings("?", (), {}, HashEmbedder().encode(["?"])[0].pooled)
    for findings in (nothing, None):
        assert Rating(SHIPPED, FakeReader(9.0)).rate(findings, PLANNED) is None
