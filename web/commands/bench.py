"""`warmline bench`: measured against the stock pipeline, side by side in the same run."""

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from web.commands.options import JsonOption
from web.errors import Refused

SUBJECTS = ("knowledge",)
YARDSTICK = "langchain_community"  # the stock pipeline's index; only the benchmark needs it


def bench(
    subject: Annotated[str, typer.Argument(help=f"One of {', '.join(SUBJECTS)}.")] = "knowledge",
    articles: Annotated[
        Path | None,
        typer.Option(help="Folder of articles.", show_default="the sample company's"),
    ] = None,
    questions: Annotated[
        Path | None,
        typer.Option(help="JSON Lines with gold articles.", show_default="the sample company's"),
    ] = None,
    growth_s: Annotated[
        float, typer.Option(min=0, help="Seconds for growing synthetic snapshots.")
    ] = 120.0,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write a page with charts, too.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure quality, speed, memory and growth against the stock pipeline, in one run."""
    if subject not in SUBJECTS:
        raise typer.BadParameter(f"{subject!r} is none of {', '.join(SUBJECTS)}.")
    if (articles is None) != (questions is None):
        raise typer.BadParameter("--articles and --questions go together.")
    if find_spec(YARDSTICK) is None:
        raise Refused(
            "The stock pipeline is not installed. Install it with "
            "`pip install langchain-community`, or run `make bench`."
        )
    folder, file = (articles, questions) if articles and questions else sample()
    for place in (folder, file):
        if not place.exists():
            raise Refused(f"There is no {place}.")
    from evals import bench_report
    from evals.bench_knowledge import bench as measure
    from web.wiring import WEB

    measured = measure(folder, file, growth_s=growth_s, say=say)
    if out is not None:
        sheet = (WEB / "static" / "tokens.css").read_text(encoding="utf-8")
        out.write_text(bench_report.to_html(measured, sheet), encoding="utf-8")
    print(bench_report.to_json(measured) if as_json else bench_report.to_text(measured))


def sample() -> tuple[Path, Path]:
    """The sample company's articles and the questions about them."""
    import knowledge
    from evals.cases import SAMPLE_QUESTIONS

    return Path(str(knowledge.__file__)).parent / "sample", SAMPLE_QUESTIONS


def say(step: str) -> None:
    """Tell a person what is being measured."""
    print(f"measuring {step} …", file=sys.stderr, flush=True)
