"""Terms: all that the market and the dynamics ever learn of the law.

Law compiles a stack of rulebooks to `Terms`; the market never imports the law. T years, M activities, P permits,
Z zones, B burdens. Every array is a plain 64-bit NumPy array, positions as in the `Network`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np


@dataclass(frozen=True)
class Review:
    """A rule that moves a permit's amount: indicator, band, slope, lag and limits (one row of the padded table).

    The amount is multiplied each time by `1 + clip(sum of rows, -at_most, +at_most)`; a row adds
    `above * (seen - high)` where the indicator seen is above the band and `below * (low - seen)` where it is below.
    Permits of one `cap` (its districts, its states of exemptions) are moved alike: one that comes into force has what
    reviews have made of those before it.
    """

    permit: str
    first: int
    every: int
    indicators: tuple[str, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    above: tuple[float, ...]
    below: tuple[float, ...]
    lag: tuple[int, ...]
    at_most: float
    never_below: float
    never_above: float
    cap: str


@dataclass(frozen=True)
class Levy:
    """What the state of one zone takes from activities of others, and the money that it pays there.

    It is part of the arrays of `Terms` of the same names; the market sees no difference, the ledger does.

    Attributes:
        zone: position of the zone whose state takes and pays.
        specific: charge per unit of level [USD/kg; T, M].
        advalorem: share of gross revenue [T, M].
        entry_support: subsidy on new capacity [MUSD/yr; T, M].
        knowledge_support: research money by zone that has it [MUSD/yr; T, Z].
    """

    zone: int
    specific: np.ndarray
    advalorem: np.ndarray
    entry_support: np.ndarray
    knowledge_support: np.ndarray


@dataclass(frozen=True)
class PlantContract:
    """A contract for difference of one plant; what it pays: `market.contracts`.

    Attributes:
        activity: position of the plant.
        good: position of the good that it pays for.
        payer: position of the zone whose state pays and takes.
        strike: price that it makes up to, at the place where the good is made [USD/kg; T]; NaN where not in force.
        back: share of the upside given back [T].
        covered: share of what is made that is under contract, times the share of the period's days in force [T].
    """

    activity: int
    good: int
    payer: int
    strike: np.ndarray
    back: np.ndarray
    covered: np.ndarray


@dataclass(frozen=True)
class Terms:
    """The law in force as numbers.

    Attributes:
        years: start of each period, as decimal year [T]; what else has a T is the mean over the days of a period.
        specific: charge per unit of level, paid to the state of the activity's zone unless `foreign` says so
            [USD/kg; T, M].
        advalorem: share of the activity's gross revenue withheld and paid to the state [T, M]
            (duty, resource tax, expected seizure and fine); with `markup` at most `caps.WITHHELD`.
        markup: share of gross revenue kept back by sellers with market power; stays with the owner [T, M].
        resource_cost: real cost of compliance per unit of level [USD/kg; T, M].
        capacity: multiplier on capacity [T, M] (1 where the law says nothing).
        reservation: buying or selling price of state holders [USD/kg; T, M]; NaN where not a state holder.
        holding: capacity of state holders [kt/yr; T, M].
        stock_days: stock that a state must hold, in years of the use of its good [yr; T, M]; nil where none is asked.
        stock_pace: years of use that are bought in a year until it is there [-; T, M].
        stock_sold: share of what is held that is offered in a year at the selling price [1/yr; T, M].
        recovery: least recovery demanded and obeyed, as multiplier on the ore's base recovery [T, M] (>= 1).
        burden: multiplier on each burden [T, M, B].
        entry: multiplier on new capacity [T, M].
        entry_delay: years added to the lead time of new capacity [T, M].
        entry_support: subsidy on new capacity [MUSD/yr; T, M].
        knowledge_support: research money by zone [MUSD/yr; T, Z].
        state_cost: cost of inspection and administration by zone [MUSD/yr; T, Z].
        awaited: share of the period's days on which a law that will move what an activity handles is announced and not
            yet in force, for expectations [T, M].
        permits: name of each permit [P].
        permit_use: permit needed per unit of level, negative where an activity brings one [P, M].
        permit_amount: permits issued [kt/yr; T, P], over the days on which the cap is in force; `inf` if on none.
        permit_held: share of the period's days on which the cap is in force [T, P]; on the others what is used without
            it needs no permit. 1 where there is no cap.
        permit_granted: of what would be shipped if nothing were refused, the share for which permits are issued [T, P];
            1 for a cap, and where nothing is refused.
        tariff: part of `advalorem` that is paid to the state of the zone of arrival [T, M].
        reviews: rules that move permits.
        caught: share of unlicensed tonnes caught [T, M], kept for the report (already inside `advalorem`).
        fine: fine as a multiple of the gain [T, M]; no run reads it either.
        uncollected: share of revenue that expected seizure and fine would take beyond what can be withheld [T, M].
        foreign: the parts of charges and money that the state of another zone takes and pays.
        contracts: contracts for difference.
    """

    years: np.ndarray
    specific: np.ndarray
    advalorem: np.ndarray
    markup: np.ndarray
    resource_cost: np.ndarray
    capacity: np.ndarray
    reservation: np.ndarray
    holding: np.ndarray
    stock_days: np.ndarray
    stock_pace: np.ndarray
    stock_sold: np.ndarray
    recovery: np.ndarray
    burden: np.ndarray
    entry: np.ndarray
    entry_delay: np.ndarray
    entry_support: np.ndarray
    knowledge_support: np.ndarray
    state_cost: np.ndarray
    awaited: np.ndarray
    permits: tuple[str, ...]
    permit_use: np.ndarray
    permit_amount: np.ndarray
    permit_held: np.ndarray
    permit_granted: np.ndarray
    tariff: np.ndarray
    reviews: tuple[Review, ...]
    caught: np.ndarray
    fine: np.ndarray
    uncollected: np.ndarray
    foreign: tuple[Levy, ...] = ()
    contracts: tuple[PlantContract, ...] = ()


def no_law(years: np.ndarray, activities: int, zones: int, burdens: int) -> Terms:
    """Terms under which nothing is charged, capped or demanded; arrays of their own, years apart.

    Args:
        years: period starts [T].
        activities: number of activities M.
        zones: number of zones Z.
        burdens: number of burdens B.
    """
    t = len(years)
    flat, one = partial(np.zeros, (t, activities)), partial(np.ones, (t, activities))
    return Terms(
        years=np.asarray(years, float),
        specific=flat(),
        advalorem=flat(),
        markup=flat(),
        resource_cost=flat(),
        capacity=one(),
        reservation=np.full((t, activities), np.nan),
        holding=flat(),
        stock_days=flat(),
        stock_pace=flat(),
        stock_sold=flat(),
        recovery=one(),
        burden=np.ones((t, activities, burdens)),
        entry=one(),
        entry_delay=flat(),
        entry_support=flat(),
        knowledge_support=np.zeros((t, zones)),
        state_cost=np.zeros((t, zones)),
        awaited=flat(),
        permits=(),
        permit_use=np.zeros((0, activities)),
        permit_amount=np.zeros((t, 0)),
        permit_held=np.ones((t, 0)),
        permit_granted=np.ones((t, 0)),
        tariff=flat(),
        reviews=(),
        caught=flat(),
        fine=flat(),
        uncollected=flat(),
    )
