"""Fit `bot/frustration.json`: run as `python -m evals.fit_frustration DATA` (DATA: the labelled sets).

Fits the feeling in a message on GoEmotions (angry and disappointed against the rest), with ordinary
support questions as further calm messages, and the course of an episode on our own dialogues
(evals/cases/person_dialogues.jsonl, tuning part). The USS sets are only measured, never fitted.
"""

import argparse
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.dialogue import Dialogue, Speaker, Turn
from bot.frustration import COURSE_FEATURES, FEELING_FEATURES, course_features, feeling_features
from evals.cases import CASES
from evals.turns import turn_of
from knowledge.embedding import Embedder

WEIGHTS = Path(__file__).parent.parent / "bot" / "frustration.json"
DIALOGUES = CASES / "person_dialogues.jsonl"
SINGLE = CASES / "single_messages.jsonl"

GOEMOTIONS = ("frustration_goemotions_dev.jsonl", "Apache-2.0")
CALM = (
    ("handoff_requests.jsonl", "CC-BY-4.0, CDLA-Sharing-1.0, MIT"),
    ("intents_banking77_train.jsonl", "CC-BY-4.0"),
)
MEASURED = (
    "frustration_uss_sgd.jsonl",
    "frustration_uss_mwoz.jsonl",
    "frustration_uss_redial.jsonl",
    "frustration_uss_ccpe.jsonl",
)
ANGRY = frozenset({"angry", "disappointed", "dissatisfied"})

VECTOR_SCALE = 3.0  # the vector's 384 numbers share one penalty with twelve plain features
PENALTY_C = 0.1  # inverse strength; both found by cross-validation on GoEmotions alone
OWN_WEIGHT = 1.0  # our own messages are few, and what customers of a desk write
CALM_WEIGHT = 0.1  # calm questions move the threshold, not the ranking
COURSE_C = 0.5
FEELING_WEIGHT = (
    0.05  # a GoEmotions message, as an episode of one turn, beside one of our dialogues
)
EVERY = 6  # one banking question in so many: 500 calm messages suffice

Matrix = NDArray[np.float32]
Rate = Callable[[Sequence[str]], NDArray[np.float64]]
"""Texts to the log odds that each is angry or disappointed."""


@dataclass(frozen=True)
class Messages:
    """Texts with their labels (1 for angry or disappointed) and their weights in the fit."""

    texts: list[str]
    angry: NDArray[np.int64]
    weights: NDArray[np.float64]


