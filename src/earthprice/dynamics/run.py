"""The run: a market a period, then the laws of motion, scanned over time."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax

from earthprice.dynamics import laws
from earthprice.dynamics.building import build
from earthprice.dynamics.schedule import UNCAPPED, Schedule
from earthprice.dynamics.setting import Setting
from earthprice.dynamics.state import Record, State
from earthprice.market.bundles import entries, margins, sums
from earthprice.market.clear import clear
from earthprice.market.closed import Market, earned, price_matrix, unpacked
from earthprice.market.contracts import Contracts
from earthprice.market.places import gather, scatter
from earthprice.market.response import Responses, respond

OFF = 1e4
"""Permits issued when a cap is not in force, in units of the base year's use."""
OUTLET = 4.0
"""Disposal of credits, in what all capacity that brings them could bring: what nobody needs is worth next to nil."""

TIMES = 10.0
"""Times by which a guide lets the price of a permit rise at most: of one that nobody needed it tells no more."""
UNNEEDED = 1e-3
"""Price of a permit, as a share of its reference, below which it counts as one that nobody needs."""


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

    return lax.scan(once, initial_state(setting, schedule), (schedule, years))[1]


def initial_state(s: Setting, schedule: Schedule) -> State:
    """The state at the beginning of the base year; the schedule says how many periods are in its queue and memory."""
    base, ground, m = s.base, s.ore.ground, len(s.base.level)
    one = jnp.ones(len(s.places.within))
    seen = review_indicators(s, jnp.ones(m), base.price, base.level, one, one)
    return State(
        price=jnp.concatenate([base.price, s.permits.price]),
        capacity=base.capacity,
        trend=jnp.zeros(m),
        queue=jnp.zeros((schedule.clock.ahead.shape[-1], len(s.plants.built))),
        margin=base.margin,
        expected=base.price,
        ore=ground,
        lean_lost=jnp.zeros_like(ground),
        waste=jnp.zeros_like(ground),
        stock=s.storage.stock,
        reserve=jnp.zeros_like(s.storage.stock),
        used=s.storage.uses @ base.level,
        thrift=jnp.zeros(m),
        knowledge=s.knowledge.known,
        made=10.0 * (s.knowledge.made @ base.level),
        complaints=one,
        review=jnp.ones(len(s.permits.use)),
        seen=jnp.tile(seen, (schedule.clock.behind.shape[-1], 1)),
    )


def period(s: Setting, schedule: Schedule, year: Array, state: State) -> Period:
    """The closed market of a period, in dense storage."""
    now = _period(s, schedule, year, state, bundles(s))
    return now._replace(market=unpacked(now.market))


def bundles(s: Setting) -> Array:
    """Coefficients of goods and permits as entries of the layout, each permit in force [E]."""
    return entries(jnp.concatenate([s.base.a, -s.permits.use]), s.layout)


def _period(s: Setting, schedule: Schedule, year: Array, state: State, bundle: Array) -> Period:
    """The closed market of a period, packed."""
    base, final, where = s.base, s.demand.final, s.layout
    n, k = len(base.price), len(base.price) + len(s.permits.use)
    cost = jnp.where(final, base.cost, _cost(s, schedule, state, bundle))
    multiplier = laws.review_multiplier(s.reviews, schedule, state, year)
    amount = jnp.minimum(schedule.permit_amount, UNCAPPED) * s.permits.scale * multiplier
    scale = jnp.maximum(jnp.maximum(s.permits.use, 0.0) @ base.level, 0.01)
    in_force = schedule.permit_amount <= laws.NO_CAP
    issued = jnp.where(in_force, amount, OFF * scale)
    on = gather(jnp.concatenate([jnp.ones(n), in_force]), where.order)
    a, capacity = bundle * gather(on, where.row), _capacity(s, schedule, state)
    goods = gather(where.order, where.row) < n  # nobody charges the value of a permit
    keep = schedule.advalorem + schedule.markup  # the law's terms hold it below caps.WITHHELD
    by_node = {
        "endowment": jnp.concatenate([jnp.zeros(n), issued]),
        "flow": jnp.concatenate([base.flow, scale]),
        "reference": jnp.concatenate([base.price, s.permits.reference]),
        "permit": jnp.arange(k) >= n,
        "outlet": jnp.concatenate([jnp.zeros(n), OUTLET * sums(jnp.maximum(bundle, 0.0), where, capacity, k)[n:]]),
    }
    market = Market(
        a=a,
        b=jnp.where(goods, price_matrix(a, gather(keep, where.column), gather(final, where.column)), a),
        responses=Responses(capacity, cost, base.spread, s.demand.choke, base.form, final, s.demand.curved),
        layout=where,
        contracts=Contracts(*s.insured, schedule.strike, schedule.back, schedule.covered),
        **{name: gather(x, where.order) for name, x in by_node.items()},
    )
    return Period(market, amount)


