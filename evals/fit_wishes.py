"""Fit `bot/wishes.json`: run as `python -m evals.fit_wishes DATA` (DATA: the labelled sets).

Two logistic models over named features: the wish for a person, where the strongest sentence of a
message speaks for the whole, and the acceptance of an offer. A third over the vectors of English
messages is joined with the first. Fitted on our own wordings (`evals/cases/wishes_*.jsonl`, of which
`wishes_short.jsonl` holds topics and wishes of a few words), our dialogues (tuning part),
`handoff_requests` and ordinary questions as further messages without a wish. Figures are
cross-validated by message;
`evals/cases/unseen_wishes.jsonl` and `unseen_short.jsonl` are never fitted on.
"""

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.wishes import acceptance_features, is_english, was_offered, wish_features
from evals.cases import CASES
from evals.fit_joined import Labelled, Vectors, fit_joined
from evals.turns import turn_of

WEIGHTS = Path(__file__).parent.parent / "bot" / "wishes.json"
DIALOGUES = CASES / "person_dialogues.jsonl"
SHORT = CASES / "wishes_short.jsonl"
DISPUTED = Path(__file__).parent / "disputed_wishes.json"

HANDOFF = ("handoff_requests.jsonl", "CC-BY-4.0, CDLA-Sharing-1.0, MIT")
QUESTIONS = (
    ("questions_duckduckgo.jsonl", "written for Warmline"),
    ("questions_railway.jsonl", "written for Warmline"),
    ("questions_mtragun_clapnq_fiqa.jsonl", "Apache-2.0"),
    ("questions_dstc11_faq.jsonl", "CDLA-Sharing-1.0"),
    ("questions_xquad.jsonl", "CC-BY-SA-4.0"),
    ("intents_banking77_train.jsonl", "CC-BY-4.0"),
    ("oos_clinc150_train_val.jsonl", "CC-BY-3.0"),
    ("frustration_goemotions_dev.jsonl", "Apache-2.0"),
)
OWN_LICENCE = "Apache-2.0, written for Warmline"

TOPIC_WEIGHT = 0.5  # of a topic in few words; at 1.0 more wishes in other languages were missed
ORDINARY_WEIGHT = 0.3  # many messages that are easy; ours are few and hard
PENALTY_C = 1.0  # inverse strength of the L2 penalty, found by cross-validation
MIN_COUNT = 2  # a feature seen in fewer messages teaches nothing
SMALLEST = 0.04  # log odds; a weight below is left out of the file
ROUNDS = 3  # each picks anew the sentence that speaks for a message with a wish
FOLDS = 5
FALSE_ALARMS = 0.0035  # of ordinary questions, cross-validated: what the threshold allows
WORDS_FALSE_ALARMS = (
    0.0065  # of the words alone, which read the other languages: those get less wrong
)
NOT_QUESTIONS = "frustration_goemotions_dev"  # remarks among strangers, nobody asks for anything


@dataclass(frozen=True)
class Message:
    """A labelled message: what is seen in each of its sentences, and after an offer in the whole."""

    source: str
    text: str
    wish: bool
    weight: float
    sentences: list[set[str]]
    after_offer: set[str] | None


@dataclass(frozen=True)
class Fitted:
    """A logistic model over named features."""

    intercept: float
    weights: dict[str, float]

    def logit(self, seen: set[str]) -> float:
        """Return the log odds."""
        return self.intercept + sum(self.weights.get(name, 0.0) for name in seen)

    def of(self, sentences: Sequence[set[str]]) -> float:
        """Return the log odds of the strongest sentence."""
        return max((self.logit(seen) for seen in sentences), default=-8.0)


