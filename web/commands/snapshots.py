"""`warmline snapshots` and `warmline article`: what was published."""

import sys
from typing import Annotated

import typer

from web.commands.options import DataOption, JsonOption, SettingsOption, settings_of
from web.errors import NotFound

ACTIONS = ("list", "rollback")


def snapshots(
    action: Annotated[str, typer.Argument(help="`list`, or `rollback` to one.")] = "list",
    generation: Annotated[str | None, typer.Argument(help="Which one, for `rollback`.")] = None,
    as_json: JsonOption = False,
    data: DataOption = None,
    settings_file: SettingsOption = None,
) -> None:
    """List the snapshots, newest first, or make an older one current."""
    if action not in ACTIONS:
        raise typer.BadParameter(f"{action!r} is neither `list` nor `rollback`.")
    if (action == "rollback") != (generation is not None):
        raise typer.BadParameter("`rollback` needs a generation, and `list` takes none.")
    settings = settings_of(data, settings_file)
    from knowledge.snapshot import FolderStore, Generation

    store = FolderStore(settings.snapshots)
    if generation is not None:
        store.rollback(Generation(generation))
        print(f"{generation} is current; running servers switch within a second or two.")
        return
    listed = store.list()
    if as_json:
        import json

        rows = [
            {
                "generation": info.generation,
                "created_at": info.created_at.isoformat(),
                "articles": info.article_count,
                "passages": info.passage_count,
                "current": info.is_current,
            }
            for info in listed
        ]
        print(json.dumps(rows, indent=2))
        return
    if not listed:
        print("No snapshot yet; run `warmline ingest SOURCE`.", file=sys.stderr)
    for info in listed:
        mark = "*" if info.is_current else " "
        when = info.created_at.strftime("%Y-%m-%d %H:%M")
        print(
            f"{mark} {info.generation}  {when}  "
            f"{info.article_count} articles  {info.passage_count} passages"
        )


def article(
    path: Annotated[str, typer.Argument(help="The article's path as ingested.")],
    snapshot: Annotated[
        str | None, typer.Option(help="Which snapshot.", show_default="the current one")
    ] = None,
    data: DataOption = None,
    settings_file: SettingsOption = None,
) -> None:
    """Print an article's text exactly as it is stored."""
    settings = settings_of(data, settings_file)
    from knowledge.articles import ArticleId
    from knowledge.errors import NoSnapshot
    from knowledge.snapshot import FolderStore, Generation

    store = FolderStore(settings.snapshots)
    generation = Generation(snapshot) if snapshot else store.current()
    if generation is None:
        raise NoSnapshot("Nothing is published yet; run `warmline ingest SOURCE`.")
    found = store.open(generation).article(ArticleId(path))
    if found is None:
        raise NotFound(f"There is no article {path!r} in snapshot {generation}.")
    sys.stdout.buffer.write(found.text.encode())  # as stored: no newline of ours, no recoding
