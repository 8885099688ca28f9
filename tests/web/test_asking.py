"""Batches: every line gets its line, whatever it holds."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from bot.assistant import Assistant
from knowledge.hashing import HashEmbedder
from knowledge.snapshot import FolderStore, Snapshot
from web.asking import answer_batch
from web.thinking import Thinking

FIELDS = [
    "id", "decision", "answer", "offer", "sentences", "citations", "snapshot", "confidence",
    "frustration", "reason", "retrieved", "latency_ms",
]  # fmt: skip


@pytest.fixture(scope="module")
def thinking() -> Thinking:
    """An assistant without a model."""
    embedder = HashEmbedder()
    return Thinking(Assistant(embedder), embedder)


@pytest.fixture(scope="module")
def snapshot(prepared: tuple[Path, str]) -> Snapshot:
    """The prepared articles."""
    store = FolderStore(prepared[0] / "snapshots")
    current = store.current()
    assert current is not None
    return store.open(current)


def run(thinking: Thinking, snapshot: Snapshot, source: bytes) -> tuple[bool, list[dict[str, Any]]]:
    """Answer a batch of two at a time."""
    out = io.StringIO()
    well = answer_batch(thinking, snapshot, io.BytesIO(source), out, batch=2)
    return well, [json.loads(line) for line in out.getvalue().splitlines()]


def test_every_line_is_answered_in_order_with_these_fields(
    thinking: Thinking, snapshot: Snapshot
) -> None:
    lines = [
        {"id": "a", "question": "Can I return my order within 30 days?"},
        {"id": 2, "question": ""},
        {"id": "c", "question": "x" * 300_000, "history": None, "profile": None},
        {"id": "d", "question": "Wie lange dauert die Lieferung nach Norwegen? 返品", "more": 1},
        {
            "id": "e",
            "question": "and to Norway?",
            "history": [
                {"role": "user", "text": "How long is delivery?"},
                {"role": "assistant", "text": "Which country?", "decision": "clarify"},
            ],
            "profile": {"name": "Kim", "age": 7},
        },
        {"id": "f", "question": "\ud800 \u0000 <script>alert(1)</script> '; DROP TABLE events;"},
    ]
    source = "".join(json.dumps(line) + "\n" for line in lines).encode()
    well, records = run(thinking, snapshot, source)
    assert well
    assert [record["id"] for record in records] == ["a", 2, "c", "d", "e", "f"]
    for record in records:
        assert list(record) == FIELDS
        assert 0 <= record["confidence"] <= 1
        for citation in record["citations"]:
            article = snapshot.article(citation["article"])
            assert article is not None
            assert article.text[citation["start"] : citation["end"]] == citation["quote"]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"nonsense",
        b"[]",
        b"null",
        b'{"id": "a"}',
        b'{"question": "no id"}',
        b'{"id": null, "question": "x"}',
        b'{"id": "a", "question": 5}',
        b'{"id": "a", "question": "x", "history": [{"role": "pope", "text": "y"}]}',
        b'{"id": "a", "question": "x", "history": "y"}',
        b'\xff\xfe{"id": "a"}',
        b"[" * 100_000,
        b'{"id": ' + b"9" * 10_000 + b', "question": "x"}',
    ],
    ids=lambda line: repr(line[:40]),
)
def test_invalid_line_is_told_and_the_rest_goes_on(
    thinking: Thinking, snapshot: Snapshot, line: bytes
) -> None:
    good = b'{"id": "good", "question": "Where are my invoices?"}\n'
    well, records = run(thinking, snapshot, good + line + b"\n" + good)
    assert not well
    assert [record["id"] for record in records] == ["good", None, "good"]
    assert set(records[1]) == {"id", "line", "error"}
    assert records[1]["line"] == 2
    assert records[1]["error"]
