"""`warmline eval`: questions with known answers, counted; the gate of a release."""

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
    from bot.tone import Tone
    from evals.cases import Case
    from evals.gate import Limit
    from evals.runs import Run
    from knowledge.snapshot import Snapshot
    from web.settings import Settings
    from web.thinking import Thinking

SUITES = (
    "retrieval", "answers", "evidence", "abstention", "in_doubt", "multi_turn", "smalltalk", "people",
    "attacks", "decisions", "tone",
)  # fmt: skip
KEPT = "evals"  # the folder inside the data folder


def evaluate(
    suite: Annotated[
        list[str] | None,
        typer.Option(
            "--suite", help=f"One of {', '.join(SUITES)}; may be repeated.", show_default="all"
        ),
    ] = None,
    cases: Annotated[
        list[Path] | None,
        typer.Option(
            "--cases",
            help="Case files (JSON Lines), asked against --data or --articles.",
            show_default="the sample company's, against its articles",
        ),
    ] = None,
    articles: Annotated[
        Path | None,
        typer.Option(help="Folder of articles for --cases, read into a snapshot aside."),
    ] = None,
    gate: Annotated[
        bool, typer.Option("--gate", help="Exit 1 when a figure breaks its limit.")
    ] = False,
    limits: Annotated[
        Path | None, typer.Option(help="The gate's limits for your own cases (TOML).")
    ] = None,
    tone: Annotated[
        Path | None, typer.Option(help="What must and must not be said (TOML).")
    ] = None,
    locked: Annotated[
        bool, typer.Option("--locked", help="Ask the locked part; the look is written down.")
    ] = False,
    compare: Annotated[
        bool, typer.Option("--compare", help="Name each case that changed since the last run.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a page with charts and the worst cases.")
    ] = None,
    as_json: JsonOption = False,
    data: DataOption = None,
    settings_file: SettingsOption = None,
) -> None:
    """Ask questions whose answers are known, and count right, wrong and abstained."""
    only = _chosen(suite, gate, locked, articles, cases, limits)
    settings = settings_of(data, settings_file)
    for file in [*(cases or []), *([articles] if articles else []), *([limits] if limits else [])]:
        if not file.exists():
            raise Refused(f"There is no {file}.")
    from bot.tone import load_tone

    part = "locked" if locked else "tuning"
    run, snapshot = _run(settings, cases, articles, part, load_tone(tone), only)
    bounds = _limits(limits) if gate or limits or (html and not cases) else []
    _show(run, snapshot, settings.data / KEPT, bounds, compare=compare, as_json=as_json, html=html)
    if locked and not cases:
        _note_look(run)
    if gate:
        _hold_gate(run, bounds, only)


def _show(
    run: "Run",
    snapshot: "Snapshot",
    kept: Path,
    bounds: "list[Limit]",
    *,
    compare: bool,
    as_json: bool,
    html: Path | None,
) -> None:
    """Print the figures beside the last run's, write the page, and keep the run."""
    from evals.kept import deltas, flips, keep, read_kept
    from evals.page import to_html
    from evals.report import as_json as to_json
    from evals.report import as_text

    former = read_kept(kept, run.about)
    changes, changed = deltas(run, former), flips(run, former)
    if as_json:
        print(json.dumps(to_json(run, changes, changed), indent=2))
    else:
        print(as_text(run, changes, changed if compare else ()))
    if html is not None:
        page = to_html(
            run, snapshot, _sheet(), former=former, deltas=changes, flips=changed, limits=bounds
        )
        html.write_text(page, encoding="utf-8")
    keep(kept, run, former)


def _sheet() -> str:
    from web.assets import WEB

    return (WEB / "static" / "tokens.css").read_text(encoding="utf-8")


def _limits(file: Path | None) -> "list[Limit]":
    from evals.gate import GATE, read_limits

    return read_limits(file or GATE)


def _chosen(
    suites: list[str] | None,
    gate: bool,
    locked: bool,
    articles: Path | None,
    cases: list[Path] | None,
    limits: Path | None,
) -> list[str]:
    """Refuse what does not go together; return the suites' names."""
    if gate and locked:
        raise typer.BadParameter("The gate is for the tuning part; leave --locked out.")
    if articles is not None and not cases:
        raise typer.BadParameter("--articles goes with --cases.")
    if gate and cases and limits is None:
        raise typer.BadParameter("Your own cases have their own limits: give --limits FILE.")
    for name in suites or ():
        if name not in SUITES:
            raise typer.BadParameter(f"{name!r} is none of {', '.join(SUITES)}.")
    return list(suites or ())


