"""What is seen of a run at a glance: its measures, a family of them only when one of them is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from earthprice.measures.lens import Lens
from earthprice.measures.measures import FAMILIES
from earthprice.runs.engine import Outcome


class Glance(Mapping[str, np.ndarray]):
    """Measures of a run as `measure` finds them, over the periods of a lens: charts need not wait for those of figures.

    Args:
        lens: how the run is read.
        run: the run, over these periods or on beyond them.
    """

    def __init__(self, lens: Lens, run: Outcome) -> None:
        self._lens, self._run = lens, run
        self._left, self._found = list(FAMILIES), dict[str, np.ndarray]()

    def __getitem__(self, name: str) -> np.ndarray:
        while name not in self._found and self._left:
            self._next()
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        while self._left:
            self._next()
        return iter(self._found)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _next(self) -> None:
        periods = len(self._lens.engine.years)
        self._found |= {k: x[:periods] for k, x in self._left.pop(0)(self._lens, self._run).items()}
