"""The run: a market a period, then the laws of motion, scanned over time."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax

from earthprice.dynamics import laws
from earthprice.dynamics.setting import Schedule, Setting
from earthprice.dynamics.state import Record, State
from earthprice.market.bundles import entries, margins
from earthprice.market.clear import clear
from earthprice.market.closed import Market, price_matrix, unpacked
from earthprice.market.response import Responses, respond

OFF = 1e4
"""Permits issued when a cap is not in force, in units of the base year's use."""


class Period(NamedTuple):
    """One period as the market sees it: the closed market, and permits issued."""

    market: Market
    permits: Array


def simulate(setting: Setting, schedule: Schedule, years: Array) -> Record:
    """Run the market through time.

    Args:
        setting: fixed arrays.
        schedule: terms and drivers, leading axis T.
        years: start of each period [T].

    Returns:
        Records of all periods (leading axis T). The caller must look at `residual`.
    """
    held = bundles(setting)

    def once(state: State, now: tuple[Schedule, Array]) -> tuple[State, Record]:
        return step(setting, now[0], now[1], state, held)

    return lax.scan(once, start(setting), (schedule, years))[1]


def start(s: Setting) -> State:
    """The state at the beginning of the base year."""
    k = s.permit_use.shape[0]
    places = s.place_of.shape[0]
    made0 = 10.0 * (s.made_high @ s.level0)
    m = s.capacity0.shape[0]
    one = jnp.ones(places)
    seen = indicators(s, jnp.ones(m), s.price0, s.level0, one, one)
    return State(
        price=jnp.concatenate([s.price0, s.permit0]), capacity=s.capacity0, queue=jnp.zeros((len(s.queue), m)),
        margin=s.margin0, expected=s.price0, ore=s.ore0, lean_lost=jnp.zeros_like(s.ore0),
        waste=jnp.zeros_like(s.ore0), stock=s.stock0, reserve=jnp.zeros_like(s.stock0), thrift=jnp.zeros(m),
        knowledge=s.knowledge0, made=made0, complaints=jnp.ones(places), review=jnp.ones(k),
        seen=jnp.tile(seen, (len(s.review.seen), 1)),
    )  # fmt: skip


def period(s: Setting, schedule: Schedule, year: Array, state: State) -> Period:
    """The closed market of a period, in dense storage."""
    now = _period(s, schedule, year, state, bundles(s))
    return now._replace(market=unpacked(now.market))


def bundles(s: Setting) -> Array:
    """Coefficients of goods and permits as entries of the layout, each permit in force [E]."""
    return entries(jnp.concatenate([s.a, -s.permit_use]), s.layout)


def _period(s: Setting, schedule: Schedule, year: Array, state: State, bundle: Array) -> Period:
    """The closed market of a period, packed."""
    capacity = state.capacity * schedule.capacity * laws.ore_factor(s, state.ore, state.capacity)
    capacity = jnp.where(s.final, state.capacity * schedule.growth * jnp.exp(state.thrift), capacity)
    capacity = jnp.where(s.release, s.capacity0 * (s.stock_node.T @ (state.stock / s.stock0)), capacity)
    capacity = jnp.where(s.state_buy | s.state_sell, schedule.holding, capacity)
    n, m, where = s.price0.shape[0], s.cost.shape[0], s.layout
    k = n + s.permit_use.shape[0]
    wanted = margins(bundle, where, jnp.pad(state.expected, (0, k - n))[where.order], m)
    surprise = jnp.pad(state.expected - s.price0, (0, k - n))[where.order]
    known = s.knowledge0 - state.knowledge
    cost = s.cost + s.rent + jnp.where(s.final, 0.0, schedule.specific + schedule.resource_cost) + schedule.pigou
    cost = cost + laws.recovery_cost(s, schedule)
    cost = cost + s.high_cost * (s.made_high.T @ known)
    cost = cost + s.risk * margins(jnp.maximum(-bundle, 0.0), where, surprise, m)
    ready = 1.0 + jnp.where(s.store, schedule.hoard, 0.0)
    cost = jnp.where(s.store | s.release, wanted * ready, cost)
    reserve = jnp.nan_to_num(schedule.reservation)
    cost = jnp.where(s.state_buy, -reserve, jnp.where(s.state_sell, reserve, cost))
    base = jnp.where(s.final, s.cost, cost)
    multiplier = laws.reviews(s, state, year, schedule.permit_amount)
    amount = jnp.minimum(schedule.permit_amount, 1e12) * s.permit_scale * multiplier
    use0 = s.permit_use @ s.level0
    scale = jnp.maximum(use0, 0.01)
    in_force = schedule.permit_amount <= laws.NO_CAP
    issued = jnp.where(in_force, amount, OFF * scale)
    on = jnp.concatenate([jnp.ones(n), in_force])[where.order]
    a = bundle * on[where.row]
    keep = schedule.advalorem + schedule.markup  # the law's terms hold it below caps.WITHHELD
    by_node = {"endowment": jnp.concatenate([jnp.zeros(n), issued]), "flow": jnp.concatenate([s.flow, scale]),
               "reference": jnp.concatenate([s.price0, s.permit_reference]), "permit": jnp.arange(k) >= n}  # fmt: skip
    market = Market(
        a=a, b=price_matrix(a, keep[where.column], s.final[where.column]),
        responses=Responses(capacity, base, s.spread, s.choke, s.form, s.final, s.curved),
        layout=where, **{name: x[where.order] for name, x in by_node.items()},
    )  # fmt: skip
    return Period(market, amount)


