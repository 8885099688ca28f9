"""Fit `bot/wording/floors.json`: run as `python -m evals.fit_wording`.

A logistic over `bot.wording.closeness.FEATURES` on the labelled sentences of the tuning part that pass
every check of facts, and on supported sentences set beside another sentence of the same article,
which does not carry them. The floor is the highest that still keeps `KEPT` of the labelled supported
sentences that it judges: a sentence lost costs the article's own words instead, one let through costs trust. Prints
what the verifier does with both parts.
"""

import argparse
import hashlib
import json
import math
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from bot.confidence import FittedOn
from bot.wording import closeness
from bot.wording.claims import Claim
from bot.wording.sources import Material
from bot.wording.verifying import Floors, Refused, Verifier
from evals.logistic import AT_LEAST_0, AT_MOST_0, fit_logistic
from evals.reliability import Flags, Floats
from evals.sample import sample_snapshot
from evals.worded_sentences import (
    WORDED_SENTENCES,
    WordedCase,
    claim_of,
    counts,
    judge_worded,
    read_worded,
)
from knowledge.embedding import Embedder
from knowledge.minilm import load_embedder
from knowledge.passages import SentenceKind
from knowledge.snapshot import Snapshot

FLOORS = Path(__file__).parent.parent / "bot" / "wording" / "floors.json"
PENALTY_C = 1.0  # inverse strength of the L2 penalty
KEPT = 0.94  # of the labelled supported sentences that pass the checks of facts
_FALLING = frozenset({"uncovered", "strange"})
_NEIGHBOURS = 4  # sentences of the same article set beside each supported one


def main() -> None:
    """Fit, write, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", help="embedding model; the packaged one by default")
    parser.add_argument("--data", type=Path, help="folder that keeps the sample's snapshot")
    options = parser.parse_args()
    embedder = load_embedder(options.model)
    with tempfile.TemporaryDirectory() as folder:
        snapshot = sample_snapshot((options.data or Path(folder)) / "snapshots", embedder)
        cases = read_worded()
        floors = fit([c for c in cases if c.part == "tuning"], snapshot, embedder)
        _write(floors)
        verifier = Verifier(embedder.encode, floors)
        for part in ("tuning", "locked"):
            judged = judge_worded([c for c in cases if c.part == part], snapshot, verifier)
            print(part, {name: f"{n}/{all_}" for name, (n, all_) in counts(judged).items()})


def fit(cases: Sequence[WordedCase], snapshot: Snapshot, embedder: Embedder) -> Floors:
    """Fit one embedding model's floors."""
    verifier = Verifier(embedder.encode, None)
    rows, labels, weights = [], [], []
    for case in cases:
        found = verifier.features(*claim_of(case, snapshot))
        if not isinstance(found, Refused):
            rows.append(found)
            labels.append(case.supported)
            weights.append(1.0)
    beside = [
        found
        for case in cases
        if case.supported
        for claim, material in _beside(case, snapshot)
        if not isinstance(found := verifier.features(claim, material), Refused)
    ]
    own = len(rows)
    # All of them together count as much as the unsupported sentences that people wrote.
    share = max(1, labels.count(False)) / max(1, len(beside))
    x = np.array([*rows, *beside])
    right = np.array([*labels, *([False] * len(beside))])
    weight = np.array([*weights, *([share] * len(beside))])
    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-6
    limits = [AT_MOST_0 if f in _FALLING else AT_LEAST_0 for f in closeness.FEATURES]
    fitted = fit_logistic((x - mean) / scale, right, weight, limits, PENALTY_C)
    rated = 1 / (1 + np.exp(-(fitted[0] + ((x - mean) / scale) @ fitted[1:])))[:own]
    return Floors(
        model_id=embedder.model_id,
        features=closeness.FEATURES,
        mean=_rounded(mean),
        scale=_rounded(scale),
        weights=_rounded(fitted[1:]),
        intercept=round(float(fitted[0]), 4),
        floor=_floor(rated, right[:own]),
        fitted_on=(
            FittedOn(
                name=WORDED_SENTENCES.name,
                licence="Apache-2.0, written for Warmline",
                rows=len(cases),
                sha256=hashlib.sha256(WORDED_SENTENCES.read_bytes()).hexdigest(),
            ),
        ),
    )


def _floor(rated: Floats, right: Flags) -> float:
    """The middle between the weakest supported sentence that is kept and the next one below."""
    held = sorted((float(r) for r, ok in zip(rated, right, strict=True) if ok), reverse=True)
    kept = math.ceil(KEPT * len(held))
    below = held[kept] if len(held) > kept else 0.0
    return round((held[kept - 1] + below) / 2, 4)


def _beside(case: WordedCase, snapshot: Snapshot) -> Iterator[tuple[Claim, Material]]:
    """Put a supported sentence beside other sentences of its article."""
    claim, material = claim_of(case, snapshot)
    others = [
        (source.number, material_sentence.text)
        for source in material.sources
        for material_sentence in source.passage.sentences
        if material_sentence.kind is not SentenceKind.HEADING
        and source.article.text[material_sentence.start : material_sentence.end] not in case.quote
        and case.quote not in source.article.text[material_sentence.start : material_sentence.end]
    ]
    step = max(1, len(others) // _NEIGHBOURS)
    for number, quote in others[::step][:_NEIGHBOURS]:
        yield Claim(claim.sentence, number, quote), material


def _rounded(values: Floats) -> tuple[float, ...]:
    return tuple(round(float(value), 5) for value in values)


def _write(floors: Floors) -> None:
    data = json.loads(FLOORS.read_text(encoding="utf-8"))
    others = [entry for entry in data["models"] if entry["model_id"] != floors.model_id]
    data["models"] = [*others, floors.model_dump(mode="json")]
    FLOORS.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
