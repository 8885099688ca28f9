"""Rows to take from two places: what a former snapshot holds, and what is new.

A publish changes few articles of many. What stays stands together in long stretches, and these are
copied as they are: texts as bytes, vectors and words as arrays.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

Starts = NDArray[np.int64]
"""Where the parts of rows start, one after another: row n has those from starts[n] to starts[n + 1]."""

_T = TypeVar("_T")
_Number = TypeVar("_Number", bound=np.generic)


class Stretch(NamedTuple):
    """Rows `first` to `last` (exclusive) of the former ones, or of the new ones."""

    former: bool
    first: int
    last: int


@dataclass(frozen=True)
class Rows:
    """Stretches one after another."""

    stretches: tuple[Stretch, ...]

    @classmethod
    def all_new(cls, count: int) -> "Rows":
        """The new rows, all of them in order."""
        return cls((Stretch(False, 0, count),))

    @classmethod
    def of(cls, rows: Iterable[tuple[bool, int]]) -> "Rows":
        """Rows one by one, each a former one or a new one; neighbours become one stretch."""
        stretches: list[Stretch] = []
        for former, row in rows:
            last = stretches[-1] if stretches else None
            if last is not None and last.former == former and last.last == row:
                stretches[-1] = last._replace(last=row + 1)
            else:
                stretches.append(Stretch(former, row, row + 1))
        return cls(tuple(stretches))

    def within(self, former: Starts | None, new: Starts) -> "Rows":
        """The parts of these rows, where row n has the parts from `starts[n]` to `starts[n + 1]`."""
        found = []
        for one in self.stretches:
            starts = _side(one, former, new)
            found.append(Stretch(one.former, int(starts[one.first]), int(starts[one.last])))
        return Rows(tuple(found))

    def starts(self, former: Starts | None, new: Starts) -> Starts:
        """Where the parts of each of these rows start when they stand together: (rows + 1,)."""
        return starts_of(self.array(None if former is None else np.diff(former), np.diff(new)))

    def array(self, former: NDArray[_Number] | None, new: NDArray[_Number]) -> NDArray[_Number]:
        """These rows of two arrays of one type."""
        assert former is None or former.dtype == new.dtype
        taken = [_side(one, former, new)[one.first : one.last] for one in self.stretches]
        return np.concatenate([new[:0], *taken])

    def items(self, former: Sequence[_T] | None, new: Sequence[_T]) -> list[_T]:
        """These rows of two sequences."""
        return list(
            chain.from_iterable(
                _side(one, former, new)[one.first : one.last] for one in self.stretches
            )
        )


def numbered_anew(
    numbers: NDArray[np.integer[Any]], bound: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Number what occurs by its first place: the old numbers in their new order, and all anew.

    `numbers` are from 0 to below `bound`.
    """
    order = in_order(numbers, bound)
    anew = np.zeros(bound, dtype=np.int32)
    anew[order] = np.arange(len(order), dtype=np.int32)
    return order, anew[numbers]


def in_order(numbers: NDArray[np.integer[Any]], bound: int) -> NDArray[np.int64]:
    """The distinct numbers, each from 0 to below `bound`, as they first occur."""
    first = np.full(bound, len(numbers), dtype=np.int64)
    # From the back, so that the first of equal numbers is assigned last, and stays.
    first[numbers[::-1]] = np.arange(len(numbers), dtype=np.int64)[::-1]
    occurring = np.flatnonzero(first < len(numbers))
    return occurring[np.argsort(first[occurring])]


def starts_of(counts: Sequence[int] | NDArray[np.integer[Any]]) -> Starts:
    """Where parts start, one after another, that have these counts: (counts + 1,)."""
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _side(stretch: Stretch, former: _T | None, new: _T) -> _T:
    if not stretch.former:
        return new
    assert former is not None  # nothing former is taken where there is none
    return former
