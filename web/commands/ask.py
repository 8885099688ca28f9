"""`warmline ask`: a question on the command line, or a file of them."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from web.commands.options import DataOption, JsonOption, SettingsOption, settings_of
from web.errors import Refused


def ask(
    text: Annotated[str | None, typer.Argument(help="The question.", show_default=False)] = None,
    as_json: JsonOption = False,
    batch: Annotated[
        Path | None, typer.Option("--batch", help="JSON Lines of questions; - is standard input.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Where the replies go.", show_default="standard output"),
    ] = None,
    data: DataOption = None,
    settings_file: SettingsOption = None,
) -> None:
    """Ask the bot from the command line; nothing is stored."""
    if (text is None) == (batch is None):
        raise typer.BadParameter("Give a question, or --batch with a file of questions.")
    if out is not None and batch is None:
        raise typer.BadParameter("--out goes with --batch.")
    settings = settings_of(data, settings_file)
    from knowledge.errors import NoSnapshot
    from web.asking import Asked, answer_batch, answer_text, reply_record
    from web.storing import open_store
    from web.wiring import make_thinker, make_thinking

    if batch is not None and str(batch) != "-" and not batch.is_file():
        raise Refused(f"There is no file {batch}.")
    store = open_store(settings)
    generation = store.current()
    if generation is None:
        raise NoSnapshot("Nothing is published yet; run `warmline ingest SOURCE`.")
    snapshot = store.open(generation)
    thinking = make_thinking(settings)
    snapshot.require(thinking.embedder.model_id)
    thinker = make_thinker(settings, thinking)
    if batch is not None:
        with ExitStack() as files:
            source = (
                sys.stdin.buffer if str(batch) == "-" else files.enter_context(batch.open("rb"))
            )
            target = (
                files.enter_context(out.open("w", encoding="utf-8", newline="\n"))
                if out is not None
                else sys.stdout
            )
            well = answer_batch(thinker, snapshot, source, target, batch=settings.embedding_batch)
        if not well:
            raise Refused("Some lines could not be asked; they say so in the output.")
        return
    (thought,) = thinker.think(snapshot, [Asked(id="ask", question=text or "").dialogue()])
    if isinstance(thought.result, Exception):
        raise thought.result
    if as_json:
        import json

        record = reply_record("ask", thought.result, thought.seconds)
        print(json.dumps(record, ensure_ascii=False, indent=2))
        return
    print(answer_text(thought.result))
    for n, citation in enumerate(thought.result.citations, start=1):
        print(f"  [{n}] {citation.title} ({citation.article})")
