"""Kept: what was made of a law's numbers, found again until one of the numbers that were read for it is changed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar

Made = TypeVar("Made")
Read = tuple[Hashable, str]
"""A number that was read: its measure, and its parameter."""
Says = Callable[[Read], object]
"""What a number is: its path, its change, its draw if it hangs on one; compared with `==`."""


@dataclass(frozen=True)
class Remembered(Generic[Made]):
    """What was made under a key, and what the numbers that were read for it were."""

    key: Hashable
    made: Made
    read: Mapping[Read, object]

    def holds(self, key: Hashable, says: Says) -> bool:
        """Whether the same would be made now: under the same key, of numbers that are what they were."""
        return self.key == key and all(says(number) == was for number, was in self.read.items())


class Reusable(Generic[Made]):
    """The latest of what a pure function of a law's numbers has made.

    Args:
        most: how many are kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: list[Remembered[Made]] = []

    def get(self, key: Hashable, says: Says, make: Callable[[set[Read]], Made]) -> Made:
        """What was made under a key of the same numbers, else made now.

        Args:
            key: all that it hangs on but numbers.
            says: what a number is now.
            make: makes it, and adds every number that it reads to the set that it is given.
        """
        known, says = list(self._found), cache(says)
        found = next((x for x in reversed(known) if x.holds(key, says)), None)
        if found is None:
            read: set[Read] = set()
            made = make(read)
            found = Remembered(key, made, {number: says(number) for number in read})
        self._found = [*(x for x in known if x is not found), found][-self._most :]  # the last one used goes last
        return found.made

    def latest(self, most: int) -> list[Made]:
        """Some of what is kept, the last one used first."""
        return [found.made for found in self._found[: -most - 1 : -1]]


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
