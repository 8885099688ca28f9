"""What a run is compared with: the last one on the same cases and articles, kept in a folder."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.outcomes import Verdict
from evals.runs import About, Run

_FORMAT: Final = 1
_HISTORY: Final = 30  # runs whose figures are remembered


class KeptRun(BaseModel):
    """One remembered run's figures."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    at: str
    version: str
    snapshot: str
    figures: dict[str, float]


class Kept(BaseModel):
    """The remembered runs, oldest first, and what became of every case in the last."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    format: Annotated[int, Field(ge=_FORMAT, le=_FORMAT)] = _FORMAT
    runs: tuple[KeptRun, ...] = ()
    verdicts: dict[str, Verdict] = {}

    @property
    def last(self) -> KeptRun | None:
        """The run before this one, None for the first."""
        return self.runs[-1] if self.runs else None


@dataclass(frozen=True)
class Flip:
    """A case whose verdict changed since the last run."""

    case: str
    question: str
    before: Verdict
    after: Verdict

    @property
    def better(self) -> bool | None:
        """Whether the case went right; None where neither verdict is the right one."""
        good = self.after in _GOOD
        return good if good != (self.before in _GOOD) else None


_GOOD: Final = (Verdict.ANSWERED_RIGHT, Verdict.WITHHELD, Verdict.AS_EXPECTED)


def read_kept(folder: Path, about: About) -> Kept:
    """Return what is remembered of runs like this; nothing where there is none that can be read."""
    file = _file(folder, about)
    try:
        return Kept.model_validate_json(file.read_text(encoding="utf-8"))
    except (OSError, ValidationError):
        return Kept()


def keep(folder: Path, run: Run, former: Kept) -> None:
    """Remember this run beside the former ones."""
    about = run.about
    this = KeptRun(
        at=about.at.isoformat(timespec="seconds"),
        version=about.version,
        snapshot=about.snapshot,
        figures={name: round(figure.value, 6) for name, figure in run.figures.items()},
    )
    kept = Kept(
        runs=(*former.runs, this)[-_HISTORY:],
        # A run of some suites leaves what is known of the other cases.
        verdicts={**former.verdicts, **{o.case.id: o.verdict for o in run.outcomes}},
    )
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(kept.model_dump(mode="json"), indent=1)
    _file(folder, about).write_text(text, encoding="utf-8")


def deltas(run: Run, former: Kept) -> Mapping[str, float]:
    """Return by figure how much it went up since it was last measured."""
    known: dict[str, float] = {}
    for one in former.runs:
        known |= one.figures
    return {
        name: figure.value - known[name] for name, figure in run.figures.items() if name in known
    }


def flips(run: Run, former: Kept) -> list[Flip]:
    """List the cases whose verdict changed, those that went wrong first."""
    changed = [
        Flip(o.case.id, o.case.question, before, o.verdict)
        for o in run.outcomes
        if (before := former.verdicts.get(o.case.id)) is not None and before is not o.verdict
    ]
    return sorted(changed, key=lambda flip: {False: 0, None: 1, True: 2}[flip.better])


def _file(folder: Path, about: About) -> Path:
    """The file of runs on the same cases, articles, part and model."""
    same = json.dumps([about.articles, about.cases, about.part, about.model])
    return folder / f"runs-{hashlib.sha256(same.encode()).hexdigest()[:12]}.json"
