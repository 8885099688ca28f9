"""Calibrating on an owner's transcripts: what it mends, what it leaves, what it refuses."""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from bot.calibration import load_calibration
from bot.confidence import FALLING, FEATURES, Coefficients, FittedOn, load_coefficients
from bot.dialogue import Dialogue, Speaker, Turn
from bot.errors import ConfidenceMismatch
from bot.rating import Rated
from bot.rules import load_rules
from evals.calibration import Labelled, Result, calibrate, label
from evals.calibration_report import Told, as_json, as_text, calibration_of, to_html
from evals.errors import CaseFileError, TooFewTranscripts
from evals.transcripts import ASK_BACK, UNLABELLED, Transcript, fit_paths, read_transcripts
from knowledge.minilm import model_id

MODEL = "hash-128"
SHIPPED = load_coefficients(MODEL)
FITTED_ON = FittedOn(name="t.jsonl", licence="the owner's", rows=9, sha256="0" * 64)


def searches(count: int, *, truth: Coefficients = SHIPPED) -> list[Labelled]:
    """Searches drawn as the shipped confidence expects them, right as often as `truth` says."""
    random = np.random.default_rng(3)
    mean, scale = np.array(SHIPPED.mean), np.array(SHIPPED.scale)
    made = []
    for n in range(count):
        drawn = mean[:-1] + scale[:-1] * random.normal(size=len(mean) - 1)
        features = (*map(float, drawn), math.nan)  # this model's passages are not read
        right = bool(random.random() < truth.probability(features))
        rated = Rated("a.md", features, SHIPPED.probability(features))
        unanswerable = not right and n % 2 == 0
        made.append(Labelled(f"article-{n % 40}", rated, right, not unanswerable))
    return made


def calibrated(some: Sequence[Labelled], share: float = 0.1) -> Result:
    return calibrate(some, SHIPPED, 0.7, share, FITTED_ON)


def steeper(factor: float, offset: float) -> Coefficients:
    return SHIPPED.model_copy(
        update={
            "weights": tuple(factor * weight for weight in SHIPPED.weights),
            "intercept": factor * SHIPPED.intercept + offset,
        }
    )


def test_a_confidence_that_is_too_sure_is_brought_back() -> None:
    result = calibrated(searches(400, truth=steeper(0.4, -1.0)))
    before, after = ({f.name: f.value for f in t.figures} for t in (result.before, result.after))
    assert result.refitted
    assert after["ece"] < 0.6 * before["ece"]
    assert after["brier"] < before["brier"]


def test_few_transcripts_move_it_less_than_many() -> None:
    truth = steeper(0.1, 0.0)
    few, many = (calibrated(searches(count, truth=truth)) for count in (60, 2000))

    def moved(result: Result) -> float:
        return float(np.abs(np.subtract(result.coefficients.weights, SHIPPED.weights)).sum())

    assert moved(few) < moved(many)


def test_a_confidence_that_fits_stays_and_only_the_threshold_is_new() -> None:
    sure = searches(300)
    # Labels that no feature tells: nothing fitted can be better on what it has not seen.
    random = np.random.default_rng(5).random(300)
    noise = [replace(one, right=bool(r < 0.5)) for one, r in zip(sure, random, strict=True)]
    result = calibrated(sure)
    assert result.refitted or result.coefficients == SHIPPED
    assert all(abs(w) < 1.0 for w in calibrated(noise).coefficients.weights)


def test_the_threshold_keeps_the_share_of_unanswerable_ones_answered() -> None:
    for share in (0.0, 0.1, 0.3):
        result = calibrated(searches(500), share)
        assert result.errors == "unanswerable"
        assert result.answered.value <= share
        assert result.after.point.unanswerable_answered == result.answered.value


def test_without_unanswerable_questions_the_limit_is_kept_over_all_wrong_ones() -> None:
    known = [replace(one, answerable=True if one.right else None) for one in searches(200)]
    result = calibrated(known)
    assert result.errors == "not right"
    assert result.answered.count == sum(not one.right for one in known)


def test_the_same_questions_are_read_when_an_owners_confidence_is_lower() -> None:
    shipped = load_coefficients(model_id())
    assert shipped.reads is not None
    truth = shipped.model_copy(update={"intercept": shipped.intercept - 1.5})
    random = np.random.default_rng(3)
    mean, scale = np.array(shipped.mean), np.array(shipped.scale)
    some = []
    for n in range(800):
        features = [float(v) for v in mean + scale * random.normal(size=len(mean))]
        unread = [*features[:-1], math.nan]
        known = tuple(features if shipped.leaves_open(unread) else unread)
        right = bool(random.random() < truth.probability(known))
        rated = Rated("a.md", known, shipped.probability(known))
        some.append(Labelled(f"article-{n % 40}", rated, right, right or n % 2 == 0))
    fitted = calibrate(some, shipped, 0.7, 0.1, FITTED_ON).coefficients
    assert fitted.reads is not None
    assert fitted.reads[0] < shipped.reads[0] - 0.2
    before, after = (
        {n for n, one in enumerate(some) if by.leaves_open([*one.rated.features[:-1], math.nan])}
        for by in (shipped, fitted)
    )
    assert len(before & after) > 0.9 * len(before | after)


def test_weights_keep_their_signs() -> None:
    upside_down = steeper(-1.0, 0.0)
    weights = calibrated(searches(400, truth=upside_down)).coefficients.weights
    for name, weight in zip(FEATURES, weights, strict=True):
        assert weight <= 0 if name in FALLING else weight >= 0, name


