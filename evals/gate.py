"""The gate of a release: limits on figures, kept in `evals/gate.toml`."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from evals.errors import GateError
from evals.figures import Figure

GATE = Path(__file__).parent / "gate.toml"


@dataclass(frozen=True)
class Limit:
    """A figure's limit; exactly one of `at_least` and `at_most` is set (0..1)."""

    figure: str
    at_least: float | None = None
    at_most: float | None = None

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
    """Read the gate's file. Raises GateError for an entry that is not one limit."""
    entries = tomllib.loads(path.read_text(encoding="utf-8"))
    limits = []
    for figure, sides in entries.items():
        if (
            not isinstance(sides, dict)
            or len(sides) != 1
            or not {"at_least", "at_most"} & set(sides)
        ):
            raise GateError(f"{path.name}: {figure} = {sides!r}: give either at_least or at_most.")
        limits.append(Limit(figure, **sides))
    return limits


def broken(limits: Iterable[Limit], figures: Iterable[Figure]) -> list[str]:
    """Say, a sentence each, which limits the figures break.

    Raises GateError where a limit names a figure that was not measured: a gate that cannot fail
    is none.
    """
    measured = {figure.name: figure for figure in figures}
    sentences = []
    for limit in limits:
        figure = measured.get(limit.figure)
        if figure is None:
            raise GateError(
                f"The gate asks for {limit.figure}, which was not measured; "
                f"measured were {', '.join(measured)}."
            )
        if limit.broken_by(figure.value):
            sentences.append(f"{limit}, measured {figure.value:.3f} on {figure.count} cases")
    return sentences
