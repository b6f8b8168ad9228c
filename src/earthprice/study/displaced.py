"""Displaced: whose output a supplier of one's own takes, and what it does to prices, under one law.

A world that holds it is run under one law twice, as it is and with the supplier never begun, at the central draw and in
some draws. Base year, numbers and draws are the same in both, so that what moves is its doing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from earthprice.arithmetic import settled
from earthprice.errors import NotClearedError
from earthprice.law import Stack, prepare
from earthprice.measures.spread import FEWEST, among, ranged
from earthprice.past.posterior import central_values, posterior
from earthprice.runs.audit import uncleared
from earthprice.runs.engine import Engine, Outcome, engine, point, run
from earthprice.runs.sample import sample
from earthprice.study.opening import plan_words
from earthprice.world.terms import Terms
from earthprice.world.world import World

OUTPUT_COLUMNS = ("supplier", "stage", "zone", "without", "with", "change", "low", "high", "unit")
PRICE_COLUMNS = ("oxide", "zone", "without", "with", "change_pct", "low", "high", "unit")
STAGES = ("mining", "separation", "recycling")
LEAST = 1e-3
"""Change [kt REO/yr] below which a supplier is not told: a tonne a year."""
NAMED = 3
"""Suppliers named in the sentence."""
SEED = 1
NEVER = 9999.0
"""Earliest year of what is not begun."""


@dataclass(frozen=True)
class Extent:
    """Last year of the run, in which both are compared; the day that is seen; draws beside the central one."""

    last: int
    as_of: str
    draws: int = 0


@dataclass(frozen=True)
class Displaced:
    """What a supplier displaces in the last year of a run.

    Attributes:
        words: the answer.
        year: the year.
        output: by supplier of a stage (`OUTPUT_COLUMNS`): at the central draw, change with its ends over draws (NaN
            without draws), largest loss first.
        prices: by oxide and zone (`PRICE_COLUMNS`).
        draws: draws in which both worlds cleared.
        plan: what is planned of what is new: what it usually makes, a plant takes, in its first year [kt REO/yr].
        growth: of a plan that pays, in units of it a year (`model/project/phases`).
    """

    words: str
    year: int
    output: pd.DataFrame
    prices: pd.DataFrame
    draws: int
    plan: float = 0.0
    growth: float = 0.0


@settled()
def displaced(world: World, new: Sequence[str], law: Stack, asked: Extent) -> Displaced:
    """Run a law without some suppliers and with them.

    Args:
        world: the world that holds them.
        new: their ids.
        law: the law, with all that it stands on.
        asked: see `Extent`.

    Raises:
        NotClearedError: no price clears the market at the central draw.
    """
    e = engine(world.seen(asked.as_of), asked.last, drivers=True)
    begun = [k for k in e.world.numbers.keys if k.endswith("/start_earliest") and not {*k.split("/")}.isdisjoint(new)]
    both = partial(_both, e, prepare(law, e.world.network).terms(e.years, as_of=asked.as_of), begun)
    central = both(central_values(e.world, asked.as_of))
    found = list(_drawn(e.world, both, asked))
    output = _table(central, found, partial(_output, e))
    output = output[output[["change", "low", "high"]].abs().max(axis=1) >= LEAST]
    prices = _table(central, found, partial(_prices, e), share=True)
    output = output.assign(unit="kt REO/yr")[list(OUTPUT_COLUMNS)]
    prices = prices.rename(columns={"supplier": "oxide", "change": "change_pct"}).assign(unit="USD2020/kg")
    made = Displaced("", asked.last, output.reset_index(drop=True), prices[list(PRICE_COLUMNS)], len(found))
    values, ends = central[1].point.values, tuple(f"/{name}/planned_capacity" for name in new)
    plan, growth = sum(x for k, x in values.items() if k.endswith(ends)), values["model/project/phases"]
    made = replace(made, plan=float(plan), growth=float(growth))
    return replace(made, words=_words(made, new))


def _drawn(
    world: World, both: Callable[[Mapping[str, float]], list[Outcome]], asked: Extent
) -> Iterator[list[Outcome]]:
    """Both runs in every draw in which both clear."""
    numbers = world.numbers
    drawn = posterior(sample(tuple(numbers.members), (), asked.draws, SEED), world.fit(asked.as_of))
    for i in range(asked.draws):
        try:
            yield both(numbers.draw({k: q for k, q in drawn.of_world(i).items() if k in numbers.members}))
        except NotClearedError:
            continue  # counted: `draws` says how many are left


def _both(e: Engine, terms: Terms, begun: Sequence[str], values: Mapping[str, float]) -> list[Outcome]:
    """A law run in a world with what is begun by `begun` left out, and as it is."""
    return [_run(e, terms, {**values, **never}) for never in (dict.fromkeys(begun, NEVER), {})]


def _run(e: Engine, terms: Terms, values: Mapping[str, float]) -> Outcome:
    done = run(e, point(e, values, terms), terms)
    if found := uncleared(done, e.world.network):
        raise NotClearedError(f"no price clears the market: {found.words}")
    return done


def _output(e: Engine, done: Outcome) -> pd.Series:
    """Output in the last year by supplier, stage and zone [kt REO/yr]: mines by deposit, plants by feed and zone."""
    act = e.world.network.activities
    made = e.of_year(done.record.level, e.last) * (e.world.network.content @ np.maximum(done.point.bench.a, 0.0))
    runs = act["stage"].isin(STAGES)
    ids = act.index.to_series()
    name = act["deposit"].where(act["stage"] == "mining", ids.str.partition("/")[2])
    rows = pd.DataFrame({"supplier": name, "stage": act["stage"], "zone": act["zone"], "made": made})[runs]
    return rows.groupby(["supplier", "stage", "zone"], sort=False)["made"].sum()


def _prices(e: Engine, done: Outcome) -> pd.Series:
    """Prices of oxides in the last year, by oxide and zone [USD2020/kg]."""
    nodes = e.world.network.nodes
    at = np.flatnonzero(nodes["good"].str.endswith("_oxide"))
    paid = e.of_year(done.record.price, e.last)[at]
    names = pd.MultiIndex.from_frame(
        nodes.iloc[at][["good", "stage", "zone"]].set_axis(["supplier", "stage", "zone"], axis=1)
    )
    return pd.Series(paid, names)


def _table(
    central: list[Outcome], drawn: list[list[Outcome]], read: Callable[[Outcome], pd.Series], share: bool = False
) -> pd.DataFrame:
    """Without, with and change at the central draw, and the ends of the change over draws; most negative first."""
    old, new = map(read, central)

    def moved(pair: list[Outcome]) -> pd.Series:
        without, there = map(read, pair)
        return 100.0 * (there / without - 1.0) if share else there - without

    change = moved(central)
    table = pd.DataFrame({"without": old, "with": new, "change": change})
    ends = np.array([moved(pair).to_numpy() for pair in drawn])
    low, _, high = ranged(ends) if len(drawn) else np.full((3, len(change)), np.nan)
    return table.assign(low=low, high=high).sort_values("change", kind="stable").reset_index()


def _words(d: Displaced, new: Sequence[str]) -> str:
    """Whose output it takes, and which price moves most, in sentences."""
    own = d.output["supplier"].map(lambda name: name.rpartition("/")[2]).isin(new)
    stage = str(d.output.loc[own, "stage"].iloc[0]) if own.any() else "mining"
    same, names = d.output[(d.output["stage"] == stage) & ~own], " and ".join(new)
    added = float(d.output.loc[own & (d.output["stage"] == stage), "change"].sum())
    if not new or added < LEAST:
        why = "it does not open (`earthprice mine` says why of a mine)"
        return f"{names or 'Nothing new'} makes next to nothing in {d.year}: {why}."
    lost = same[same["change"] < 0]
    parts = [_amount(row, d.draws) for _, row in lost.head(NAMED).iterrows()]
    taken = 100.0 * -float(lost["change"].sum()) / added
    first = d.prices[d.prices["change_pct"].abs() == d.prices["change_pct"].abs().max()].iloc[0]
    makes = plan_words(added, d.plan, d.growth, " of feed" if stage == "separation" else "")
    said = f"In {d.year} {names} makes {makes}. Others of its stage make {taken:.0f} % of what it makes less"
    said += f": {'; '.join(parts)}. " if parts else ". "
    return (
        said
        + (
            f"The price that moves most is {first['oxide'].replace('_', ' ')} in {first['zone']}, by "
            f"{first['change_pct']:+.2g} % ({first['without']:.3g} to {first['with']:.3g} USD2020/kg)."
        )
        + (f" Central draw; in brackets {_bracket(d.draws)}." if d.draws else " Central draw alone: no ranges.")
    )


def _bracket(draws: int) -> str:
    """Which draws the brackets hold, and whether they are enough for a range."""
    few = f", too few to tell a range ({FEWEST} or more do): the central draw may lie outside"
    return among(draws) + few * (draws < FEWEST)


def _amount(row: pd.Series, draws: int) -> str:
    """A supplier, and its change with the ends over draws."""
    ends = f" ({row['low']:+.2g} to {row['high']:+.2g})" if draws else ""
    return f"{row['supplier']} ({row['zone']}) {row['change']:+.2g} kt{ends}"
