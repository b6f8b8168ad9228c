"""What the laws of a network keep together: one finds what another has made of the measures that both have at work."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from weakref import WeakValueDictionary

import numpy as np

from earthprice.law.days import Days
from earthprice.law.kept import OfTwo, Reusable
from earthprice.law.permits import Permit
from earthprice.law.said import Drawn
from earthprice.law.stack import Item
from earthprice.world.terms import Terms

ALONE, TOGETHER = 8, 24
"""Sheets of central numbers that are kept, and as many of draws: neither displaces the other. Enough for a law in one
draw, and together for a law, the same later and the law in force in a draw on each of eight threads; they share what is
alike, which is most of them."""


@dataclass(frozen=True, eq=False)
class Placed:
    """A measure in its place and the positions of the activities that it reaches: one object for all laws of a cache.

    Attributes:
        item: the measure in its place.
        at: positions of the activities reached.
    """

    item: Item
    at: np.ndarray


class LawCache:
    """Sheets and permits of the laws of one network, by what is at work and the days on which it is.

    Args:
        kept: sheets that are kept.
    """

    def __init__(self, kept: int = ALONE) -> None:
        self.kept = kept
        self.sheets: tuple[Reusable[Terms], ...] = Reusable(kept), Reusable(kept)
        self.permits: tuple[Reusable[list[Permit]], ...] = Reusable(3 * kept), Reusable(3 * kept)
        self.drawn = Drawn()
        self.pairs: OfTwo[np.ndarray] = OfTwo(kept)
        self._lock = Lock()
        self._placed: WeakValueDictionary[tuple[int, int, str, bytes], Placed] = WeakValueDictionary()
        self._days: WeakValueDictionary[bytes, Days] = WeakValueDictionary()

    def __reduce__(self) -> tuple[type[LawCache], tuple[int]]:
        """What was made stays behind; laws that travel together are on one cache again."""
        return LawCache, (self.kept,)

    def placed(self, item: Item, mask: np.ndarray) -> Placed:
        """A measure that reaches some activities, the same object for every law that has it so."""
        key = id(item.measure), id(item.book), item.name, mask.tobytes()
        with self._lock:
            return self._placed.setdefault(key, Placed(item, np.flatnonzero(mask)))

    def days(self, cut: Days) -> Days:
        """Days, the same object for every law that cuts its periods so."""
        key = b"".join(x.tobytes() for x in (cut.begins, cut.ends, cut.years, cut.length))
        with self._lock:
            return self._days.setdefault(key, cut)
