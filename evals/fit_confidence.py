"""Fits the confidence: `python -m evals.fit_confidence --set … --off-topic … --out FILE`.

Every labelled question is searched for as the assistant would; its best answer is right when a gold
article comes first. Beside questions that no article answers there are two kinds of hard negatives:
answerable questions with their articles taken out, and off-topic messages. A logistic regression is
fitted on all of them and calibrated (Platt 1999) on the questions as they come. What is reported is
cross-fitted, by article (no case is rated by coefficients that saw its article) and by set (nor by
any that saw its company).
"""

import argparse
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from bot.confidence import FALLING, FARTHEST, FEATURES, Coefficients, FittedOn
from bot.naming import titles_of
from bot.queries import Plan, Query, plan
from bot.rating import Reads
from bot.reading.reader import load_reader
from evals.cases import only, read_cases
from evals.labelled import Encodings, Row, Searched, features_of, fold_of, rows_of
from evals.logistic import AT_LEAST_0, AT_MOST_0, calibrate, fit_logistic, logit, moved, sigmoid
from evals.reliability import (
    Flags,
    Floats,
    auroc,
    bins,
    brier,
    calibration_error,
    operating_point,
    threshold_for,
)
from ingest import pipeline
from ingest.sources import SourceSpec
from knowledge.embedding import Embedder
from knowledge.minilm import load_embedder, model_id
from knowledge.snapshot import FolderStore, Snapshot

SEED: Final = 20260101
OFF_TOPIC_WEIGHT: Final = 0.3  # made, so less than questions that were asked
OFF_TOPIC_ROWS: Final = 60  # of each off-topic file for each folder of articles
INVERSE_REGULARISATION: Final = 0.3
MAX_UNANSWERABLE: Final = 0.10
OPEN: Final = (0.1, 0.95)
"""Between these probabilities passages are read: beyond them it changes few decisions."""

READING_AT_LEAST: Final = 1.5
"""The reading's weight, for a standard deviation, before calibration. The fit alone gives it a third of
that, and near misses are then told apart worse (docs/evals.md)."""

FEWEST_READ: Final = 100
"""Of fewer rows that were read nothing is learnt about reading, so none is read."""

_READING: Final = FEATURES.index("reading")

PartOf = Callable[[Row], str]


@dataclass(frozen=True)
class QuestionSet:
    """A folder of articles and the questions labelled on it; `prefix` comes off gold paths."""

    name: str
    questions: Path
    articles: Path
    licence: str
    prefix: str


@dataclass(frozen=True)
class OffTopic:
    """Messages that no help article answers, one JSON object a line with `text` or `question`."""

    name: str
    file: Path
    licence: str


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, print the report, and write the coefficients."""
    options = _options(arguments)
    embedder = load_embedder(options.model)
    encodings, reads = Encodings(embedder), load_reader(embedder.model_id)
    sets = [_question_set(text) for text in options.set]
    off_topic = [_off_topic(text) for text in options.off_topic]
    rows: list[Row] = []
    for questions in sets:
        snapshot = _snapshot(questions, options.data, embedder, model_id(options.model))
        rows += _question_rows(questions, snapshot, encodings, reads)
        rows += _off_topic_rows(questions.name, off_topic, snapshot, encodings, reads)
    print(f"{len(rows)} rows, cross-fitted by article")
    report(rows, cross_fit(rows, by_article))
    if len(sets) > 1:
        print("\nthe same, each set rated by what the others taught")
        report(rows, cross_fit(rows, by_set))
    fitted = fit(rows, embedder.model_id, _sources(sets, off_topic, rows))
    if options.out:
        _write(options.out, fitted)


def fit(rows: Sequence[Row], model: str, fitted_on: tuple[FittedOn, ...]) -> Coefficients:
    """Fit on all rows; calibrate on what the folds say of the natural ones."""
    raw = _fit_raw(rows, model, fitted_on)
    natural = [row for row in rows if row.natural]
    return _calibrated(raw, _part_logits(rows, by_article), np.array([r.right for r in natural]))


def by_article(row: Row) -> str:
    """Part rows so that no article's questions are in two parts."""
    return str(fold_of(row.group))


def by_set(row: Row) -> str:
    """Part rows by their folder: each is rated by what was learned on other companies' articles."""
    return row.source


def cross_fit(rows: Sequence[Row], part_of: PartOf) -> Floats:
    """Rate each natural row by coefficients and a calibration that never saw its part."""
    natural = [row for row in rows if row.natural]
    logits = _part_logits(rows, part_of)
    right = np.array([row.right for row in natural])
    parts = np.array([part_of(row) for row in natural])
    rated = np.zeros(len(natural))
    for part in np.unique(parts):
        slope, offset = calibrate(logits[parts != part], right[parts != part])
        rated[parts == part] = sigmoid(slope * logits[parts == part] + offset)
    return rated


