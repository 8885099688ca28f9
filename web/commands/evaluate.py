"""`warmline eval`: questions with known answers, counted; the gate of a release."""

import json
import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from web.commands.options import DataOption, JsonOption, SettingsOption, settings_of
from web.errors import Refused

if TYPE_CHECKING:
    from evals.cases import Case
    from evals.report import Run
    from knowledge.snapshot import Snapshot
    from web.settings import Settings


def evaluate(
    cases: Annotated[
        list[Path] | None,
        typer.Option(
            "--cases",
            help="Case files (JSON Lines), asked against --data.",
            show_default="the sample company's, against its articles",
        ),
    ] = None,
    gate: Annotated[
        bool, typer.Option("--gate", help="Exit 1 when a figure breaks its limit.")
    ] = False,
    locked: Annotated[
        bool, typer.Option("--locked", help="Ask the locked part; the look is written down.")
    ] = False,
    as_json: JsonOption = False,
    data: DataOption = None,
    settings_file: SettingsOption = None,
) -> None:
    """Ask questions whose answers are known, and count right, wrong and abstained."""
    if gate and locked:
        raise typer.BadParameter("The gate is for the tuning part; leave --locked out.")
    settings = settings_of(data, settings_file)
    part = "locked" if locked else "tuning"
    with ExitStack() as tidy:
        run = _own(settings, cases, part) if cases else _sample(settings, part, tidy)
    from evals.report import as_json as to_json
    from evals.report import as_text

    print(json.dumps(to_json(run), indent=2) if as_json else as_text(run))
    if locked and not cases:
        _note_look(run)
    if gate:
        _hold_gate(run)


def _sample(settings: "Settings", part: str, tidy: ExitStack) -> "Run":
    """Ask the sample company's cases; its snapshot is kept with the demo's data, if there is any."""
    from evals.cases import SAMPLE_DIALOGUES, SAMPLE_QUESTIONS, read_cases
    from evals.sample import sample_snapshot
    from knowledge.minilm import load_embedder

    embedder = load_embedder(settings.embedding_model or None)
    folder = tidy.enter_context(tempfile.TemporaryDirectory(prefix="warmline-eval-"))
    snapshot = sample_snapshot(Path(folder) / "snapshots", embedder)
    cases = [*read_cases(SAMPLE_QUESTIONS), *read_cases(SAMPLE_DIALOGUES)]
    return _ask(settings, snapshot, cases, part)


def _own(settings: "Settings", files: list[Path], part: str) -> "Run":
    from evals.cases import read_cases
    from knowledge.errors import NoSnapshot
    from web.storing import open_store

    for file in files:
        if not file.is_file():
            raise Refused(f"There is no case file {file}.")
    store = open_store(settings)
    generation = store.current()
    if generation is None:
        raise NoSnapshot("Nothing is published yet; run `warmline ingest SOURCE`.")
    cases = [case for file in files for case in read_cases(file)]
    return _ask(settings, store.open(generation), cases, part)


def _ask(settings: "Settings", snapshot: "Snapshot", cases: "list[Case]", part: str) -> "Run":
    from evals.cases import only
    from evals.figures import figures
    from evals.report import Run
    from evals.runner import run_cases
    from web.wiring import make_thinking

    chosen = only(cases, part)
    if not chosen:
        raise Refused(f"No case is in the {part} part; cases without a part are in tuning.")
    thinking = make_thinking(settings)
    snapshot.require(thinking.embedder.model_id)
    outcomes = tuple(run_cases(thinking.assistant, snapshot, chosen))
    return Run(part, snapshot.generation, outcomes, tuple(figures(outcomes)))


def _note_look(run: "Run") -> None:
    from evals.ledger import add_look, looks

    add_look(run.figures, at=datetime.now(UTC), version=version("warmline"))
    print(f"Look number {looks()} at the locked part, noted in evals/ledger.jsonl: commit it.")


def _hold_gate(run: "Run") -> None:
    from evals.gate import broken, read_limits

    sentences = broken(read_limits(), run.figures)
    if sentences:
        raise Refused("The gate is shut:\n" + "\n".join(f"  {line}" for line in sentences))
    print("The gate is open: every figure keeps its limit.", file=sys.stderr)
