"""`warmline export`: conversations, events, measures and cases for evals, as a stream."""

import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from web.commands.options import DataOption, SettingsOption, open_engine, settings_of

WHAT = ("events", "conversations", "measures", "totals")
FORMATS = ("jsonl", "csv")


def export(
    what: Annotated[
        str,
        typer.Argument(
            help="`events`, `conversations`, `measures` (the figures of each episode) "
            "or `totals` (those of the whole time)."
        ),
    ] = "events",
    since: Annotated[
        str | None, typer.Option("--from", help="Date or time (ISO 8601; UTC when it names none).")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", help="Date or time, itself not included.")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="`jsonl` or `csv`.")] = "jsonl",
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write.", show_default="standard output")
    ] = None,
    cases: Annotated[
        bool,
        typer.Option("--eval-cases", help="Cases from chats that agents marked, for `eval`."),
    ] = False,
    data: DataOption = None,
    settings_file: SettingsOption = None,
) -> None:
    """Write the desk's record as JSON Lines or CSV; notes and what the bot decided included."""
    if what not in WHAT:
        raise typer.BadParameter(f"{what!r} is none of {', '.join(WHAT)}.")
    if form not in FORMATS:
        raise typer.BadParameter(f"{form!r} is none of {', '.join(FORMATS)}.")
    if cases and form != "jsonl":
        raise typer.BadParameter("--eval-cases are JSON Lines.")
    begin, end = moment(since, "--from"), moment(until, "--to")
    settings = settings_of(data, settings_file)
    from handoff.exports import Exports
    from web import exporting

    engine = open_engine(settings)
    with ExitStack() as files:
        target = (
            files.enter_context(out.open("w", encoding="utf-8", newline="")) if out else sys.stdout
        )
        if cases:
            count = exporting.write_lines(exporting.eval_cases(Exports(engine)), target)
        else:
            table = exporting.table_of(what, engine, begin, end)
            if form == "csv":
                rows = map(table.row_of, table.records)
                count = exporting.write_table(rows, table.columns, target)
            else:
                count = exporting.write_lines(table.records, target)
    print(f"{count} written.", file=sys.stderr)


def moment(text: str | None, option: str) -> datetime | None:
    """Read a time; a time without a zone is UTC."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is not a date or time like 2026-11-01 or 2026-11-01T09:00.",
            param_hint=option,
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
