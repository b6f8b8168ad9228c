"""The bench on which demonstrations are made: a world, periods, laws, and runs whose markets cleared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from earthprice.demos.demonstration import curves, marks
from earthprice.dynamics.schedule import Schedule
from earthprice.dynamics.setting import Setting
from earthprice.errors import NotClearedError
from earthprice.law import load_rulebook, prepare, stack
from earthprice.market.audit import ALMOST_AT
from earthprice.measures.lens import Lens
from earthprice.measures.measures import measure
from earthprice.measures.series import Series
from earthprice.runs.audit import worst
from earthprice.runs.engine import Engine, LaidOut, Outcome, Point, arranged, engine, point, simulated
from earthprice.world.terms import Terms
from earthprice.world.world import World

IN_FORCE = "china-in-force-2020"
"""The law that holds in the base year of the shipped world."""
RUNNING = 1.0
"""Output of the base year [kt/yr] from which a mine counts as running."""

Change = Callable[[Setting, Schedule], tuple[Setting, Schedule]]
"""A change of the arrays of a run, to switch a mechanism off or to give a shock."""


@dataclass(frozen=True)
class Lab:
    """A world and its periods.

    Attributes:
        world: the world.
        last: last year; the default keeps one compiled program for all yearly demonstrations.
        dt: length of a period [years].
        home: zone whose exports, mining and welfare the measures are of.
        base: rulebook in force in the base year.
    """

    world: World
    last: int = 2035
    dt: float = 1.0
    home: str = "CHN"
    base: str = IN_FORCE

    @cached_property
    def engine(self) -> Engine:
        """Periods of the runs."""
        return engine(self.world, self.last, self.dt)

    @cached_property
    def lens(self) -> Lens:
        """How runs are read for the home zone."""
        return Lens(self.engine, self.home)

    @property
    def years(self) -> np.ndarray:
        """First day of each period, as decimal years."""
        return self.engine.years

    def terms(self, *books: str, **use: Any) -> Terms:
        """Terms of rulebooks stacked on each other; the law in force if none is named. `use` as `law.Use`."""
        prepared = prepare(stack(*(load_rulebook(b) for b in books or (self.base,))), self.world.network)
        return prepared.terms(self.years, **use)

    def paths(self, values: Mapping[str, np.ndarray]) -> pd.DataFrame:
        """Rows of a panel of lines: values by period [T] under each name."""
        return curves({k: (self.years, y) for k, y in values.items()})

    def by_place(self, runs: Mapping[str, Outcome], read: Callable[[Series, str], float]) -> pd.DataFrame:
        """Rows of a panel of bars: what is read of each run's measures at each place, by the place's id."""
        table = self.world.structure["districts"]
        return marks(
            (k, str(name), read(self.series(run), place))
            for k, run in runs.items()
            for place, name in zip(table["id"], table["name"], strict=True)
        )

    def point(self, numbers: Mapping[str, float | str] | None = None, terms: Terms | None = None) -> Point:
        """The base year, balanced and benchmarked, with some of the world's numbers changed.

        Args:
            numbers: key of a number -> value, or `+5%`, `x0.5`.
            terms: the law in force in the base year.
        """
        known = self.world.numbers
        asked = {key: known.checked(key, given) for key, given in (numbers or {}).items()}
        return point(self.engine, known.changed(known.central, asked), terms or self.terms())

    def run(self, terms: Terms | None = None, at: Point | None = None, change: Change | None = None) -> Outcome:
        """Run a law from a point.

        Args:
            terms: the law; that in force, continued, if None.
            at: the point; the central one if None.
            change: applied to the arrays before the run.

        Raises:
            NotClearedError: a market of the run did not clear.
        """
        p = at or self.central
        s, schedule, full, free = self.arrays(terms, p)
        if change:
            s, schedule = change(s, schedule)
        done = Outcome(simulated(s, schedule, self.years), full, p, s, schedule, free)
        found = worst(done, self.world.network)
        size = found.size if change is None else float(np.nanmax(done.record.residual))
        if not np.isfinite(done.record.price).all() or size > ALMOST_AT:
            raise NotClearedError(f"a market of the demonstration did not clear: {found.words}, residual {size:.1e}")
        return done

    def arrays(self, terms: Terms | None = None, at: Point | None = None) -> LaidOut:
        """Setting and schedule of a run, ready to be changed, and the terms they stand for; arguments as of `run`."""
        s, schedule, full, free = arranged(self.engine, at or self.central, terms or self.terms())
        s, schedule = jax.tree.map(jnp.asarray, (s, schedule))
        return LaidOut(s, schedule, full, free)

    @cached_property
    def central(self) -> Point:
        """The base year at the central numbers."""
        return self.point()

    @cached_property
    def baseline(self) -> Outcome:
        """The law in force, continued, from the central point."""
        return self.run()

    def running(self, which: pd.Series) -> tuple[str, ...]:
        """Deposits whose licensed mines dig more than `RUNNING` in the base year, of some rows of their table."""
        digs = self.lens.act[self.lens.mask(stage="mining", status="licensed")].groupby("deposit")["level"].sum()
        running = set(digs[digs > RUNNING].index)
        return tuple(d for d in self.world.structure["deposits"][which]["id"] if d in running)

    def series(self, run: Outcome) -> Series:
        """The measures of a run."""
        return measure(self.lens, run)

    def at(self, year: float) -> int:
        """Position of the period that begins at `year`."""
        return int(np.abs(self.years - year).argmin())

    def price(self, run: Outcome, node: str) -> np.ndarray:
        """Price of a good in a zone, such as `dy_oxide@CHN` [USD2020/kg; T]."""
        return run.record.price[:, self.world.network.node(node)]

    def dearer(self, run: Outcome, other: Outcome, node: str) -> np.ndarray:
        """Price of a good in a zone against that in another run [%; T]."""
        return 100.0 * self.price(run, node) / self.price(other, node) - 100.0

    def rent(self, run: Outcome, permit: str) -> np.ndarray:
        """Price of a permit [USD2020/kg; T]."""
        return run.record.price[:, run.goods + run.terms.permits.index(permit)]

    def stock(self, run: Outcome, node: str) -> np.ndarray:
        """Private stock of a good in a zone at the start of each period [t; T]."""
        return 1e3 * run.record.stock[:, self.engine.names.stocks.index(node)]

    def level(self, run: Outcome, **wanted: str | tuple[str, ...]) -> np.ndarray:
        """Sum of the levels of the activities whose columns have the wanted values [kt/yr; T]."""
        return run.record.level[:, self.lens.mask(**wanted)].sum(1)
