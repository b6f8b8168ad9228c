"""Kept: what was made of a law's numbers, found again until one of the numbers that were read for it is changed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from earthprice.world.override import Override

Made = TypeVar("Made")


@dataclass(frozen=True)
class Remembered(Generic[Made]):
    """What was made, the numbers that were read for it, and the changes that these had."""

    made: Made
    read: frozenset[str]
    changes: Mapping[str, Override]

    def holds(self, changes: Mapping[str, Override]) -> bool:
        """Whether the same would be made under other changes: those of the numbers that were read are the same."""
        return _of(self.read, changes) == self.changes


class Reusable(Generic[Made]):
    """The latest of what a pure function of a law's numbers has made, one a key.

    Args:
        most: how many keys are kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: dict[Hashable, Remembered[Made]] = {}

    def get(self, key: Hashable, changes: Mapping[str, Override], make: Callable[[set[str]], Made]) -> Made:
        """What was made under a key, else made now.

        Args:
            key: all that it hangs on but the changes of numbers.
            changes: changes by number.
            make: makes it, and adds every number that it reads to the set that it is given.
        """
        found = self._found.get(key)
        if found is None or not found.holds(changes):
            read: set[str] = set()
            made = make(read)
            found = Remembered(made, frozenset(read), _of(read, changes))
        self._found.pop(key, None)
        self._found[key] = found  # the last one used is the last one dropped
        for old in list(self._found)[: -self._most]:
            self._found.pop(old, None)
        return found.made

    def all(self) -> list[Made]:
        """All that is kept, the last one used first."""
        return [found.made for found in reversed(list(self._found.values()))]


class OfTwo(Generic[Made]):
    """What was made of two objects that nobody writes on, found again for the same two.

    Args:
        most: how many pairs are kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: list[tuple[object, object, Made]] = []

    def get(self, one: object, other: object, make: Callable[[], Made]) -> Made:
        """What was made of the two, else made now."""
        for a, b, made in self._found:
            if a is one and b is other:
                return made
        made = make()
        self._found = [*self._found, (one, other, made)][-self._most :]
        return made


def _of(read: set[str] | frozenset[str], changes: Mapping[str, Override]) -> dict[str, Override]:
    return {name: change for name, change in changes.items() if name in read}
