"""A bench of answers as text, JSON and a page."""

import json
from dataclasses import asdict

from evals.bench_answers import TARGET_ALONE_S, TARGET_RATE, AnswersBench
from evals.page import TEMPLATES

_IDLE = 0.25  # load a core, before the run: above it the machine is not idle


def to_json(bench: AnswersBench) -> str:
    """Write all figures as JSON."""
    return json.dumps(asdict(bench), indent=1, ensure_ascii=False)


def to_text(bench: AnswersBench) -> str:
    """Write a table for a terminal."""
    lines = [f"{bench.folder}: {bench.questions} questions, no language model", ""]
    names = [name for name, _ in rows(bench)]
    width = max(map(len, names))
    lines += [
        f"{name:{width}}  " + " ".join(f"{value:>12}" for value in values)
        for name, values in rows(bench)
    ]
    return "\n".join([*lines, "", *notes(bench)])


def to_html(bench: AnswersBench, sheet: str) -> str:
    """Make one page that needs nothing else; `sheet` is the product's style sheet of tokens."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    pages = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return pages.get_template("answers.html").render(
        bench=bench, sheet=sheet, rows=rows(bench), notes=notes(bench)
    )


def rows(bench: AnswersBench) -> list[tuple[str, list[str]]]:
    """Each cost by name, a readable value a size."""
    costs = bench.costs
    return [
        ("passages", [f"{one.passages:,}" for one in costs]),
        ("a reply alone, median", [f"{one.alone.median_s * 1000:.1f} ms" for one in costs]),
        ("of that the embedding", [f"{one.embedding_s * 1000:.1f} ms" for one in costs]),
        ("the slowest 5 % above", [f"{one.alone.p95_s * 1000:.1f} ms" for one in costs]),
        (
            f"replies a second, {bench.customers} customers",
            [f"{one.rate:.1f}" for one in costs],
        ),
        ("they wait, median", [f"{one.waited.median_s * 1000:.0f} ms" for one in costs]),
        ("the slowest 5 % above", [f"{one.waited.p95_s * 1000:.0f} ms" for one in costs]),
        ("processor time a reply, alone", [f"{one.alone_work_s * 1000:.1f} ms" for one in costs]),
        (
            f"processor time a reply, {bench.customers}",
            [f"{one.together_work_s * 1000:.1f} ms" for one in costs],
        ),
    ]


def notes(bench: AnswersBench) -> list[str]:
    """What a reader must know to judge the figures."""
    machine = bench.machine
    said = [
        f"{machine.cores} cores; load average {machine.load_before:.1f} before, "
        f"{machine.load_after:.1f} after (this run alone makes about one).",
        f"{bench.customers} customers ask again as soon as they are answered; at most "
        f"{bench.batch} questions are embedded together.",
    ]
    last = bench.costs[-1]
    could = machine.cores / last.together_work_s
    said.append(
        f"At most {could:.0f} replies a second are to be had of {machine.cores} cores at that "
        "processor time; other work on the machine takes its share of them."
    )
    if machine.load_before > _IDLE * machine.cores:
        return [*said, "The machine was busy, so the targets for idle cores are not judged."]
    said.append(
        f"Targets on two idle cores at {last.passages:,} passages: median below "
        f"{TARGET_ALONE_S * 1000:.0f} ms ({_met(last.alone.median_s < TARGET_ALONE_S)}), "
        f"{TARGET_RATE:.0f} replies a second ({_met(last.rate >= TARGET_RATE)})."
    )
    return said


def _met(yes: bool) -> str:
    return "met" if yes else "not met"
