"""`warmline bench`: knowledge against the stock pipeline in one run, and what replies cost."""

import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from web.commands.options import DataOption, JsonOption, SettingsOption, settings_of
from web.errors import Refused

if TYPE_CHECKING:
    from evals.bench_answers import AnswersBench
    from web.settings import Settings

SUBJECTS = ("knowledge", "answers")
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
        float, typer.Option(min=0, help="Seconds for growing synthetic snapshots (knowledge).")
    ] = 120.0,
    ask_s: Annotated[
        float, typer.Option(min=0.1, help="Seconds that the customers ask at each size (answers).")
    ] = 20.0,
    size: Annotated[
        list[int] | None,
        typer.Option(min=1, help="Passages to grow to (answers).", show_default="1000 and 10000"),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write a page with charts, too.")
    ] = None,
    as_json: JsonOption = False,
    data: DataOption = None,
    settings_file: SettingsOption = None,
) -> None:
    """Measure quality and cost of search (knowledge), or how quick replies are (answers)."""
    if subject not in SUBJECTS:
        raise typer.BadParameter(f"{subject!r} is none of {', '.join(SUBJECTS)}.")
    if (articles is None) != (questions is None):
        raise typer.BadParameter("--articles and --questions go together.")
    folder, file = (articles, questions) if articles and questions else sample()
    for place in (folder, file):
        if not place.exists():
            raise Refused(f"There is no {place}.")
    from web.assets import WEB

    sheet = (WEB / "static" / "tokens.css").read_text(encoding="utf-8")
    if subject == "answers":
        from evals import answers_report

        replies = measure_answers(settings_of(data, settings_file), folder, file, ask_s, size)
        if out is not None:
            out.write_text(answers_report.to_html(replies, sheet), encoding="utf-8")
        print(answers_report.to_json(replies) if as_json else answers_report.to_text(replies))
        return
    if find_spec(YARDSTICK) is None:
        raise Refused(
            "The stock pipeline is not installed. Install it with "
            "`pip install langchain-community`, or run `make bench`."
        )
    from evals import bench_report
    from evals.bench_knowledge import bench as measure

    measured = measure(folder, file, growth_s=growth_s, say=say)
    if out is not None:
        out.write_text(bench_report.to_html(measured, sheet), encoding="utf-8")
    print(bench_report.to_json(measured) if as_json else bench_report.to_text(measured))


def measure_answers(
    settings: "Settings", folder: Path, file: Path, ask_s: float, sizes: list[int] | None
) -> "AnswersBench":
    """Read the folder into a snapshot aside and measure replies from it, as the server thinks."""
    from evals.bench_answers import SIZES
    from evals.bench_answers import bench as measure
    from evals.cases import only, read_cases
    from evals.sample import snapshot_of
    from web.commands.thinker import ServersThinker
    from web.wiring import make_thinking

    thinking = make_thinking(settings)
    with tempfile.TemporaryDirectory(prefix="warmline-bench-") as scratch:
        work = Path(scratch)
        say(f"the ingest of {folder.name}")
        snapshot = snapshot_of([folder], work / "articles", thinking.embedder)
        dialogues = [case.dialogue for case in only(read_cases(file), "tuning")]
        if not dialogues:
            raise Refused(f"{file} holds no question in the tuning part.")
        return measure(
            ServersThinker(thinking, thinking),
            snapshot,
            dialogues,
            work,
            folder=folder.name,
            batch=settings.embedding_batch,
            seconds=ask_s,
            sizes=sizes or SIZES,
            say=say,
        )


def sample() -> tuple[Path, Path]:
    """The sample company's articles and the questions about them."""
    import knowledge
    from evals.cases import SAMPLE_QUESTIONS

    return Path(str(knowledge.__file__)).parent / "sample", SAMPLE_QUESTIONS


def say(step: str) -> None:
    """Tell a person what is being measured."""
    print(f"measuring {step} …", file=sys.stderr, flush=True)
