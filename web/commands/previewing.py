"""`warmline ingest --preview`: what a publish would do to customers' questions."""

import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from bot.assistant import Assistant
from evals import preview_report
from evals.preview import (
    Candidate,
    Effect,
    Preview,
    Question,
    candidate,
    fold,
    from_conversations,
    read_questions,
    replay,
)
from ingest.lock import only_ingest
from ingest.report import Report
from web.assets import WEB
from web.commands.progress import Bars
from web.errors import Refused
from web.ingesting import Job, summary
from web.opening import open_desk

TOKENS = WEB / "static" / "tokens.css"


@dataclass(frozen=True)
class Wish:
    """What the operator asked for. `max_lost` None: publish nothing, whatever comes out."""

    questions: Path | None = None
    page: Path | None = None
    max_lost: int | None = None
    as_json: bool = False


def preview(job: Job, wish: Wish) -> None:
    """Make the candidate aside, replay, tell, and publish where that was asked and is allowed.

    Raises Refused when more answers would be lost than allowed; nothing was published then.
    """
    questions = gather_questions(job, wish.questions)
    with only_ingest(job.lock_file), candidate(job.store, job.settings.data) as aside:
        with Bars() as bars:
            report = job.run_into(aside, progress=bars)
            seen = look(job, aside, report, questions, bars)
        lost = seen.count(Effect.LOST)
        allowed = wish.max_lost is not None and lost <= wish.max_lost
        if allowed and aside.draft is not None:
            generation = job.store.publish(aside.draft)
            published = replace(seen.ingest, generation=generation, published=True, dry_run=False)
            seen = replace(seen, ingest=published)
    tell(seen, wish)
    if wish.max_lost is not None and not allowed:
        noun = "answer" if lost == 1 else "answers"
        raise Refused(
            f"{lost} {noun} would be lost, more than the {wish.max_lost} allowed. Nothing was "
            "published. Mend the articles, or allow more with --publish-if."
        )


def look(
    job: Job, aside: Candidate, report: Report, questions: list[Question], bars: Bars
) -> Preview:
    """Replay the questions, unless the candidate is what is served already."""
    current = job.store.current()
    served = str(current) if current else None
    told = replace(report, generation=served, published=False, dry_run=True)
    after = aside.open_candidate()
    if after is None:
        return Preview(told, (), nothing_changes=True)
    before = job.store.open(current) if current is not None else None
    replayed = replay(
        questions,
        before,
        after,
        Assistant(job.embedder),
        job.embedder,
        renamed={one.before: one.after for one in report.renamed},
        progress=bars.has_replayed,
    )
    return Preview(told, tuple(replayed))


def gather_questions(job: Job, file: Path | None) -> list[Question]:
    """The file's questions, then what customers asked last."""
    found = read_questions(file) if file is not None else []
    settings = job.settings
    if not settings.uses_sqlite or (settings.data / "warmline.db").is_file():
        engine, desk = open_desk(settings)
        found += from_conversations(desk.past_questions(settings.preview_questions))
        engine.dispose()
    return fold(found)


def tell(seen: Preview, wish: Wish) -> None:
    """Write the page where one was asked for, and the text or the JSON."""
    if wish.page is not None:
        sheet = TOKENS.read_text(encoding="utf-8")
        page = preview_report.as_html(seen, sheet, limit=wish.max_lost)
        try:
            wish.page.write_text(page, encoding="utf-8")
        except OSError as error:
            raise Refused(f"{wish.page} cannot be written: {error.strerror}.") from error
    if wish.as_json:
        print(json.dumps(preview_report.as_json(seen), ensure_ascii=False, indent=2))
        return
    for problem in seen.ingest.problems:
        print(f"{problem.severity.value}: {problem.file}: {problem.message}", file=sys.stderr)
    print(preview_report.as_text(seen))
    print(*summary(seen.ingest), sep="\n")