def step(s: Setting, schedule: Schedule, year: Array, state: State, bundle: Array) -> tuple[State, Record]:
    """One period: clear the market, then let every law of motion act on its own field.

    Args:
        s: fixed arrays.
        schedule: terms and drivers of the period.
        year: its start.
        state: the state then.
        bundle: coefficients as entries of the layout (`bundles`), the same in every period.
    """
    multiplier = laws.reviews(s, state, year, schedule.permit_amount)
    now = _period(s, schedule, year, state, bundle)
    found = clear(now.market, lax.stop_gradient(state.price))
    earned = margins(now.market.b, s.layout, found.price[s.layout.order], s.cost.shape[0])
    response = respond(earned, now.market.responses)
    level = response.level
    charges = schedule.specific + schedule.resource_cost + laws.recovery_cost(s, schedule) + schedule.pigou
    margin = earned - jnp.where(s.final, 0.0, charges)
    r = now.market.responses
    # Counted from zero price at the cost before the law, so that a charge never raises a surplus; buyers and shippers
    # have no zero of price.
    before = jnp.where(s.release | s.state_sell, r.cost, s.cost + s.rent)
    zero = jax.nn.softplus(-r.cost / s.spread) - jnp.where(s.buyer, 0.0, jax.nn.softplus(-before / s.spread))
    surplus = response.surplus + jnp.where(s.final, 0.0, r.capacity * s.spread * zero)
    surplus = surplus - laws.thrift_cost(s, state.thrift, r.capacity * jnp.exp(-state.thrift))
    burden = jnp.sum(s.place_damage * schedule.burden, 1)
    damage = s.place_of @ (burden * level)
    damage0 = s.place_of @ (jnp.sum(s.place_damage, 1) * s.level0)
    view = indicators(s, laws.reached(s, schedule), found.price, level, laws.felt(s, damage, damage0), state.complaints)
    after, queue, invested = laws.capacity(s, schedule, state, level, margin, bundle)
    expected, hoped = laws.expectations(s, state, found.price, margin)
    ore, lean_lost, waste = laws.ore(s, schedule, state, level)
    stock, reserve = laws.stocks(s, state, level)
    learned, made = laws.knowledge(s, schedule, state, level)
    new = State(
        price=found.price, capacity=jnp.where(s.final | s.store | s.release, s.capacity0, after), queue=queue,
        margin=hoped, expected=expected, ore=ore, lean_lost=lean_lost, waste=waste, stock=stock,
        reserve=reserve, thrift=laws.thrift(s, state, margin), knowledge=learned,
        made=made, complaints=laws.complaints(s, state, damage, damage0), review=multiplier,
        seen=jnp.concatenate([view[None], state.seen[:-1]]),
    )  # fmt: skip
    record = Record(
        price=found.price, level=level, surplus=surplus, capacity=now.market.responses.capacity,
        residual=found.residual, steps=found.steps, ore=state.ore, lean_lost=state.lean_lost, waste=state.waste,
        dug=laws.dug(s, schedule, level, state.ore), stock=state.stock, reserve=state.reserve,
        knowledge=state.knowledge, complaints=state.complaints, damage=damage, invested=invested,
        permit_amount=now.permits, indicator=view, thrift=state.thrift,
    )  # fmt: skip
    return new, record


def indicators(s: Setting, recovery: Array, price: Array, level: Array, damage: Array, complaints: Array) -> Array:
    """What reviews may look at, in the order of `Index.indicators`: ratios to the base year, and shares.

    Prices, complaints and damage as ratios; by zone the share of unlicensed output, licensed exports (REO content,
    ratio), the share of high-grade magnets, and what licensed mines recover of what they dig.
    """
    n = s.price0.shape[0]
    licensed, unlicensed = s.mined[0] @ level, s.mined[1] @ level
    exports, exports0 = s.shipped @ level, s.shipped @ s.level0
    by_body = s.dig @ (level / recovery)
    comes_up = jnp.maximum(by_body, s.host) / jnp.maximum(by_body, 1e-9)
    dug = s.mined[0] @ (level / recovery * (s.dig.T @ comes_up))
    return jnp.concatenate([
        price[:n] / s.price0, complaints, damage, unlicensed / jnp.maximum(licensed + unlicensed, 1e-9),
        jnp.where(exports0 > 0, exports / jnp.maximum(exports0, 1e-9), 1.0),
        (s.made_high @ level) / jnp.maximum(s.made_magnets @ level, 1e-9), licensed / jnp.maximum(dug, 1e-9),
    ])  # fmt: skip


simulate_jit = jax.jit(simulate)