def report(rows: Sequence[Row], rated: Floats) -> None:
    """Print discrimination, reliability, the risk–coverage curve, and each set's figures."""
    natural = [row for row in rows if row.natural]
    right = np.array([row.right for row in natural])
    answerable = np.array([row.answerable for row in natural])
    print(
        f"{len(natural)} questions; AUROC {auroc(rated, right):.3f}  Brier {brier(rated, right):.3f}  "
        f"ECE {calibration_error(rated, right):.3f}"
    )
    print("said/was:", "  ".join(f"{b.said:.2f}/{b.was:.2f}" for b in bins(rated, right)))
    print("threshold  right  wrong  unanswerable answered")
    for threshold in np.arange(0.1, 0.85, 0.05):
        _print_point(float(threshold), rated, right, answerable)
    chosen = threshold_for(MAX_UNANSWERABLE, rated, answerable)
    print(f"at most {MAX_UNANSWERABLE:.0%} of the unanswerable answered:")
    _print_point(chosen, rated, right, answerable)
    for name in dict.fromkeys(row.source for row in natural):
        mine = np.array([row.source == name for row in natural])
        own = threshold_for(MAX_UNANSWERABLE, rated[mine], answerable[mine])
        there, here = (
            operating_point(t, rated[mine], right[mine], answerable[mine]) for t in (chosen, own)
        )
        print(
            f"{name}: {int((mine & answerable).sum())} answerable, "
            f"{int((mine & ~answerable).sum())} not; first found "
            f"{right[mine & answerable].mean():.2f}; AUROC {auroc(rated[mine], right[mine]):.3f}; "
            f"right {there.answered_right:.2f}, wrong {there.answered_wrong:.2f}, unanswerable "
            f"{there.unanswerable_answered:.2f}; at its own limit right {here.answered_right:.2f}"
        )


def _print_point(threshold: float, rated: Floats, right: Flags, answerable: Flags) -> None:
    point = operating_point(threshold, rated, right, answerable)
    print(
        f"  {point.threshold:.3f}    {point.answered_right:.3f}  {point.answered_wrong:.3f}  "
        f"{point.unanswerable_answered:.3f}"
    )


def _question_rows(
    questions: QuestionSet, snapshot: Snapshot, encodings: Encodings, reads: Reads | None
) -> Iterator[Row]:
    """Yield a row for each labelled question and one more with its articles taken out."""
    cases = [
        case
        for case in only(read_cases(questions.questions, strip=questions.prefix), "tuning")
        if case.answerable is not None and not case.expect
    ]
    plans = [plan(case.dialogue, titles_of(snapshot)) for case in cases]
    encodings.learn(query.text for planned in plans for query in planned.queries)
    for case, planned in zip(cases, plans, strict=True):
        if not planned.queries:
            continue
        findings = encodings.find(snapshot, planned)
        group = f"{questions.name}/{min(case.gold) if case.gold else case.id}"
        yield from rows_of(Searched(case, planned, findings), questions.name, group, reads)


def _off_topic_rows(
    source: str,
    files: Sequence[OffTopic],
    snapshot: Snapshot,
    encodings: Encodings,
    reads: Reads | None,
) -> Iterator[Row]:
    for off_topic in files:
        lines = [json.loads(line) for line in off_topic.file.read_text("utf-8").splitlines()]
        texts = [line.get("text") or line["question"] for line in lines]
        picked = np.random.default_rng(SEED).permutation(len(texts))[:OFF_TOPIC_ROWS]
        chosen = [texts[at] for at in picked]
        encodings.learn(chosen)
        for text in chosen:
            planned = Plan((Query(text),))
            features = features_of(encodings.find(snapshot, planned), planned, reads)
            if features is not None:
                group = f"{off_topic.name}/{text}"
                yield Row(source, group, features, False, False, False, OFF_TOPIC_WEIGHT)


