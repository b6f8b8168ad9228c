"""The schedule of a run: what the law says by period, and what drives use and projects, as arrays.

T periods, M activities, P permits, C contracts for difference, O bodies of ore, Z zones, B burdens,
Y goods and permits, or 1 where no run nearby is known. Multipliers of the law count from the base year's, in which the
benchmark already holds them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from jax import Array

from earthprice import caps
from earthprice.dynamics.clock import Clock
from earthprice.errors import OptionError
from earthprice.world.draft import Drafts
from earthprice.world.terms import Review, Terms
from earthprice.world.world import World

TURN, END = 2025, 2035
"""Years in which the first growth rate of a use gives way to the second, and in which forecasts end."""
UNCAPPED = 1e12
"""Permits [kt/yr] that stand for no cap."""


class Schedule(NamedTuple):
    """What the law says by period, and what drives use, as the scan consumes it (leading axis T)."""

    specific: Array  # charge per unit of level [USD/kg; T, M]
    advalorem: Array  # share of gross revenue withheld [-; T, M]
    markup: Array  # share of gross revenue kept back by sellers with market power [-; T, M]
    resource_cost: Array  # real cost of compliance [USD/kg; T, M]
    capacity: Array  # multiplier on capacity [-; T, M]
    reservation: Array  # price at which a state buys or sells; NaN for all others [USD/kg; T, M]
    holding: Array  # capacity of state holders [kt/yr; T, M]
    stock_days: Array  # stock that a state must hold, in years of the use of its good [yr; T, M]
    stock_pace: Array  # years of use bought in a year until it is there [-; T, M]
    stock_sold: Array  # share of what is held that is offered in a year [1/yr; T, M]
    recovery: Array  # least recovery demanded and obeyed, over the base year's [-; T, M]
    burden: Array  # multiplier on each burden [-; T, M, B]
    entry: Array  # multiplier on what is begun [-; T, M]
    delay: Array  # added to the lead of what is begun [yr; T, M]
    support: Array  # subsidy on new capacity [MUSD/yr; T, M]
    research: Array  # research money [MUSD/yr; T, Z]
    permit_amount: Array  # permits issued, `UNCAPPED` where there is no cap [kt/yr; T, P]
    strike: Array  # price that contracts for difference make up to, 1 where there is none [USD/kg; T, C]
    back: Array  # share of the upside that is given back [-; T, C]
    covered: Array  # share of what is made that is under contract [-; T, C]
    growth: Array  # use at unchanged prices over the base year's [-; T, M]
    hoard: Array  # share by which holders value higher what a law awaited will move [-; T, M]
    open: Array  # size to which a project can have grown, in units of its plan [-; T, M]
    pigou: Array  # charges on top of the law, for the rare price [USD/kg; T, M]
    gift: Array  # ore added from nowhere, to ask what it is worth [kt/yr; T, O]
    guide: Array  # prices of the period before and of this one in a run nearby, or nil [USD/kg; T, 2, Y]
    clock: Clock  # how long each period is, and when those around it begin


class Drivers(NamedTuple):
    """What drives a run whatever the law: `growth`, `open` and `clock` as in `Schedule`, how far holders buy ahead."""

    growth: np.ndarray
    open: np.ndarray
    hoard: float
    clock: Clock


def schedule(
    terms: Terms,
    base: Terms,
    drivers: Drivers,
    bodies: int,
    pigou: np.ndarray | None = None,
    guide: np.ndarray | None = None,
) -> Schedule:
    """A law as a schedule.

    Args:
        terms: the law by period.
        base: the law of the base year; its first row counts.
        drivers: what drives the run whatever the law.
        bodies: number of bodies of ore O.
        pigou: charges on top of the law [USD/kg; T, M]; none if None.
        guide: as in a `Schedule`; none if None.

    Raises:
        OptionError: the law of the base year lets nothing be built, or run, of what a later one does: how much that
            would be is nowhere in the tables.
    """
    t, m = terms.specific.shape
    for what, then, now in (("built", base.entry, terms.entry), ("run", base.capacity, terms.capacity)):
        if ((then[0] <= 0.0) & (now > 0.0).any(0)).any():
            said = f"the law of the base year lets something not be {what} that a later law lets be {what}"
            raise OptionError(said, where="law of the base year", accepted="a base year in which some of it was")
    arrays = dict(
        specific=terms.specific,
        advalorem=terms.advalorem,
        markup=terms.markup,
        resource_cost=terms.resource_cost,
        capacity=terms.capacity / np.where(base.capacity[0] > 0, base.capacity[0], 1.0),
        reservation=terms.reservation,
        holding=terms.holding,
        stock_days=terms.stock_days,
        stock_pace=terms.stock_pace,
        stock_sold=terms.stock_sold,
        recovery=terms.recovery / base.recovery[0],
        burden=terms.burden / base.burden[0],
        entry=terms.entry / np.where(base.entry[0] > 0, base.entry[0], 1.0),
        delay=terms.entry_delay - base.entry_delay[0],
        support=terms.entry_support,
        research=terms.knowledge_support,
        permit_amount=np.minimum(terms.permit_amount, UNCAPPED),
        **_contracts(terms),
        growth=drivers.growth,
        hoard=terms.awaited * drivers.hoard,
        open=drivers.open,
        pigou=np.zeros((t, m)) if pigou is None else pigou,
        gift=np.zeros((t, bodies)),
        guide=np.zeros((t, 2, 1)) if guide is None else guide,
    )
    return Schedule(**{k: np.asarray(v, np.float64) for k, v in arrays.items()}, clock=drivers.clock)


def _contracts(terms: Terms) -> dict[str, np.ndarray]:
    """Contracts for difference by period, with room for `caps.CONTRACTS` [T, C].

    Raises:
        OptionError: there are more than that.
    """
    t, some = len(terms.years), len(terms.contracts)
    if some > caps.CONTRACTS:
        raise OptionError(f"the laws together insure {some} plants", accepted=f"at most {caps.CONTRACTS}")
    out = {"strike": np.ones((t, caps.CONTRACTS)), "back": np.zeros((t, caps.CONTRACTS))}
    out["covered"] = out["back"].copy()
    for c, contract in enumerate(terms.contracts):
        on = np.isfinite(contract.strike)
        out["strike"][on, c] = contract.strike[on]
        out["back"][:, c], out["covered"][:, c] = contract.back, np.where(on, contract.covered, 0.0)
    return out


def middles(years: np.ndarray, dt: np.ndarray) -> np.ndarray:
    """Middle of each period, counted from the middle of its year: of yearly periods the year itself [T].

    What grows or is discounted by it has in a year the mean that it has with yearly periods, to second order.

    Args:
        years: start of each period [T].
        dt: length of each period [years; T].
    """
    return years + 0.5 * (dt - 1.0)


def growth(
    years: np.ndarray, dt: np.ndarray, drafts: Drafts, values: Mapping[str, float], recorded: World | None = None
) -> np.ndarray:
    """Index of final use without price changes [T, M], at the middle of each period; 1 until the base year's middle.

    Rates are `use/<use>/growth_1` to 2025, then `growth_2`, and after 2035 a share of it that fades: a use that
    spreads through a stock that lasts `fade` years stops growing when the stock has turned over,
    share x fade (1 - exp(-(t - 2035)/fade)) years of growth after t.

    Args:
        years: start of each period, the base year first [T].
        dt: length of each period [years; T].
        drafts: the activities.
        values: the world's numbers.
        recorded: the world whose recorded drivers use follows as long as they last, and its own rates from there; none
            if None.
    """
    out = np.ones((len(years), len(drafts)))
    now = np.maximum(middles(years, dt), years[0])
    share, fade = values["model/demand/after_2035"], values["model/demand/fade"]
    used: dict[str, list[int]] = {}
    for j, d in enumerate(drafts):
        if d.growth:
            used.setdefault(d.growth, []).append(j)
    for use, at in used.items():
        first, second = values[f"use/{use}/growth_1"], values[f"use/{use}/growth_2"]
        path = _own_growth(now, years[0], (first, second), (share, fade))
        if recorded:
            until = np.minimum(now, max(years[0], recorded.driven[use].years[-1]))
            told = _own_growth(until, years[0], (first, second), (share, fade))
            path = path / told * driven(recorded, until, use, first)
        out[:, at] = path[:, None]
    return out


def _own_growth(now: np.ndarray, base: float, rates: tuple[float, float], after: tuple[float, float]) -> np.ndarray:
    """Index of a use by its own rates at points of time, 1 at the base year; arguments as of `growth`."""
    (first, second), (share, fade) = rates, after
    early = np.minimum(now, TURN) - base
    late = np.minimum(np.maximum(now, TURN), END) - TURN - share * fade * np.expm1(-np.maximum(now - END, 0.0) / fade)
    return (1.0 + first) ** early * (1.0 + second) ** late


def driven(world: World, now: np.ndarray, use: str, first: float) -> np.ndarray:
    """A use as its recorded driver has it, 1 at the base year [T].

    index(t)/index(t0) exp(z error (t - t0)), yearly means standing in the middle of their years and their logarithms on
    straight lines between them; z is where the draw's rate lies in its own range, -1 and 1 its ends, so that one factor
    moves both.

    Args:
        world: the world, whose drivers are recorded.
        now: points of time as of `middles`, the base year first, none after the last record [T].
        use: its name in the tables.
        first: the draw's growth rate [1/yr].
    """
    recorded = world.driven[use]
    path = np.interp(now, recorded.years, recorded.path)
    value, low, high = recorded.range
    end = high - value if first > value else value - low
    z = (first - value) / end if end > 0 else 0.0
    return np.exp(path - path[0] + z * recorded.error * (now - now[0]))


def phases(years: np.ndarray, dt: np.ndarray, drafts: Drafts, values: Mapping[str, float]) -> np.ndarray:
    """Size to which a project can have grown, in units of its plan [T, M]: nil before the year it can open.

    1 + g (t - start) while lists of projects are known, and by the share g a year after 2035, from when on no list
    says what is planned: in the long run ore limits supply, not a list. Arguments as of `growth`.
    """
    g, (start, which) = values["model/project/phases"], np.unique(drafts.said["start"], return_inverse=True)
    now = middles(years, dt)[:, None]
    listed = 1.0 + g * np.maximum(np.minimum(now, END) - start, 0.0)
    grown = listed * (1.0 + g) ** np.maximum(now - np.maximum(start, END), 0.0)
    return np.where(years[:, None] < start, 0.0, grown)[:, which]


def permit_room(permits: int) -> int:
    """Permits that a run with so many has room for: the next multiple of `caps.PERMIT_STEP`, at least one."""
    return caps.PERMIT_STEP * max(-(-permits // caps.PERMIT_STEP), 1)


def with_permit_room(terms: Terms, least: int = 0) -> Terms:
    """The same terms with `room` for their permits, so that few laws change a shape.

    Args:
        terms: the law.
        least: permits that there is room for at least, so that several laws have one shape.

    Raises:
        OptionError: there are more permits than `caps.PERMITS`.
    """
    if len(terms.permits) > caps.PERMITS:
        raise OptionError(f"the laws together issue {len(terms.permits)} permits", accepted=f"at most {caps.PERMITS}")
    spare = permit_room(max(len(terms.permits), least)) - len(terms.permits)
    t, m = terms.specific.shape
    return replace(
        terms,
        permits=(*terms.permits, *(f"spare {i}" for i in range(spare))),
        permit_use=np.vstack([terms.permit_use.reshape(-1, m), np.zeros((spare, m))]),
        permit_amount=np.hstack([terms.permit_amount.reshape(t, -1), np.full((t, spare), np.inf)]),
        permit_held=np.hstack([terms.permit_held.reshape(t, -1), np.ones((t, spare))]),
        permit_granted=np.hstack([terms.permit_granted.reshape(t, -1), np.ones((t, spare))]),
    )


def fitted(terms: Terms) -> Terms:
    """The same terms with reviews padded to one shape: `caps.REVIEWS` reviews of `caps.REVIEW_ROWS` rows.

    Raises:
        OptionError: there are more of either.
    """
    most, rows = caps.REVIEWS, caps.REVIEW_ROWS
    blank = Review(terms.permits[0], 10**9, 1, (), (), (), (), (), (), 0.0, 0.0, UNCAPPED, "")
    if len(terms.reviews) > most or any(len(r.indicators) > rows for r in terms.reviews):
        raise OptionError("too many reviews", accepted=f"at most {most} reviewed permits with at most {rows} rows")
    wide = [_wide(r, rows) for r in (*terms.reviews, *[blank] * (most - len(terms.reviews)))]
    return replace(terms, reviews=tuple(wide))


def _wide(r: Review, rows: int) -> Review:
    gap = rows - len(r.indicators)
    first = r.indicators[0] if r.indicators else ""
    zero = (0.0,) * gap
    return replace(
        r,
        indicators=(*r.indicators, *[first] * gap),
        low=(*r.low, *zero),
        high=(*r.high, *zero),
        above=(*r.above, *zero),
        below=(*r.below, *zero),
        lag=(*r.lag, *(0,) * gap),
    )