def _capacity(s: Setting, schedule: Schedule, state: State) -> Array:
    """Capacity that a period can use, of final use what is used at base prices [kt/yr; M]."""
    storage, dt = s.storage, schedule.clock.dt
    k = laws.meanwhile(state, dt)
    k = scatter(k, s.outlets.activity, laws.outlets(s.outlets, s.base, k))
    capacity = k * schedule.capacity * laws.ore_factor(s.ore, s.base, state.ore, k, dt)
    capacity = jnp.where(s.demand.final, k * schedule.growth * jnp.exp(state.thrift), capacity)
    full = storage.private.T @ (state.stock / storage.stock)
    most = storage.private.T @ storage.stock / dt  # nobody sells what is not there
    capacity = jnp.where(storage.release, jnp.minimum(s.base.capacity, most) * full, capacity)
    held = schedule.holding + laws.mandated(storage, schedule, state)
    return jnp.where(storage.state_buy | storage.state_sell, held, capacity)


def _cost(s: Setting, schedule: Schedule, state: State, bundle: Array) -> Array:
    """Cost of a unit of level beside what it buys, of holders the price that they hope for or are told [USD/kg; M]."""
    base, storage, where = s.base, s.storage, s.layout
    n, m, k = len(base.price), len(base.level), len(base.price) + len(s.permits.use)
    wanted = margins(bundle, where, gather(jnp.pad(state.expected, (0, k - n)), where.order), m)
    surprise = gather(jnp.pad(state.expected - base.price, (0, k - n)), where.order)
    due = jnp.where(s.demand.final, 0.0, schedule.specific + schedule.resource_cost)
    cost = base.cost + base.rent + due + schedule.pigou
    cost = cost + laws.recovery_cost(s.ore, schedule)
    cost = cost + s.knowledge.saves * (s.knowledge.made.T @ (s.knowledge.known - state.knowledge))
    cost = cost + base.risk * margins(jnp.maximum(-bundle, 0.0), where, surprise, m)
    ready = 1.0 + jnp.where(storage.store, schedule.hoard, 0.0)
    cost = jnp.where(storage.store | storage.release, wanted * ready, cost)
    reserve = jnp.nan_to_num(schedule.reservation)
    return jnp.where(storage.state_buy, -reserve, jnp.where(storage.state_sell, reserve, cost))


def step(s: Setting, schedule: Schedule, year: Array, state: State, bundle: Array) -> tuple[State, Record]:
    """One period: clear the market, then let every law of motion act on its own field.

    Args:
        s: fixed arrays.
        schedule: terms and drivers of the period.
        year: its start.
        state: the state then.
        bundle: coefficients as entries of the layout (`bundles`), the same in every period.
    """
    base, final, storage, dt = s.base, s.demand.final, s.storage, schedule.clock.dt
    multiplier = laws.review_multiplier(s.reviews, schedule, state, year)
    now = _period(s, schedule, year, state, bundle)
    r = now.market.responses
    found = clear(now.market, lax.stop_gradient(guessed(s, state.price, *schedule.guide)))
    margin = earned(now.market, gather(found.price, s.layout.order))
    response = respond(margin, r)
    level = response.level
    charges = schedule.specific + schedule.resource_cost + laws.recovery_cost(s.ore, schedule) + schedule.pigou
    margin = margin - jnp.where(final, 0.0, charges)
    surplus = _surplus(s, r, response.surplus, state)
    damage = s.places.site @ (jnp.sum(s.places.damage * schedule.burden, 1) * level)
    damage0 = s.places.site @ (jnp.sum(s.places.damage, 1) * base.level)
    felt = laws.felt(s.places, damage, damage0)
    view = review_indicators(s, laws.reached(s.ore, schedule), found.price, level, felt, state.complaints)
    _, midway = laws.expectations(s.beliefs, state, found.price, margin, 0.5 * dt)
    built = build(s, schedule, state._replace(margin=midway), level, bundle)
    expected, hoped = laws.expectations(s.beliefs, state, found.price, margin, dt)
    ore, lean_lost, waste = laws.ore(s.ore, schedule, state, level)
    stock, reserve = laws.stocks(s.storage, state, level, dt)
    learned, made = laws.knowledge(s.knowledge, schedule, state, level)
    still = final | storage.store | storage.release
    new = State(
        price=found.price,
        capacity=jnp.where(still, base.capacity, built.capacity),
        trend=jnp.where(still, 0.0, built.trend),
        queue=built.queue,
        margin=hoped,
        expected=expected,
        ore=ore,
        lean_lost=lean_lost,
        waste=waste,
        stock=stock,
        reserve=reserve,
        used=storage.uses @ level,
        thrift=laws.thrift(s.demand, base, state, margin, dt),
        knowledge=learned,
        made=made,
        complaints=laws.complaints(s.places, state, damage, damage0, dt),
        review=multiplier,
        seen=jnp.concatenate([view[None], state.seen[:-1]]),
    )
    record = Record(
        price=found.price, level=level, surplus=surplus, capacity=r.capacity,
        residual=found.residual, steps=found.steps, ore=state.ore, lean_lost=state.lean_lost, waste=state.waste,
        dug=laws.dug(s.ore, schedule, level, state.ore), stock=state.stock, reserve=state.reserve,
        knowledge=state.knowledge, complaints=state.complaints, damage=damage, invested=built.invested,
        permit_amount=now.permits, indicator=view, thrift=state.thrift,
    )  # fmt: skip
    return new, record


