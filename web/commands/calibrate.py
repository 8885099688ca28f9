"""`warmline calibrate`: the confidence and its threshold from an owner's own transcripts."""

import json
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from web.commands.options import DataOption, JsonOption, SettingsOption, settings_of
from web.errors import Refused

if TYPE_CHECKING:
    from evals.calibration_report import Told
    from web.settings import Settings

FILE = "confidence.json"  # inside the data folder


def calibrate(
    transcripts: Annotated[
        Path, typer.Argument(help="Labelled transcripts (JSON Lines; docs/evals.md).")
    ],
    max_unanswerable: Annotated[
        float,
        typer.Option(
            min=0.0, max=0.5, help="Share of the questions no article answers that may be answered."
        ),
    ] = 0.10,
    out: Annotated[
        Path | None,
        typer.Option(help="File to write.", show_default=f"{FILE} in the data folder"),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would come of it; write no file.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a page with the curve.")
    ] = None,
    as_json: JsonOption = False,
    data: DataOption = None,
    settings_file: SettingsOption = None,
) -> None:
    """Fit the confidence to your labelled transcripts, and choose the threshold."""
    settings = settings_of(data, settings_file)
    if not transcripts.is_file():
        raise Refused(f"There is no file {transcripts}.")
    from bot.confidence import load_coefficients
    from evals import calibration_report
    from web.assets import WEB

    told = _calibrated(settings, transcripts, max_unanswerable)
    if html is not None:
        sheet = (WEB / "static" / "tokens.css").read_text(encoding="utf-8")
        html.write_text(calibration_report.to_html(told, sheet), encoding="utf-8")
    print(
        json.dumps(calibration_report.as_json(told), indent=2)
        if as_json
        else calibration_report.as_text(told)
    )
    if dry_run:
        return
    made = calibration_report.calibration_of(
        told, load_coefficients(told.result.coefficients.model_id)
    )
    file = out or settings.data / FILE
    file.write_text(made.model_dump_json(indent=1) + "\n", encoding="utf-8")
    print(
        f"Wrote {file}. It is used once the setting says so: WARMLINE_CONFIDENCE_FILE={file} "
        f'(or confidence_file = "{file}" in the settings file), from the next start on.',
        file=sys.stderr,
    )


def _calibrated(settings: "Settings", file: Path, max_unanswerable: float) -> "Told":
    from bot.assistant import Assistant
    from bot.confidence import load_coefficients
    from evals.calibration import calibrate as fit
    from evals.calibration import label, labelled_set
    from evals.calibration_report import Told
    from evals.transcripts import fit_paths, read_transcripts
    from knowledge.errors import NoSnapshot
    from knowledge.minilm import load_embedder
    from web.opening import rules_of
    from web.storing import open_store

    read = read_transcripts(file)
    if not read.labelled:
        why = "; ".join(f"{count} {reason}" for reason, count in read.left_out.items())
        raise Refused(
            f"No line of {file} is labelled{f' ({why})' if why else ''}. Name the gold_article of "
            "each question, null where no article answers it, or say whether the answer was right."
        )
    store = open_store(settings)
    generation = store.current()
    if generation is None:
        raise NoSnapshot("Nothing is published yet; run `warmline ingest SOURCE`.")
    snapshot = store.open(generation)
    embedder = load_embedder(settings.embedding_model or None)
    snapshot.require(embedder.model_id)
    # On top of what ships: calibrating again starts anew, not from the last calibration.
    assistant = Assistant(embedder, rules_of(settings).bot)
    known = {article.id for article in snapshot.articles()}
    labelled = label(
        fit_paths(read.labelled, known), lambda one: assistant.rate(snapshot, one.dialogue)
    )
    result = fit(
        labelled,
        load_coefficients(embedder.model_id),
        assistant.min_confidence,
        max_unanswerable,
        labelled_set(file, len(labelled)),
    )
    return Told(
        result=result,
        transcripts=file.name,
        snapshot=generation,
        left_out=read.left_out,
        max_unanswerable=max_unanswerable,
        in_force=assistant.min_confidence,
        at=datetime.now(UTC),
        version=version("warmline"),
    )