def main() -> None:
    """Fit, print what was measured, write the weights."""
    from knowledge.minilm import load_embedder

    parser = argparse.ArgumentParser(description="Fit the weights of the wish for a person.")
    parser.add_argument("data", type=Path, help="folder of the labelled sets")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    embedder = load_embedder()

    def embed(texts: Sequence[str]) -> Vectors:
        return np.stack([encoded.pooled for encoded in embedder.encode(texts)])

    fitted = fit(arguments.data, embed, embedder.model_id)
    arguments.out.write_text(json.dumps(fitted, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(json.dumps(fitted["measured"], indent=1))


def fit(data: Path, embed: Callable[[Sequence[str]], Vectors], model_id: str) -> dict[str, Any]:
    """Return the content of `bot/wishes.json`."""
    messages = read_messages(data)
    words = cross_validate(messages)
    everything = np.ones(len(messages), dtype=np.bool_)
    words_threshold = choose_threshold(messages, words, everything, WORDS_FALSE_ALARMS)
    read = np.array([m.after_offer is None and is_english(m.text) for m in messages])
    joined = fit_joined(_labelled(messages, read, embed), words[read])
    logits = words.copy()
    logits[read] = joined.unseen
    threshold = choose_threshold(messages, logits, read, FALSE_ALARMS)
    wish, acceptance = fit_wish(messages), fit_acceptance(messages)
    return {
        "fitted_on": _provenance(data),
        "measured": _measure(messages, logits - np.where(read, threshold, words_threshold)),
        "measured_words_alone": _measure(messages, words - words_threshold),
        "wish": {**_named(wish), "threshold": round(words_threshold, 3)},
        "joined": joined.stored(model_id, threshold),
        "acceptance": _named(acceptance),
    }


def _labelled(
    messages: Sequence[Message], read: NDArray[np.bool_], embed: Callable[[Sequence[str]], Vectors]
) -> Labelled:
    chosen = [message for message, is_read in zip(messages, read, strict=True) if is_read]
    return Labelled(
        wish=np.array([message.wish for message in chosen]),
        weights=np.array([message.weight for message in chosen]),
        folds=np.array([_fold(message.text) for message in chosen]),
        vectors=embed([message.text for message in chosen]),
        seen=[set[str]().union(*message.sentences) for message in chosen],
    )


def read_messages(data: Path) -> list[Message]:
    """Read every labelled message that may be fitted on."""
    messages = []
    for path in sorted(CASES.glob("wishes_*.jsonl")):
        for row in _rows(path):
            weight = TOPIC_WEIGHT if path == SHORT and not row["wish"] else 1.0
            messages.append(_message(path.stem, row["text"], row["wish"], weight, row))
    messages += [
        _message("person_dialogues", row["question"], row["wish"], 1.0, row)
        for row in _rows(DIALOGUES)
        if row["part"] == "tuning"
    ]
    disputed = json.loads(DISPUTED.read_text(encoding="utf-8"))
    for row in _rows(data / HANDOFF[0]):
        if row["id"] not in disputed["ids"]:
            text, wish = row["history"][-1]["text"], row["label"] == "handoff"
            messages.append(_message("handoff_requests", text, wish, 0.7, {}))
    for name, _ in QUESTIONS:
        for row in _rows(data / name):
            if row["id"] in disputed["ordinary"]:
                continue
            messages += [
                _message(name.split(".")[0], text, False, ORDINARY_WEIGHT, {})
                for text in dict.fromkeys(_said(row))
            ]
    return messages


def cross_validate(messages: Sequence[Message]) -> NDArray[np.float64]:
    """Return (n,) log odds of each message, from models fitted without it or its like."""
    folds = [_fold(message.text) for message in messages]
    logits = np.zeros(len(messages))
    for fold in range(FOLDS):
        kept = [m for m, f in zip(messages, folds, strict=True) if f != fold]
        wish, acceptance = fit_wish(kept), fit_acceptance(kept)
        for at, message in enumerate(messages):
            if folds[at] != fold:
                continue
            logits[at] = wish.of(message.sentences)
            if message.after_offer is not None:
                logits[at] = max(logits[at], acceptance.logit(message.after_offer))
    return logits


def choose_threshold(
    messages: Sequence[Message],
    logits: NDArray[np.float64],
    among: NDArray[np.bool_],
    allowed: float,
) -> float:
    """Return the log odds that at most a share `allowed` of the ordinary ones among them pass."""
    ordinary = [
        logit
        for message, logit, counts in zip(messages, logits, among, strict=True)
        if counts and message.weight == ORDINARY_WEIGHT and message.source != NOT_QUESTIONS
    ]
    return float(np.quantile(ordinary, 1.0 - allowed))


def fit_wish(messages: Sequence[Message]) -> Fitted:
    """Fit on sentences: all of a message without a wish, the strongest of one with a wish."""
    told = [m for m in messages if m.after_offer is None or not m.wish]
    single = [m for m in told if m.sentences and (not m.wish or len(m.sentences) == 1)]
    fitted = _logistic(*_sentences_of(single, None))
    for _ in range(ROUNDS):
        fitted = _logistic(*_sentences_of(told, fitted))
    return fitted


def fit_acceptance(messages: Sequence[Message]) -> Fitted:
    """Fit on messages right after an offer."""
    offered = [m for m in messages if m.after_offer is not None]
    rows, wishes = [m.after_offer or set() for m in offered], [m.wish for m in offered]
    return _logistic(rows, wishes, [m.weight for m in offered])


def _sentences_of(
    messages: Sequence[Message], fitted: Fitted | None
) -> tuple[list[set[str]], list[bool], list[float]]:
    rows: list[set[str]] = []
    wishes: list[bool] = []
    weights: list[float] = []
    for message in messages:
        chosen = message.sentences
        if message.wish and fitted is not None and len(chosen) > 1:
            chosen = [max(chosen, key=fitted.logit)]
        rows += chosen
        wishes += [message.wish] * len(chosen)
        weights += [message.weight] * len(chosen)
    return rows, wishes, weights


def _logistic(rows: Sequence[set[str]], wishes: Sequence[bool], weights: Sequence[float]) -> Fitted:
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    counts = Counter(name for row in rows for name in row)
    names = sorted(name for name, count in counts.items() if count >= MIN_COUNT)
    columns = {name: at for at, name in enumerate(names)}
    indices = [sorted(columns[name] for name in row if name in columns) for row in rows]
    pointers = np.cumsum([0, *(len(row) for row in indices)])
    flat = np.array([column for row in indices for column in row])
    matrix = csr_matrix((np.ones(len(flat)), flat, pointers), shape=(len(rows), len(names)))
    model = LogisticRegression(C=PENALTY_C, solver="liblinear", max_iter=2000)
    model.fit(matrix, np.array(wishes), sample_weight=weights)
    return Fitted(float(model.intercept_[0]), dict(zip(names, model.coef_[0], strict=True)))


def _measure(messages: Sequence[Message], logits: NDArray[np.float64]) -> dict[str, Any]:
    """Cross-validated: wishes found of all, false alarms of the others, by set."""
    measured: dict[str, Any] = {}
    for source in dict.fromkeys(message.source for message in messages):
        of_set = [at for at, message in enumerate(messages) if message.source == source]
        measured[source] = {
            "found": sum(bool(logits[at] >= 0) for at in of_set if messages[at].wish),
            "wishes": sum(messages[at].wish for at in of_set),
            "false_alarms": sum(bool(logits[at] >= 0) for at in of_set if not messages[at].wish),
            "others": sum(not messages[at].wish for at in of_set),
        }
    return measured


def _message(source: str, text: str, wish: bool, weight: float, row: dict[str, Any]) -> Message:
    history = [turn_of(turn) for turn in row.get("history", [])]
    after = acceptance_features(text) if was_offered(history) else None
    return Message(source, text, wish, weight, wish_features(text), after)


def _said(row: dict[str, Any]) -> list[str]:
    """Return what the customer said in a row, also in earlier turns."""
    turns = [turn["text"] for turn in row.get("history", []) if turn["role"] == "user"]
    return [*turns, row["question"]] if "question" in row else turns or [row["text"]]


def _fold(text: str) -> int:
    """Put messages that say the same in the same words into the same fold."""
    key = " ".join(sorted(set(text.lower().split())))
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % FOLDS


def _provenance(data: Path) -> list[dict[str, Any]]:
    files = [(path, OWN_LICENCE) for path in sorted(CASES.glob("wishes_*.jsonl"))]
    files.append((DIALOGUES, f"{OWN_LICENCE}; tuning part"))
    files += [(data / name, licence) for name, licence in (HANDOFF, *QUESTIONS)]
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


def _named(fitted: Fitted) -> dict[str, Any]:
    weights = {n: round(w, 2) for n, w in sorted(fitted.weights.items()) if abs(w) >= SMALLEST}
    return {"intercept": round(fitted.intercept, 3), "weights": weights}


if __name__ == "__main__":
    main()