def guessed(s: Setting, last: Array, before: Array, now: Array) -> Array:
    """Prices from which a market is cleared: the last ones, moved as the guide's are from its period to this one [K].

    The price of a good moves by as much as the guide's, that of a permit in proportion: it lies between nil, where
    nobody needs the permit, and many times what it was, and below nil no market is near.

    Args:
        s: fixed arrays.
        last: prices of the last period [USD/kg; K].
        before: the guide's prices of the last period; without a guide nil [USD/kg; K or 1].
        now: the guide's prices of this one [USD/kg; K or 1].
    """
    n, least = len(s.base.price), UNNEEDED * s.permits.reference
    before, now = (jnp.broadcast_to(x, last.shape) for x in (before, now))
    times = jnp.minimum((now[n:] + least) / (before[n:] + least), TIMES)
    off = last - before
    return now + jnp.concatenate([off[:n], jnp.maximum(off[n:] * times, -now[n:])])


def _surplus(s: Setting, r: Responses, surplus: Array, state: State) -> Array:
    """Surplus less what thrift costs [MUSD/yr; M], counted from zero price at the cost before the law.

    So a charge never raises a surplus; buyers and shippers have no zero of price.
    """
    base, storage = s.base, s.storage
    before = jnp.where(storage.release | storage.state_sell, r.cost, base.cost + base.rent)
    from_zero = jnp.where(base.buyer, 0.0, jax.nn.softplus(-before / base.spread))
    zero = jax.nn.softplus(-r.cost / base.spread) - from_zero
    surplus = surplus + jnp.where(s.demand.final, 0.0, r.capacity * base.spread * zero)
    return surplus - laws.thrift_cost(s.demand, base, state.thrift, r.capacity * jnp.exp(-state.thrift))


def review_indicators(
    s: Setting, recovery: Array, price: Array, level: Array, damage: Array, complaints: Array
) -> Array:
    """What reviews may look at, in the order of `Index.indicators`: ratios to the base year, and shares.

    Prices, complaints and damage as ratios; by zone the share of unlicensed output, licensed exports (REO content,
    ratio), the share of high-grade magnets, and what licensed mines recover of what they dig.
    """
    base, watch, dig = s.base, s.monitor, s.ore.dig
    licensed, unlicensed = watch.licensed @ level, watch.unlicensed @ level
    exports, exports0 = watch.shipped @ level, watch.shipped @ base.level
    by_body = dig @ (level / recovery)
    comes_up = jnp.maximum(by_body, s.ore.host) / jnp.maximum(by_body, 1e-9)
    dug = watch.licensed @ (level / recovery * (dig.T @ comes_up))
    return jnp.concatenate(
        [
            price[: len(base.price)] / base.price,
            complaints,
            damage,
            unlicensed / jnp.maximum(licensed + unlicensed, 1e-9),
            jnp.where(exports0 > 0, exports / jnp.maximum(exports0, 1e-9), 1.0),
            (s.knowledge.made @ level) / jnp.maximum(watch.magnets @ level, 1e-9),
            licensed / jnp.maximum(dug, 1e-9),
        ]
    )


simulate_jit = jax.jit(simulate)