def main() -> None:
    """Fit, print what was measured, write the weights."""
    from knowledge.minilm import load_embedder

    parser = argparse.ArgumentParser(description="Fit the frustration weights.")
    parser.add_argument("data", type=Path, help="folder of the labelled sets")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    embedder = load_embedder()
    fitted = fit(arguments.data, embedder)
    arguments.out.write_text(json.dumps(fitted, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(json.dumps(fitted["measured"], indent=1))


def fit(data: Path, embedder: Embedder) -> dict[str, Any]:
    """Return the content of `bot/frustration.json`."""
    messages = _messages(data)
    vectors = _vectors(embedder, messages.texts)
    plain = _plain(messages.texts)
    both = np.hstack([vectors * VECTOR_SCALE, plain])
    with_vector = _logistic(both, messages, PENALTY_C)
    words_only = _logistic(plain, messages, 1.0)
    dimensions = vectors.shape[1]
    weights = {
        "model_id": embedder.model_id,
        "fitted_on": _provenance(data),
        "feeling": {
            "with_vector": _named(
                with_vector.intercept_[0], with_vector.coef_[0][dimensions:], FEELING_FEATURES
            ),
            "words_only": _named(words_only.intercept_[0], words_only.coef_[0], FEELING_FEATURES),
            "vector": [
                round(float(w) * VECTOR_SCALE, 5) for w in with_vector.coef_[0][:dimensions]
            ],
        },
    }

    def rate(texts: Sequence[str]) -> NDArray[np.float64]:
        features = np.hstack([_vectors(embedder, texts) * VECTOR_SCALE, _plain(texts)])
        return np.asarray(with_vector.decision_function(features))

    unseen = _cross_validated(both, messages)
    course = _fit_course(rate, messages, unseen)
    weights["course"] = _named(course.intercept_[0], course.coef_[0], COURSE_FEATURES)
    weights["measured"] = _measure(data, messages, unseen, rate, course)
    return weights


def read_dialogues(part: str) -> list[tuple[Dialogue, dict[str, Any]]]:
    """Read our dialogues of one part, each with its labels."""
    read = []
    for line in DIALOGUES.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["part"] == part:
            turns = [turn_of(turn) for turn in row["history"]]
            turns.append(Turn(Speaker.CUSTOMER, row["question"]))
            read.append((Dialogue(tuple(turns)), row))
    return read


def _fit_course(rate: Rate, messages: Messages, unseen: NDArray[np.float64]) -> Any:
    """Fit on our dialogues, and on single messages so that anger alone counts too.

    A plain wish for a person is not anger, so those dialogues are left out.
    """
    from sklearn.linear_model import LogisticRegression

    rows = [
        (dialogue, row)
        for dialogue, row in read_dialogues("tuning")
        if row["kind"] not in ("direct", "accepted", "needs_person")
    ]
    emotional = np.flatnonzero(messages.weights == 1.0)
    alone = [Dialogue((Turn(Speaker.CUSTOMER, messages.texts[i]),)) for i in emotional]
    features = np.vstack(
        [
            _courses([d for d, _ in rows], rate([d.question for d, _ in rows])),
            _courses(alone, unseen),
        ]
    )
    angry = np.concatenate(
        [[row["need"] != "none" for _, row in rows], messages.angry[emotional] == 1]
    )
    weights = np.concatenate([np.ones(len(rows)), np.full(len(alone), FEELING_WEIGHT)])
    return LogisticRegression(C=COURSE_C, max_iter=5000).fit(features, angry, weights)


def _courses(dialogues: Sequence[Dialogue], feelings: NDArray[np.float64]) -> Matrix:
    """Describe dialogues; too few of ours carry earlier anger to fit its weight, which stays 0."""
    rows = []
    for dialogue, feeling in zip(dialogues, feelings, strict=True):
        features = course_features(dialogue, float(feeling), felt=lambda _: 0.0)
        rows.append(list(features.values()))
    return np.array(rows, dtype=np.float32)


def _measure(
    data: Path, messages: Messages, unseen: NDArray[np.float64], rate: Rate, course: Any
) -> dict[str, Any]:
    """AUROC: GoEmotions cross-validated; the USS sets untouched, with and without their history."""
    from sklearn.metrics import roc_auc_score

    emotional = np.flatnonzero(messages.weights == 1.0)
    auroc = roc_auc_score(messages.angry[emotional], unseen)
    measured: dict[str, Any] = {GOEMOTIONS[0]: {"auroc_cross_validated": round(float(auroc), 4)}}
    for name in MEASURED:
        rows = _rows(data / name)
        angry = [row["label"] in ANGRY for row in rows]
        dialogues = [Dialogue(tuple(turn_of(turn) for turn in row["history"])) for row in rows]
        feelings = rate([dialogue.question for dialogue in dialogues])
        scores = course.decision_function(_courses(dialogues, feelings))
        measured[name] = {
            "auroc": round(float(roc_auc_score(angry, scores)), 4),
            "auroc_last_turn_alone": round(float(roc_auc_score(angry, feelings)), 4),
            "rows": len(rows),
            "dissatisfied": sum(angry),
        }
    return measured


def _cross_validated(both: Matrix, messages: Messages) -> NDArray[np.float64]:
    """Rate every GoEmotions message by weights that were fitted without it."""
    from sklearn.model_selection import StratifiedKFold

    emotional = np.flatnonzero(messages.weights == 1.0)
    calm = np.flatnonzero(messages.weights != 1.0)
    scores = np.zeros(len(emotional))
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    for train, test in folds.split(emotional, messages.angry[emotional]):
        rows = np.concatenate([emotional[train], calm])
        part = Messages([], messages.angry[rows], messages.weights[rows])
        fitted = _logistic(both[rows], part, PENALTY_C)
        scores[test] = fitted.decision_function(both[emotional[test]])
    return scores


def _logistic(features: Matrix, messages: Messages, penalty: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=penalty, max_iter=5000).fit(
        features, messages.angry, sample_weight=messages.weights
    )


def _messages(data: Path) -> Messages:
    emotional = _rows(data / GOEMOTIONS[0])
    calm = [row for row in _rows(data / CALM[0][0]) if row["label"] == "none"]
    bank = _rows(data / CALM[1][0])[::EVERY]
    texts = [row["history"][-1]["text"] for row in [*emotional, *calm]]
    texts += [row["question"] for row in bank]
    own = _rows(SINGLE)
    texts += [row["text"] for row in own]
    angry = [row["label"] in ANGRY for row in emotional] + [False] * (len(calm) + len(bank))
    angry += [row["label"] in ANGRY for row in own]
    weights = [1.0] * len(emotional) + [CALM_WEIGHT] * (len(calm) + len(bank))
    weights += [OWN_WEIGHT] * len(own)
    return Messages(texts, np.array(angry, dtype=np.int64), np.array(weights))


def _provenance(data: Path) -> list[dict[str, Any]]:
    files = [(data / GOEMOTIONS[0], GOEMOTIONS[1]), *((data / n, lic) for n, lic in CALM)]
    files.append((SINGLE, "Apache-2.0, written for Warmline"))
    files.append((DIALOGUES, "Apache-2.0, written for Warmline; tuning part"))
    return [
        {
            "set": path.name,
            "licence": licence,
            "rows": len(_rows(path)),
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path, licence in files
    ]


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _vectors(embedder: Embedder, texts: Sequence[str]) -> Matrix:
    return np.stack([encoded.pooled for encoded in embedder.encode([t[:1000] for t in texts])])


def _plain(texts: Sequence[str]) -> Matrix:
    return np.array([list(feeling_features(text).values()) for text in texts], dtype=np.float32)


def _named(intercept: float, weights: Sequence[float], names: Sequence[str]) -> dict[str, Any]:
    return {
        "intercept": round(float(intercept), 5),
        "weights": {n: round(float(w), 5) for n, w in zip(names, weights, strict=True)},
    }


if __name__ == "__main__":
    main()
