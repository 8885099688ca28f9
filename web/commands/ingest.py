"""`warmline ingest`: from files to a published snapshot."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from web.commands.options import DataOption, JsonOption, SettingsOption, settings_of

if TYPE_CHECKING:
    from ingest.report import Report


_Sources = Annotated[
    list[str],
    typer.Argument(
        help="Folder, file, zip, web page, sitemap, or NAME=SOURCE.", show_default=False
    ),
]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Read and report, publish nothing.")]
_Force = Annotated[
    bool, typer.Option("--force", help="Publish even when many articles would be removed.")
]
_Preview = Annotated[
    bool,
    typer.Option("--preview", help="Show which questions change their answer; publish nothing."),
]
_Questions = Annotated[
    Path | None,
    typer.Option("--questions", help='Preview these too: JSON Lines of {"question", "history"?}.'),
]
_PreviewOut = Annotated[
    Path | None, typer.Option("--preview-out", help="Write the preview as a page, too.")
]
_PublishIf = Annotated[
    int | None,
    typer.Option(
        "--publish-if",
        min=0,
        metavar="MAX_LOST",
        help="Preview, and publish when at most so many answers are lost.",
    ),
]
_Watch = Annotated[bool, typer.Option("--watch", help="Ingest again whenever a file changes.")]
_AllowPrivate = Annotated[
    bool, typer.Option("--allow-private", help="Fetch pages from private addresses, too.")
]


def ingest(
    source: _Sources,
    dry_run: _DryRun = False,
    force: _Force = False,
    preview: _Preview = False,
    questions: _Questions = None,
    preview_out: _PreviewOut = None,
    publish_if: _PublishIf = None,
    watch: _Watch = False,
    allow_private: _AllowPrivate = False,
    as_json: JsonOption = False,
    data: DataOption = None,
    settings_file: SettingsOption = None,
) -> None:
    """Read articles and publish them as a new snapshot, in one step."""
    previews = preview or publish_if is not None
    if dry_run + watch + previews > 1:
        raise typer.BadParameter("--dry-run, --watch and --preview exclude each other.")
    if (questions or preview_out) and not previews:
        raise typer.BadParameter("--questions and --preview-out go with --preview or --publish-if.")
    settings = settings_of(data, settings_file)
    from ingest.sources import SourceSpec
    from web.ingesting import Job

    sources = [SourceSpec.parse(text) for text in source]
    job = Job(settings, sources, force=force, allow_private=allow_private)
    if watch:
        from web.commands import watching

        watching.watch(job, as_json=as_json)
    elif previews:
        from web.commands import previewing

        previewing.preview(job, previewing.Wish(questions, preview_out, publish_if, as_json))
    else:
        from web.commands.progress import Bars

        with Bars() as bars:
            report = job.run(dry_run=dry_run, progress=bars)
        tell(report, as_json=as_json)


def tell(report: "Report", *, as_json: bool) -> None:
    """Print what a run found and did."""
    if as_json:
        print(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
        return
    from web.ingesting import summary

    for problem in report.problems:
        print(f"{problem.severity.value}: {problem.file}: {problem.message}", file=sys.stderr)
    print(*summary(report), sep="\n")
