"""The state that passes from period to period, and what a period leaves behind."""

from __future__ import annotations

from typing import NamedTuple

from jax import Array


class State(NamedTuple):
    """The scan's carry. Each field is owned by one law of motion (`laws.py`).

    Attributes:
        price: last prices, goods then permits [USD/kg; K]: the next market's start.
        capacity: capacity before the law's multipliers, at the start of the period [kt/yr; M]; trend: its growth over
            the last period but for what was ready, as a logarithm [1/yr; M].
        queue: capacity on its way of what can be begun, by periods to arrival, the next one's first [kt/yr; Q, J].
        margin: expected margin [USD/kg; M].
        expected: expected price of the goods [USD/kg; N].
        ore: ore left [kt REO; O]; lean_lost: lean ore lost for good [kt REO; O]; waste: REO left in tailings or
            dissipated, by body it came from [kt REO; O].
        stock: private stocks [kt; S]; reserve: state stocks [kt; S]; used: last use of their goods in their zones
            [kt/yr; S].
        thrift: log shift of final use through thrift and substitution [M].
        knowledge: index by zone [Z]; made: cumulative high-grade output [kt; Z].
        complaints: index by place [D], 1 in the base year.
        review: multiplier of each permit [P].
        seen: past indicators [L, I], the last period's first.
    """

    price: Array
    capacity: Array
    trend: Array
    queue: Array
    margin: Array
    expected: Array
    ore: Array
    lean_lost: Array
    waste: Array
    stock: Array
    reserve: Array
    used: Array
    thrift: Array
    knowledge: Array
    made: Array
    complaints: Array
    review: Array
    seen: Array


class Record(NamedTuple):
    """What a period leaves behind: results, and the state at its start; a run's has a leading axis T."""

    price: Array  # prices of goods [USD/kg], then of permits [USD per kg of permit; K]
    level: Array  # levels [kt/yr; M]
    surplus: Array  # surplus of owners and users [MUSD/yr; M]
    capacity: Array  # capacity that the period could use [kt/yr; M]
    residual: Array  # largest imbalance of the market as a share of a good's flow [-]
    steps: Array  # Newton steps taken [int]
    ore: Array  # ore left [kt REO; O]
    lean_lost: Array  # lean ore lost for good [kt REO; O]
    waste: Array  # REO left in tailings or dissipated [kt REO; O]
    dug: Array  # ore dug [kt REO/yr; O]
    stock: Array  # private stocks [kt; S]
    reserve: Array  # state stocks [kt; S]
    knowledge: Array  # index of knowledge [-; Z]
    complaints: Array  # index of complaints, 1 in the base year [-; D]
    damage: Array  # external damage [MUSD/yr; D]
    invested: Array  # money invested [MUSD/yr; M]
    permit_amount: Array  # permits issued, after reviews [kt/yr; P]
    indicator: Array  # what reviews may look at, as `Index.indicators` [-; I]
    thrift: Array  # log shift of final use [-; M]
