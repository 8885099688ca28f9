"""The verifier on our labelled sentences, with the real embedder: what a release must hold."""

from pathlib import Path

import pytest

from bot.wording.verifying import Verifier, load_floors
from evals.errors import CaseFileError
from evals.sample import sample_snapshot
from evals.worded_sentences import counts, judge_worded, read_worded
from knowledge.minilm import load_embedder


def test_there_are_enough_labelled_sentences_of_every_kind() -> None:
    cases = read_worded()
    for part in ("tuning", "locked"):
        kinds = [case.kind for case in cases if case.part == part]
        assert len(kinds) >= 120
        assert {"number", "name", "negation", "invention", "wrong_passage", "missing_id"} < {*kinds}
    assert len({case.id for case in cases}) == len(cases)
    both = {case.article for case in cases if case.part == "tuning" and case.supported}
    assert not both & {c.article for c in cases if c.part == "locked" and c.supported}


def test_a_line_that_is_no_case_is_named(tmp_path: Path) -> None:
    path = tmp_path / "worded.jsonl"
    path.write_text('{"id": "x"}\n', encoding="utf-8")
    with pytest.raises(CaseFileError, match="line 1"):
        read_worded(path)


@pytest.mark.model
def test_locked_sentences_are_told_apart(tmp_path: Path) -> None:
    embedder = load_embedder()
    snapshot = sample_snapshot(tmp_path / "snapshots", embedder)
    floors = load_floors(embedder.model_id)
    assert floors is not None
    cases = [case for case in read_worded() if case.part == "locked"]
    judged = judge_worded(cases, snapshot, Verifier(embedder.encode, floors))
    right = counts(judged)
    assert right["missing_id"][0] == right["missing_id"][1]
    assert right["unsupported"][0] >= 0.95 * right["unsupported"][1], [
        one.case.id for one in judged if not one.is_right and not one.case.supported
    ]
    assert right["supported"][0] >= 0.85 * right["supported"][1]
