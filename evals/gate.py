"""The gate of a release: limits on the suites' figures, kept in `evals/gate.toml`."""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from evals.errors import GateError
from evals.figures import Figure

GATE = Path(__file__).parent / "gate.toml"


@dataclass(frozen=True)
class Limit:
    """The limit of a figure ("suite/name"); exactly one of `at_least` and `at_most` is set."""

    figure: str
    at_least: float | None = None
    at_most: float | None = None

    @property
    def suite(self) -> str:
        """The suite that measures the figure."""
        return self.figure.split("/")[0]

    def broken_by(self, value: float) -> bool:
        """Say whether a value lies on the wrong side."""
        if self.at_least is not None:
            return value < self.at_least
        return self.at_most is not None and value > self.at_most

    def __str__(self) -> str:
        side = (
            f"at least {self.at_least}" if self.at_least is not None else f"at most {self.at_most}"
        )
        return f"{self.figure} {side}"


def read_limits(path: Path = GATE) -> list[Limit]:
    """Read a gate's file: a table a suite. Raises GateError for an entry that is not one limit."""
    limits = []
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise GateError(f"The gate {path} cannot be read: {problem}.") from problem
    for suite, entries in tables.items():
        if not isinstance(entries, dict):
            raise GateError(f"{path.name}: {suite}: put the limit into a suite's table.")
        for figure, sides in entries.items():
            if (
                not isinstance(sides, dict)
                or len(sides) != 1
                or not {"at_least", "at_most"} & set(sides)
                or not all(isinstance(value, int | float) for value in sides.values())
            ):
                raise GateError(
                    f"{path.name}: {suite}/{figure} = {sides!r}: give either at_least or at_most."
                )
            limits.append(Limit(f"{suite}/{figure}", **sides))
    return limits


def broken(
    limits: Iterable[Limit], figures: Mapping[str, Figure], suites: Collection[str] = ()
) -> list[str]:
    """Say, a sentence each, which limits the figures break.

    `suites` names those that were run, where not all were; limits of the others are left out.
    Raises GateError where a limit names a figure that was not measured: a gate that cannot fail
    is none.
    """
    sentences = []
    for limit in limits:
        if suites and limit.suite not in suites:
            continue
        figure = figures.get(limit.figure)
        if figure is None:
            raise GateError(
                f"The gate asks for {limit.figure}, which was not measured; "
                f"measured were {', '.join(figures)}."
            )
        if limit.broken_by(figure.value):
            sentences.append(f"{limit}, measured {figure.value:.3f} on {figure.count} cases")
    return sentences
