"""Fitting the confidence: what only reading can tell weighs something, and nothing the wrong way."""

import math

import numpy as np
import pytest

from bot.confidence import FEATURES
from evals.fit_confidence import FEWEST_READ, READING_AT_LEAST, by_article, cross_fit, fit
from evals.labelled import Row

NAMES, READING = FEATURES.index("names_missing"), FEATURES.index("reading")


def rows(read: int, count: int = 600) -> list[Row]:
    """Whether an answer is right shows in the first feature, and a little in names that are missing.

    The first `read` ones are read; their readings say nothing.
    """
    random = np.random.default_rng(7)
    found = []
    for n in range(count):
        features = random.normal(size=len(FEATURES))
        right = bool(random.random() < 1 / (1 + math.exp(-2 * features[0] - features[NAMES])))
        features[READING] = features[READING] if n < read else math.nan
        values = tuple(float(value) for value in features)
        found.append(Row("one" if n % 2 else "two", f"{n % 40}", values, right, right, True, 1.0))
    return found


def test_reading_weighs_what_is_asked_for_and_names_never_raise() -> None:
    found = fit(rows(read=600), "model", ())
    weights = dict(zip(FEATURES, found.weights, strict=True))
    assert weights["names_missing"] == 0
    # As much as is asked for, next to another's weight of about 2; calibrating scales both.
    assert weights["reading"] / weights[FEATURES[0]] == pytest.approx(READING_AT_LEAST / 2, abs=0.2)
    assert found.reads is not None
    assert 0 < found.reads[0] < found.reads[1] < 1


@pytest.mark.parametrize("read", [0, 1, FEWEST_READ - 1])
def test_where_hardly_any_was_read_none_is(read: int) -> None:
    found = fit(rows(read), "model", ())
    assert found.reads is None
    assert found.weights[READING] == 0
    assert found.leaves_open(rows(0)[0].features) is False


def test_from_enough_on_articles_are_read() -> None:
    assert fit(rows(FEWEST_READ), "model", ()).reads is not None


def test_what_is_cross_fitted_is_about_as_often_right_as_it_says() -> None:
    some = rows(read=600)
    rated = cross_fit(some, by_article)
    assert rated.mean() == pytest.approx(np.mean([row.right for row in some]), abs=0.02)