def _run(
    settings: "Settings",
    files: list[Path] | None,
    articles: Path | None,
    part: str,
    tone: "Tone",
    only: list[str],
) -> "tuple[Run, Snapshot]":
    """Ask the cases; returns the run, and the snapshot that holds every article it cites."""
    from bot.wording.verifying import Verifier, load_floors
    from evals import runs
    from evals.cases import SAMPLE
    from evals.cases import only as in_part
    from evals.suites import suites
    from web.commands.thinker import ServersThinker
    from web.wiring import make_thinker, make_thinking

    thinking = make_thinking(settings)
    snapshot, planted = _snapshots(settings, thinking, files, articles)
    cases = in_part(_cases(files or list(SAMPLE), snapshot), part)
    if not cases:
        raise Refused(f"No case is in the {part} part; cases without a part are in tuning.")
    embedder = thinking.embedder
    snapshot.require(embedder.model_id)
    about = runs.About(
        articles=articles.name if articles else "the published articles" if files else "the sample",
        cases=", ".join(file.stem for file in files) if files else "the sample company",
        part=part,
        snapshot=snapshot.generation,
        model=" and ".join(filter(None, (embedder.model_id, settings.language_model))),
        version=version("warmline"),
        at=datetime.now(UTC),
        threshold=thinking.assistant.min_confidence,
    )
    replier = ServersThinker(thinking, make_thinker(settings, thinking))
    ask = runs.ask_of(replier, snapshot, planted, _progress)
    verifier = Verifier(embedder.encode, load_floors(embedder.model_id))
    wanted = [one for one in suites(tone, verifier) if not only or one.name in only]
    found = runs.run(about, cases, ask, planted or snapshot, wanted)
    if not found.outcomes:
        raise Refused(f"None of the {len(cases)} cases belongs to {', '.join(only)}.")
    return found, planted or snapshot


def _snapshots(
    settings: "Settings", thinking: "Thinking", files: list[Path] | None, articles: Path | None
) -> "tuple[Snapshot, Snapshot | None]":
    """Open what is asked about; snapshots made for it are kept, so the next run is quick."""
    from evals.sample import planted_snapshot, sample_snapshot, snapshot_of
    from knowledge.errors import NoSnapshot
    from web.storing import open_store

    aside = settings.data / KEPT / "snapshots" / thinking.embedder.model_id.replace("/", "-")
    aside.mkdir(parents=True, exist_ok=True)
    if not files:
        sample = aside / "sample"
        return (
            sample_snapshot(sample, thinking.embedder),
            planted_snapshot(aside / "planted", sample, thinking.embedder),
        )
    if articles is not None:
        return snapshot_of([articles], aside / _place(articles), thinking.embedder), None
    store = open_store(settings)
    generation = store.current()
    if generation is None:
        raise NoSnapshot("Nothing is published yet; run `warmline ingest SOURCE`.")
    return store.open(generation), None


def _place(articles: Path) -> str:
    """A folder's name for its snapshots: readable, and another for another folder."""
    import hashlib

    whole = str(articles.resolve())
    return f"{articles.name or 'articles'}-{hashlib.sha256(whole.encode()).hexdigest()[:8]}"


def _cases(files: list[Path], snapshot: "Snapshot") -> "list[Case]":
    """Read case files; gold paths may start above the folder that was ingested."""
    from evals.cases import fit_paths, read_cases

    known = {article.id for article in snapshot.articles()}
    return fit_paths([case for file in files for case in read_cases(file)], known)


def _progress(done: int, of: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} of {of} asked", end="" if done < of else "\n", file=sys.stderr, flush=True)


def _note_look(run: "Run") -> None:
    from evals.ledger import add_look, looks

    add_look(run.figures, at=run.about.at, version=run.about.version)
    print(
        f"Look number {looks()} at the locked part, noted in evals/ledger.jsonl: commit it.",
        file=sys.stderr,
    )


def _hold_gate(run: "Run", limits: "list[Limit]", only: list[str]) -> None:
    from evals.gate import broken

    sentences = broken(limits, run.figures, only)
    if sentences:
        raise Refused("The gate is shut:\n" + "\n".join(f"  {line}" for line in sentences))
    print("The gate is open: every figure keeps its limit.", file=sys.stderr)
