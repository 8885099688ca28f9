"""Runs cases through the assistant, one after the other."""

from collections.abc import Callable, Iterable, Iterator
from time import perf_counter
from typing import Protocol

from bot.dialogue import Dialogue, Reply
from evals.cases import Case
from evals.outcomes import Outcome, judge
from knowledge.snapshot import Snapshot


class Replier(Protocol):
    """What the runner needs of an assistant."""

    def reply(self, snapshot: Snapshot | None, dialogue: Dialogue) -> Reply:
        """Decide on the dialogue's last turn."""
        ...


def run_cases(
    assistant: Replier,
    snapshot: Snapshot,
    cases: Iterable[Case],
    *,
    clock: Callable[[], float] = perf_counter,
) -> Iterator[Outcome]:
    """Yield an outcome a case, in order; `clock` counts seconds."""
    for case in cases:
        started = clock()
        reply = assistant.reply(snapshot, case.dialogue)
        yield judge(case, reply, (clock() - started) * 1000)