@pytest.mark.parametrize(
    ("count", "right", "words"),
    [(10, 5, "label 50 more"), (80, 3, "17 more whose best answer is right"), (80, 75, "15 more")],
    ids=["few", "few right", "few wrong"],
)
def test_too_few_are_refused_saying_how_many_are_needed(count: int, right: int, words: str) -> None:
    some = [replace(one, right=n < right) for n, one in enumerate(searches(count))]
    with pytest.raises(TooFewTranscripts, match=words):
        calibrated(some)


def rated(article: str) -> Rated:
    return Rated(article, SHIPPED.mean, 0.5)


@pytest.mark.parametrize(
    ("line", "best", "expected"),
    [
        ({"gold_article": "a.md"}, "a.md", (True, True)),
        ({"gold_article": "a.md", "alt_gold_articles": ["b.md"]}, "b.md", (True, True)),
        ({"gold_article": "a.md"}, "c.md", (False, True)),
        ({"gold_article": None}, "a.md", (False, False)),
        ({"answerable": False}, "a.md", (False, False)),
        ({"right": True, "answered_from": "a.md"}, "a.md", (True, True)),
        ({"right": True, "answered_from": "a.md"}, "b.md", (False, True)),
        ({"right": False, "answered_from": "a.md"}, "a.md", (False, None)),
        ({"right": False, "answered_from": "a.md"}, "b.md", None),
        ({"right": True}, "b.md", (True, True)),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else "",
)
def test_a_line_is_labelled_by_article_or_by_judgement(
    line: dict[str, object], best: str, expected: tuple[bool, bool | None] | None, tmp_path: Path
) -> None:
    file = tmp_path / "t.jsonl"
    file.write_text(json.dumps({"question": "where is it", **line}) + "\n", encoding="utf-8")
    found = label(read_transcripts(file).labelled, lambda _: rated(best))
    assert [(one.right, one.answerable) for one in found] == ([expected] if expected else [])


def test_lines_that_wait_for_a_person_are_counted_and_left_out(tmp_path: Path) -> None:
    file = tmp_path / "exported.jsonl"
    lines = (
        {"question": "a", "answerable": True, "expect": ["answer"], "note": "Name the article."},
        {"question": "b", "answerable": None, "expect": ["answer", "clarify"]},
        {"question": "c", "answerable": True, "gold_article": "kb/a.md", "history": None},
    )
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    read = read_transcripts(file)
    assert read.left_out == {UNLABELLED: 1, ASK_BACK: 1}
    (one,) = fit_paths(read.labelled, {"a.md"})
    assert one.gold == {"a.md"}


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    file.write_text('{"question": "a", "gold_article": null}\n{"history": []}\n', encoding="utf-8")
    with pytest.raises(CaseFileError, match=r"t\.jsonl line 2: question"):
        read_transcripts(file)


def told() -> Told:
    return Told(
        result=calibrated(searches(400, truth=steeper(0.4, -1.0))),
        transcripts="<t>.jsonl",
        snapshot="1-a",
        left_out={UNLABELLED: 2},
        max_unanswerable=0.1,
        in_force=0.7,
        at=datetime(2026, 11, 24, tzinfo=UTC),
        version="0.1.0",
    )


def test_a_calibration_is_told_as_text_json_and_a_page() -> None:
    text = as_text(told())
    assert "before     after" in text
    assert "2 lines left out" in text
    assert as_json(told())["questions"] == 400
    page = to_html(told(), "")
    assert "&lt;t&gt;.jsonl" in page
    assert page.count('role="img"') == 3
    assert "<script" not in page


def test_the_file_is_picked_up_and_refused_when_it_does_not_fit(tmp_path: Path) -> None:
    made = calibration_of(told(), SHIPPED)
    file = tmp_path / "confidence.json"
    file.write_text(made.model_dump_json(), encoding="utf-8")
    assert load_calibration(file, MODEL) == made
    with pytest.raises(ConfidenceMismatch, match="made for the embedding model 'hash-128'"):
        load_calibration(file, "other")
    older = made.model_copy(update={"based_on": "1" * 64})
    file.write_text(older.model_dump_json(), encoding="utf-8")
    with pytest.raises(ConfidenceMismatch, match="Run `warmline calibrate` again"):
        load_calibration(file, MODEL)
    for broken in ("{", "{}", '{"format": 2}'):
        file.write_text(broken, encoding="utf-8")
        with pytest.raises(ConfidenceMismatch, match="cannot be used"):
            load_calibration(file, MODEL)
    with pytest.raises(ConfidenceMismatch, match="cannot be read"):
        load_calibration(tmp_path / "none.json", MODEL)


def test_a_low_threshold_lowers_the_rules_below_it() -> None:
    made = calibration_of(told(), SHIPPED).model_copy(update={"min_confidence": 0.05})
    rules = made.applied_to(load_rules())
    assert rules.answer.min_confidence == 0.05
    assert rules.ask_back.min_confidence == rules.decline.off_topic_below == 0.05


def test_questions_of_one_article_are_in_one_fold() -> None:
    asked = Dialogue((Turn(Speaker.CUSTOMER, "x"),))
    assert Transcript(asked, frozenset({"b.md", "a.md"})).group == "a.md"
    assert Transcript(asked, None, False, "c.md").group == "c.md"