def _fit_raw(rows: Sequence[Row], model: str, fitted_on: tuple[FittedOn, ...]) -> Coefficients:
    x = np.ma.masked_invalid(np.array([row.features for row in rows]))
    enough_read = x.count(axis=0)[_READING] >= FEWEST_READ
    if not enough_read:
        x[:, _READING] = np.ma.masked
    y = np.array([row.right for row in rows])
    weight = np.array([row.weight for row in rows])
    mean = np.ma.average(x, axis=0, weights=weight)
    scale = np.ma.filled(np.sqrt(np.ma.average((x - mean) ** 2, axis=0, weights=weight)), 1.0)
    scale[scale < 1e-6] = 1.0
    z = np.clip(np.ma.filled((x - mean) / scale, 0.0), -FARTHEST, FARTHEST)
    limits = [AT_MOST_0 if name in FALLING else AT_LEAST_0 for name in FEATURES]
    if enough_read:
        limits[_READING] = (READING_AT_LEAST, None)
    fitted = fit_logistic(z, y, weight, limits, INVERSE_REGULARISATION)
    return Coefficients(
        model_id=model,
        features=FEATURES,
        mean=tuple(float(v) for v in np.ma.filled(mean, 0.0)),
        scale=tuple(float(v) for v in scale),
        weights=tuple(float(v) for v in fitted[1:]),
        intercept=float(fitted[0]),
        reads=OPEN if enough_read else None,
        fitted_on=fitted_on,
    )


def _part_logits(rows: Sequence[Row], part_of: PartOf) -> Floats:
    """Logits of the natural rows, each from a fit without its part."""
    natural = [row for row in rows if row.natural]
    logits = np.zeros(len(natural))
    for part in {part_of(row) for row in natural}:
        raw = _fit_raw([row for row in rows if part_of(row) != part], "", ())
        for at, row in enumerate(natural):
            if part_of(row) == part:
                logits[at] = logit(raw.probability(row.features))
    return logits


def _calibrated(raw: Coefficients, logits: Floats, right: Flags) -> Coefficients:
    slope, offset = calibrate(logits, right)
    return raw.model_copy(
        update={
            "weights": tuple(slope * weight for weight in raw.weights),
            "intercept": slope * raw.intercept + offset,
            # The same ones are read after it as before.
            "reads": raw.reads and moved(raw.reads, slope, offset),
        }
    )


def _snapshot(questions: QuestionSet, data: Path, embedder: Embedder, model: str) -> Snapshot:
    """Open the set's snapshot under `data`, ingesting its folder the first time."""
    store = FolderStore(data / questions.name / "snapshots")
    generation = store.current()
    if generation is None:
        done = pipeline.run([SourceSpec(str(questions.articles))], store, lambda: embedder, model)
        generation = store.current()
        print(f"{questions.name}: ingested {done.articles} articles")
    assert generation is not None, f"{questions.articles} holds no article"
    return store.open(generation)


def _sources(
    sets: Sequence[QuestionSet], off_topic: Sequence[OffTopic], rows: Sequence[Row]
) -> tuple[FittedOn, ...]:
    """Name what was fitted on, with the questions' count and their file's checksum."""
    named = [
        (s.name, s.licence, s.questions, sum(r.natural and r.source == s.name for r in rows))
        for s in sets
    ] + [
        (o.name, o.licence, o.file, sum(r.group.startswith(f"{o.name}/") for r in rows))
        for o in off_topic
    ]
    return tuple(
        FittedOn(
            name=name,
            licence=licence,
            rows=count,
            sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
        )
        for name, licence, file, count in named
        if count
    )


def _write(path: Path, fitted: Coefficients) -> None:
    """Replace this model's entry in the file, rounded so that a diff can be read."""
    data: dict[str, Any] = {"format": 1, "models": []}
    if path.exists():
        data = json.loads(path.read_text("utf-8"))
    entry = json.loads(fitted.model_dump_json())
    for name in ("mean", "scale", "weights"):
        entry[name] = [round(value, 5) for value in entry[name]]
    entry["intercept"] = round(entry["intercept"], 5)
    entry["reads"] = entry["reads"] and [round(value, 5) for value in entry["reads"]]
    others = [old for old in data["models"] if old["model_id"] != fitted.model_id]
    data["models"] = sorted([*others, entry], key=lambda e: str(e["model_id"]))
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"wrote {path}")


def _question_set(text: str) -> QuestionSet:
    name, questions, articles, licence, *prefix = text.split(",")
    return QuestionSet(name, Path(questions), Path(articles), licence, prefix[0] if prefix else "")


def _off_topic(text: str) -> OffTopic:
    name, file, licence = text.split(",")
    return OffTopic(name, Path(file), licence)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument(
        "--set",
        action="append",
        required=True,
        metavar="NAME,QUESTIONS,ARTICLES,LICENCE[,PREFIX]",
        help="labelled questions, the folder they are about, and the prefix of its gold paths",
    )
    parser.add_argument("--off-topic", action="append", default=[], metavar="NAME,FILE,LICENCE")
    parser.add_argument("--model", help="the embedding model (default: the packaged one)")
    parser.add_argument("--data", type=Path, required=True, help="where snapshots are kept")
    parser.add_argument("--out", type=Path, help="the file of coefficients to update")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
