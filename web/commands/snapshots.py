"""`warmline snapshots` and `warmline article`: what was published."""

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from web.commands.options import DataOption, JsonOption, SettingsOption, settings_of
from web.errors import NotFound

if TYPE_CHECKING:
    from knowledge.snapshot import Generation, SnapshotStore

ACTIONS = ("list", "inspect", "rollback")
SHOWN = 20  # changed articles named for each kind of change; --json names them all


def snapshots(
    action: Annotated[
        str, typer.Argument(help="`list`, `inspect` one, or `rollback` to one.")
    ] = "list",
    generation: Annotated[
        str | None,
        typer.Argument(help="Which one.", show_default="for `inspect` the current one"),
    ] = None,
    as_json: JsonOption = False,
    data: DataOption = None,
    settings_file: SettingsOption = None,
) -> None:
    """List the snapshots, newest first, look into one, or make an older one current."""
    if action not in ACTIONS:
        raise typer.BadParameter(f"{action!r} is none of {', '.join(ACTIONS)}.")
    if action == "rollback" and generation is None:
        raise typer.BadParameter("`rollback` needs a generation.")
    if action == "list" and generation is not None:
        raise typer.BadParameter("`list` takes no generation.")
    settings = settings_of(data, settings_file)
    from knowledge.snapshot import Generation
    from web.storing import open_store

    store = open_store(settings)
    if action == "inspect":
        told = inspect(store, Generation(generation) if generation else current_of(store))
        print(json.dumps(told, ensure_ascii=False, indent=2) if as_json else inspected(told))
    elif generation is not None:
        store.rollback(Generation(generation))
        print(f"{generation} is current; running servers switch within a second or two.")
    else:
        list_all(store, as_json=as_json)


def list_all(store: "SnapshotStore", *, as_json: bool) -> None:
    """Print a line a snapshot."""
    listed = store.list()
    if as_json:
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
    current = store.current()
    if current is None:
        print("No snapshot yet; run `warmline ingest SOURCE`.", file=sys.stderr)
    elif not any(info.is_current for info in listed):
        print(
            f"The current snapshot, {current}, is left out: {_why(store, current)}", file=sys.stderr
        )
    for info in listed:
        mark = "*" if info.is_current else " "
        when = info.created_at.strftime("%Y-%m-%d %H:%M")
        print(
            f"{mark} {info.generation}  {when}  "
            f"{info.article_count} articles  {info.passage_count} passages"
        )


def _why(store: "SnapshotStore", generation: "Generation") -> str:
    """Say why a snapshot cannot be read."""
    from knowledge.errors import KnowledgeError

    try:
        store.open(generation)
    except KnowledgeError as error:
        return str(error)
    return "it was replaced meanwhile."


def inspect(store: "SnapshotStore", generation: "Generation") -> dict[str, Any]:
    """Describe a snapshot, its checksums verified, and what it changed.

    `since` is the kept snapshot published before it; None when there is none, and then nothing is
    said of changes.
    """
    opened = store.open(generation)
    made = opened.manifest
    older = [info.generation for info in store.list() if info.generation < generation]
    told: dict[str, Any] = {
        "generation": generation,
        "current": store.current() == generation,
        "created_at": made.created_at.isoformat(),
        "model": made.model_id,
        "dimensions": made.dimensions,
        "passage_rules": made.passage_rules,
        "articles": made.article_count,
        "passages": made.passage_count,
        "sentences": made.sentence_count,
        "files_verified": len(made.checksums),
        "since": older[0] if older else None,
    }
    if older:
        before = {article.id: article for article in store.open(older[0]).articles()}
        now = {article.id: article for article in opened.articles()}
        told["added"] = sorted(now.keys() - before.keys())
        told["removed"] = sorted(before.keys() - now.keys())
        told["changed"] = sorted(id_ for id_ in now if id_ in before and now[id_] != before[id_])
    return told


def inspected(told: dict[str, Any]) -> str:
    """Write what `inspect` found for a person."""
    state = "current" if told["current"] else "not current"
    lines = [
        f"{told['generation']}  ({state})",
        f"  published     {told['created_at'][:16].replace('T', ' ')} UTC",
        f"  model         {told['model']}, {told['dimensions']} dimensions",
        f"  cut by        passage rules {told['passage_rules']}",
        f"  holds         {told['articles']} articles, {told['passages']} passages, "
        f"{told['sentences']} sentences",
        f"  checksums     all {told['files_verified']} files are as published",
    ]
    if told["since"] is None:
        return "\n".join([*lines, "  No earlier snapshot is kept to compare with."])
    lines.append(f"  since {told['since']}:")
    for kind in ("added", "changed", "removed"):
        articles = told[kind]
        lines.append(f"    {kind:<8} {len(articles)}")
        lines += [f"      {article}" for article in articles[:SHOWN]]
        if len(articles) > SHOWN:
            lines.append(f"      … and {len(articles) - SHOWN} more (--json names them all)")
    return "\n".join(lines)


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
    from knowledge.snapshot import Generation
    from web.storing import open_store

    store = open_store(settings)
    generation = Generation(snapshot) if snapshot else current_of(store)
    found = store.open(generation).article(ArticleId(path))
    if found is None:
        raise NotFound(f"There is no article {path!r} in snapshot {generation}.")
    sys.stdout.buffer.write(found.text.encode())  # as stored: no newline of ours, no recoding


def current_of(store: "SnapshotStore") -> "Generation":
    """The current snapshot's name. Raises NoSnapshot before the first publish."""
    from knowledge.errors import NoSnapshot

    current = store.current()
    if current is None:
        raise NoSnapshot("Nothing is published yet; run `warmline ingest SOURCE`.")
    return current
