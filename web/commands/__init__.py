"""The command line: `warmline …`, one file a command.

Exit 0 done, 1 failed with a sentence on stderr, 2 wrong usage. Nothing heavy is imported before a
command runs, so `--help` is quick.
"""

import gc
import sys

import typer

from web.commands import (
    agent,
    ask,
    backup,
    bench,
    calibrate,
    demo,
    erase,
    evaluate,
    export,
    ingest,
    serve,
    settings,
    site,
    snapshots,
)
from web.errors import DoorError
from web.logs import start_logging

# A start makes hundreds of thousands of objects that stay. With Python's own thresholds looking
# through them, over and over, was a third of the time until a server was ready.
COLLECTIONS = (50_000, 20, 20)

app = typer.Typer(
    name="warmline",
    help="A support desk that answers from your help articles, shows its evidence, and hands over "
    "to a person.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(demo.demo)
app.command()(serve.serve)
app.command()(ingest.ingest)
app.command("snapshots")(snapshots.snapshots)
app.command()(snapshots.article)
app.command()(ask.ask)
app.command("eval")(evaluate.evaluate)
app.command()(calibrate.calibrate)
app.command()(bench.bench)
app.command()(backup.backup)
app.command()(export.export)
app.command()(erase.erase)
app.command("settings")(settings.show_settings)
app.add_typer(agent.app, name="agent")
app.add_typer(site.app, name="site")


def main() -> None:
    """Run `warmline`."""
    gc.set_threshold(*COLLECTIONS)
    start_logging()
    try:
        app()
    except DoorError as error:
        fail(error)
    except BrokenPipeError:  # `warmline … | head` has read enough
        sys.stderr.close()
        sys.exit(1)
    except Exception as error:  # the process's edge
        if is_told(error):
            fail(error)
        raise
    finally:
        gc.freeze()  # the process ends: what is left needs no collection


def is_told(error: Exception) -> bool:
    """Tell whether an error's text is a sentence for the operator (the rooms' own errors are)."""
    from bot.errors import BotError
    from evals.errors import EvalError
    from handoff.errors import DeskError
    from ingest.errors import IngestError
    from knowledge.errors import KnowledgeError

    return isinstance(error, BotError | DeskError | EvalError | IngestError | KnowledgeError)


def fail(error: Exception) -> None:
    """Say the sentence and stop with 1."""
    print(error, file=sys.stderr)
    sys.exit(1)
