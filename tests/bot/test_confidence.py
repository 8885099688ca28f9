"""Confidence: coefficients that fit the model in use, or a refusal."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from bot.confidence import FALLING, FEATURES, Coefficients, load_coefficients, measure
from bot.errors import ConfidenceMismatch
from knowledge.articles import ArticleId
from knowledge.hashing import HashEmbedder
from knowledge.minilm import model_id
from knowledge.passages import Passage, PassageId
from knowledge.search import ArticleHit, Findings, Hit

SHIPPED = [model_id(), HashEmbedder().model_id]


@pytest.mark.parametrize("model", SHIPPED)
def test_shipped_coefficients_name_what_they_were_fitted_on(model: str) -> None:
    coefficients = load_coefficients(model)
    assert coefficients.model_id == model
    assert coefficients.fitted_on
    assert all(len(source.sha256) == 64 for source in coefficients.fitted_on)


def test_a_better_match_is_more_likely_right() -> None:
    coefficients = load_coefficients(model_id())
    low = dict(zip(FEATURES, coefficients.mean, strict=True))
    high = dict(low, sentences=low["sentences"] + 0.2, coverage=1.0)
    high.update({name: low[name] + 0.1 for name in FEATURES if name.endswith("_lead")})
    rated = [coefficients.probability([f[name] for name in FEATURES]) for f in (low, high)]
    assert 0.0 < rated[0] < rated[1] < 1.0


def test_another_model_is_refused_by_name() -> None:
    with pytest.raises(ConfidenceMismatch, match="some-other-model"):
        load_coefficients("some-other-model")


@pytest.mark.parametrize(
    "change",
    [
        {"features": ["dense"]},
        {"weights": [1.0]},
        {"scale": [0.0] * len(FEATURES)},
        {"reads": [0.9, 0.5]},
        {"reads": [0.5, 1.5]},
    ],
    ids=["other features", "a weight missing", "a scale of nothing", "no band", "above 1"],
)
def test_coefficients_that_do_not_fit_the_code_are_refused(
    tmp_path: Path, change: dict[str, object]
) -> None:
    entry = load_coefficients(model_id()).model_dump() | change
    file = tmp_path / "confidence.json"
    file.write_text(json.dumps({"format": 1, "models": [entry]}), encoding="utf-8")
    with pytest.raises(ConfidenceMismatch):
        load_coefficients(model_id(), file)


def test_nothing_found_has_no_features() -> None:
    nothing = Findings("?", (), {}, HashEmbedder().encode(["?"])[0].pooled)
    assert measure(nothing) is None


@pytest.mark.parametrize("model", SHIPPED)
def test_what_is_not_known_counts_as_usual_and_no_weight_turns_against_its_meaning(
    model: str,
) -> None:
    coefficients = load_coefficients(model)
    usual = list(coefficients.mean)
    unknown = [
        math.nan if name.endswith("_lead") else x for name, x in zip(FEATURES, usual, strict=True)
    ]
    assert coefficients.probability(unknown) == pytest.approx(coefficients.probability(usual))
    for name, weight in zip(FEATURES, coefficients.weights, strict=True):
        assert weight <= 0 if name in FALLING else weight >= 0


def test_one_article_alone_leads_nobody() -> None:
    passage = Passage(
        PassageId("a.md#0"), ArticleId("a.md"), "Lamps", "", 0, 20, "Lamps: we sell lamps.", ()
    )
    hit = hit_of(passage, keyword=1.0)
    question = "which lamps do you sell"
    asked = HashEmbedder().encode([question])[0].pooled
    found = Findings(question, (ArticleHit(passage.article, 0.5, (hit,)),), {"lamp": 2.0}, asked)
    measured = measure(found)
    assert measured is not None
    known = dict(zip(FEATURES, measured, strict=True))
    assert all(math.isnan(known[name]) for name in FEATURES if name.endswith("_lead"))
    assert known["sentences"] == 0.0
    assert 0.0 < load_coefficients(model_id()).probability(measured) < 1.0


def test_a_name_that_the_article_lacks_counts_against_it() -> None:
    found = [missing("does the Pip work in Oslo?"), missing("does the pip work in oslo?")]
    assert found == [1.0, 0.0]
    assert missing("Does The Pip Work In Oslo") == 0.0  # capitals everywhere name nothing
    assert missing("does it work with a P20, P30 and P40?") == 2.0


def test_the_reading_counts_only_where_the_rest_leaves_it_open() -> None:
    coefficients = load_coefficients(model_id())
    assert coefficients.reads is not None
    low, high = coefficients.reads
    for share in (0.05, low - 0.01, low + 0.01, 0.8, high - 0.005, high + 0.005):
        before = [*with_probability(coefficients, share), math.nan]
        rated = [coefficients.probability([*before[:-1], said]) for said in (-9.0, 9.0)]
        assert coefficients.probability(before) == pytest.approx(share)
        if low < share < high:
            assert coefficients.leaves_open(before)
            assert rated[0] < share < rated[1]
        else:
            assert not coefficients.leaves_open(before)
            assert rated == [coefficients.probability(before)] * 2
        assert not coefficients.leaves_open([*before[:-1], 0.5])  # it is read


def with_probability(coefficients: Coefficients, share: float) -> list[float]:
    """Features before the reading that are rated `share`: each as much above or below the usual."""
    weights = coefficients.weights[:-1]
    wanted = math.log(share / (1 - share)) - coefficients.intercept
    z = wanted / sum(map(abs, weights))
    return [
        mean + math.copysign(z, z * weight) * scale
        for mean, scale, weight in zip(coefficients.mean, coefficients.scale, weights, strict=False)
    ]


def missing(question: str) -> float:
    """The feature, for an article that speaks of the Pip and of nothing else."""
    passage = Passage(PassageId("a#0"), ArticleId("a"), "The Pip", "", 0, 14, "The Pip works.", ())
    hit = hit_of(passage, keyword=0.5)
    asked = HashEmbedder().encode([question])[0].pooled
    findings = Findings(question, (ArticleHit(passage.article, 1.0, (hit,)),), {}, asked)
    features = measure(findings)
    assert features is not None
    return features[FEATURES.index("names_missing")]


def hit_of(passage: Passage, keyword: float) -> Hit:
    """A passage found, none of whose sentences is near."""
    return Hit(
        passage.id,
        passage.article,
        score=1.0,
        dense=0.5,
        keyword=keyword,
        interaction=0.5,
        title=0.5,
        read_passage=lambda: passage,
        score_sentences=lambda: np.empty(0, np.float32),
    )
