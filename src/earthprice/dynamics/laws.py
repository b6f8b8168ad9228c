"""Laws of motion: one small function a field of the state, each with its equation; capacity has `building`.

A law takes the nouns of the setting that it reads; dt is the period's length [years].
"""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jax import Array

from earthprice.dynamics.reviewing import Reviews
from earthprice.dynamics.schedule import Schedule
from earthprice.dynamics.setting import Base, Beliefs, Demand, Knowledge, Ore, Outlets, Places, Storage
from earthprice.dynamics.state import State
from earthprice.market.places import gather, scatter, scatter_add
from earthprice.market.response import isoelastic

NO_CAP = 1e11
"""Permits [kt/yr] from which a cap counts as not in force."""


NO_DAMAGE = 1e-9
"""Damage [MUSD/yr] that stands for none, so that nil over nil is 1."""

NODES = 8
"""Nodes of the integral of `thrift_cost`: they give it to 1e-12 where the choke is 12 to 20 times the base price."""

MOST_DUG, MOST_STERILISED = 0.6, 0.35
"""Largest shares of a body that one period can dig, and sterilise beside what is dug: together less than all."""

SLOW = 1e-6
"""Growth over a period whose mean is taken as half of it."""

NEAR = 0.98
"""Share of the way to the technical limit of recovery that a standard can reach: at the limit its cost is infinite."""


def ore_factor(ore: Ore, base: Base, left: Array, capacity: Array, dt: Array) -> Array:
    """Share of a mine's capacity that its ore still feeds [M]: f(R)/f(R0), f = 1 - exp(-R / (tau K d)).

    K is the capacity of all mines on the body, d the ore dug per unit, tau = `ore.years`. No period digs more than
    `MOST_DUG` of what is left, so that ore never falls below nil.
    """
    per_body = ore.dig @ capacity
    y = left / (ore.years * jnp.maximum(per_body, 1e-9))
    y0 = ore.ground / (ore.years * jnp.maximum(ore.dig @ base.capacity, 1e-9))
    most = MOST_DUG * left / (dt * jnp.maximum(per_body, 1e-9))
    share = jnp.minimum(jnp.expm1(-y) / jnp.expm1(-y0), most)
    return jnp.where(ore.recovery > 0, ore.dig.pattern.T @ share, 1.0)


def meanwhile(state: State, dt: Array) -> Array:
    """Capacity on the mean of a period [kt/yr; M], where it goes on as in the last one.

    K (exp(g dt) - 1) / (g dt),   g = `trend`

    What is ready in the period is in K already (`building`); what closes, and links that grow, do so within it.
    """
    x = dt * state.trend
    flat = jnp.abs(x) < SLOW
    return state.capacity * jnp.where(flat, 1.0 + 0.5 * x, jnp.expm1(x) / jnp.where(flat, 1.0, x))


def outlets(outlets: Outlets, base: Base, capacity: Array) -> Array:
    """Room where what is worth nothing goes [kt/yr; V]: `room` times what could be made of a good, at least the first.

    K = max(K0, room sum_j a_j K_j),   j the plants and mines there are

    Throwing away takes no plant, so that whatever is built has its outlet.
    """
    return jnp.maximum(gather(base.capacity, outlets.activity), outlets.needed @ capacity)


def reached(ore: Ore, schedule: Schedule) -> Array:
    """Recovery over that of the base year [M]: what the law demands and is obeyed, at most `NEAR` the technical limit.

    Of a by-product the host decides how much ore comes up and the output how much of it is recovered: no standard adds.
    """
    xp = schedule.recovery.__array_namespace__()
    room = xp.where(ore.recovery > 0, ore.most / xp.where(ore.recovery > 0, ore.recovery, 1.0), 1.0)
    return xp.minimum(schedule.recovery, 1.0 + NEAR * (room - 1.0))


def recovery_cost(ore: Ore, schedule: Schedule) -> Array:
    """What a higher recovery costs per unit of output, net of the ore that it saves [USD/kg; M].

    A kg of ore REO costs C to dig and M(r) to treat, so a kg sold costs (C + M(r)) / r. Treatment gets dearer towards
    the technical limit R: M'(r) = e c (R - r0) / (R - r), where c is the unit cost at the base recovery r0. Left to
    itself a miner stops where the last kg recovered costs as much as a kg dug anew, M'(r0) = c: then e = 1. Hence

        change = c { [r0 + e (R - r0) ln((R - r0) / (R - r))] / r - 1 },   r0 <= r < R
    """
    xp = schedule.recovery.__array_namespace__()  # a run has JAX's arrays, what is read off it afterwards NumPy's
    mine = ore.recovery > 0
    base = xp.where(mine, ore.recovery, 1.0)
    ratio = xp.maximum(reached(ore, schedule), 1.0)
    gap = ore.most - base
    left = xp.where(mine & (gap > 0), gap / xp.where(gap > 0, ore.most - base * ratio, 1.0), 1.0)
    treat = ore.effort * gap * xp.log(left)
    return xp.where(mine, ore.cost * ((base + treat) / (base * ratio) - 1.0), 0.0)


def room(ore: Ore, capacity: Array) -> Array:
    """Share of its growth that a mine still has room for [M]: 1 - ore that its plants could treat / ore that comes up.

    1 where rare earths are dug for themselves. Where they come with a host mineral, plants grow by recovering more of
    what it brings up, and no further.
    """
    host = ore.host > 0
    free = jnp.where(host, jnp.clip(1.0 - ore.dig @ capacity / jnp.where(host, ore.host, 1.0), 0.0, 1.0), 1.0)
    return jnp.where(ore.recovery > 0, ore.dig.pattern.T @ free, 1.0)


def dug(ore: Ore, schedule: Schedule, level: Array, left: Array) -> Array:
    """Ore REO dug by body [kt/yr; O]: level / (recovery x `reached`), at least what the host mineral brings.

    The host brings no more than a share 1 / `ore.years` of the ore left a year, and `MOST_DUG` of it in a period.
    """
    comes = left * jnp.minimum(1.0 / ore.years, MOST_DUG / schedule.clock.dt)
    return jnp.maximum(ore.dig @ (level / reached(ore, schedule)), jnp.minimum(ore.host, comes))


def ore(ore: Ore, schedule: Schedule, state: State, level: Array) -> tuple[Array, Array, Array]:
    """Ore left, lean ore lost for good, REO left in tailings or dissipated.

    R' = R - dt (dug - replacement x recovered + sterilised) + tailings received, where replacement is what exploration
    finds for each tonne sold; sterilised lean = lean_lost x rich dug, at most what is there
    in `ore.years` and `MOST_STERILISED` of it in a period; waste' = waste + dt (dug - recovered).
    """
    dt, out = schedule.clock.dt, dug(ore, schedule, level, state.ore)
    recovered = ore.dig.pattern @ level
    wish = ore.lean_of @ (ore.lean_lost * out)
    sterilised = jnp.minimum(wish, state.ore * jnp.minimum(1.0 / ore.years, MOST_STERILISED / dt))
    left = out - recovered
    received = ore.tail_to @ left
    kept = left - ore.tail_to.sum(0) * left
    change = schedule.gift - out + ore.replacement * recovered - sterilised + received
    return state.ore + dt * change, state.lean_lost + dt * sterilised, state.waste + dt * kept


def expectations(beliefs: Beliefs, state: State, price: Array, margin: Array, dt: Array) -> tuple[Array, Array]:
    """Expectations of prices, on which stocks rest, and of margins, on which capacity rests.

    E' = E + theta (p - E) + g (p - p_before),   theta = 1 - (1 - adaptive)^dt

    adaptive, and for prices with a coefficient of expectations g: the share of the last move that holders expect to
    be repeated (Metzler 1941, "The nature and stability of inventory cycles", REStat 23). E never falls below a tenth
    of p.
    """
    theta = 1.0 - (1.0 - beliefs.adaptive) ** dt
    n = state.expected.shape[0]
    now, before = price[:n], state.price[:n]
    hoped = state.expected + theta * (now - state.expected) + beliefs.extrapolate * (now - before)
    return jnp.maximum(hoped, 0.1 * now), state.margin + theta * (margin - state.margin)


def stocks(storage: Storage, state: State, level: Array, dt: Array) -> tuple[Array, Array]:
    """Private and state stocks: S' = S + dt (bought - sold)."""
    signed = jnp.where(storage.store, level, jnp.where(storage.release, -level, 0.0))
    return state.stock + dt * (storage.private @ signed), state.reserve + dt * (storage.state @ level)


def mandated(storage: Storage, schedule: Schedule, state: State) -> Array:
    """What states that must hold a stock buy, and offer from it [kt/yr; M].

    bought = clip((days U - S) / dt, 0, pace U),   offered = min(sold, 1/dt) S,

    with U the last period's use of the good in the zone,

    so that a stock is built up evenly, filled again at the same pace, and grows with use.
    """
    dt = schedule.clock.dt
    used = storage.state.pattern.T @ state.used
    there = storage.state._replace(value=jnp.abs(storage.state.value)).T @ jnp.maximum(state.reserve, 0.0)
    bought = jnp.clip((schedule.stock_days * used - there) / dt, 0.0, schedule.stock_pace * used)
    return jnp.where(storage.state_sell, jnp.minimum(schedule.stock_sold, 1.0 / dt) * there, bought)


def thrift(demand: Demand, base: Base, state: State, margin: Array, dt: Array) -> Array:
    """Thrift and substitution: h' = h + (1 - (1 - speed)^dt) (-(long - short) ln(v/v0) - h)."""
    ratio = jnp.clip(-margin / jnp.where(demand.final, base.cost, 1.0), 0.05, 50.0)
    goal = -demand.thrift * jnp.log(jnp.where(demand.final, ratio, 1.0))
    return state.thrift + (1.0 - (1.0 - demand.speed) ** dt) * (goal - state.thrift)


def thrift_cost(demand: Demand, base: Base, held: Array, capacity: Array) -> Array:
    """What the thrift that users have costs them [MUSD/yr; M]; nil for all but final users.

    F(h) = int_0^h CS(v0 exp(-n/k)) exp(n) dn,   k = e_long - e_short,

    with CS the surplus under the base curve at the price v that makes a user hold the thrift n. Each step of thrift
    costs just what it is worth to the user who takes it at the price at which he takes it, so that under any price v,
    once thrift has settled at h = -k ln(v/v0), the derivative of exp(h) CS(v) - F(h) is -q_long(v): a lasting change of
    price is worth the area under the long-run curve. Where k is nil there is no thrift and no cost.

    Args:
        demand: of the setting.
        base: of the setting.
        held: thrift h at the start of the period [M].
        capacity: use at the base price without thrift [kt/yr; M].

    Source: Gauss-Legendre with `NODES` nodes over the thrift that prices below the choke explain; beyond it CS is nil.
    """
    users = demand.curved
    h, k, v0, choke, shape = (gather(x, users) for x in (held, demand.thrift, base.cost, demand.choke, base.spread))
    deep = -k * jnp.log(choke / v0)
    h = jnp.maximum(h, deep)
    nodes, weights = (jnp.asarray(x) for x in np.polynomial.legendre.leggauss(NODES))
    n = 0.5 * h * (nodes[:, None] + 1.0)
    price = v0 * jnp.exp(-n / jnp.where(k > 0, k, 1.0))
    worth = isoelastic(-price, jnp.ones_like(v0), v0, shape, choke).surplus * jnp.exp(n)
    cost = 0.5 * h * (weights @ worth) * gather(capacity, users)
    return scatter(jnp.zeros_like(capacity), users, jnp.where(k > 0, cost, 0.0))


def knowledge(knowledge: Knowledge, schedule: Schedule, state: State, level: Array) -> tuple[Array, Array]:
    """Knowledge of making high grades by zone [index], and high-grade output so far [kt].

    H' = H + room [l log2(X'/X) + dt e research] + W (max H - H) - D (H - H0),   X' = X + dt x
    W = 1 - (1 - w)^dt,   D = 1 - (1 - d)^dt

    with learning by doing l a doubling (Wright 1936), research e, spill-over from the leader in proportion to the gap
    (Nelson & Phelps 1966) and forgetting d (Argote & Epple 1990). What is new to the world is harder to find the
    nearer the frontier F is: room = 1 up to the base year's leader L, then (F - H) / (F - L); nobody passes F.
    """
    dt, made = schedule.clock.dt, knowledge.made @ level
    total = state.made + dt * made
    learned = knowledge.learning * jnp.log2(jnp.maximum(total, 1e-3) / jnp.maximum(state.made, 1e-3))
    leader = jnp.max(knowledge.known)
    room = jnp.clip((knowledge.frontier - state.knowledge) / jnp.maximum(knowledge.frontier - leader, 1e-3), 0.0, 1.0)
    gap = jnp.where(state.knowledge > 0, jnp.max(state.knowledge) - state.knowledge, 0.0)
    found = room * (learned + dt * knowledge.research * schedule.research)
    closed, lost = (1.0 - (1.0 - k) ** dt for k in (knowledge.spillover, knowledge.depreciation))
    moved = closed * gap - lost * (state.knowledge - knowledge.known)
    return jnp.minimum(state.knowledge + found + moved, jnp.maximum(knowledge.frontier, leader)), total


def complaints(places: Places, state: State, damage: Array, damage0: Array, dt: Array) -> Array:
    """Complaints follow damage: C' = C + (1 - (1 - memory)^dt) (felt - C), felt as in `felt`."""
    speed = 1.0 - (1.0 - places.memory) ** dt
    return state.complaints + speed * (felt(places, damage, damage0) - state.complaints)


def felt(places: Places, damage: Array, damage0: Array) -> Array:
    """Damage as a ratio to the base year's [D]: of a district its own, of a zone that of all places in it.

    A place without damage then and now has ratio 1.
    """
    return (places.within @ damage + NO_DAMAGE) / (places.within @ damage0 + NO_DAMAGE)


def review_multiplier(reviews: Reviews, schedule: Schedule, state: State, year: Array) -> Array:
    """Reviews move permits: multiplier' = multiplier x (1 + clip(sum of rows, +-at_most))^n, within the limits.

    n of them fall due after the start of the last period and until that of this one; a row sees the mean of the year
    that began its lag ago, of the last year at the latest. All permits of a cap take the mean move of those in force,
    which move alike; so one that takes over from another goes on where reviews have brought that one.
    """
    r, amount, behind = reviews, schedule.permit_amount, schedule.clock.behind
    end = jnp.maximum(r.lag[..., None], 1.0) - 1.0
    within = jnp.minimum(behind, end + 1.0) - jnp.maximum(jnp.append(0.0, behind[:-1]), end)
    seen = jnp.sum(jnp.maximum(within, 0.0) * gather(state.seen.T, r.indicator), -1)
    moves = r.above * jnp.maximum(seen - r.high, 0.0) + r.below * jnp.maximum(r.low - seen, 0.0)
    move = jnp.clip(jnp.sum(moves, 1), -r.at_most, r.at_most)
    due = _until(r, year) - _until(r, year - behind[0])
    if state.review.shape[0] == 0:
        return state.review
    due = jnp.where(gather(amount, r.permit) < NO_CAP, due, 0.0)
    now = gather(state.review, r.permit)
    # Finite, also in the branch not taken: gradients pass through it.
    base = jnp.clip(gather(amount, r.permit), 1e-9, NO_CAP)
    new = jnp.clip(now * (1.0 + move) ** due * base, r.never_below, r.never_above) / base
    move = r.alike @ jnp.where(due > 0, jnp.log(new / now), 0.0) / jnp.maximum(r.alike @ (due > 0).astype(float), 1.0)
    return state.review * jnp.exp(scatter_add(jnp.zeros_like(state.review), r.permit, move))


def _until(reviews: Reviews, year: Array) -> Array:
    """How many reviews have fallen due until a date, with it [R]."""
    return jnp.maximum(jnp.floor((year - reviews.first + 1e-6) / reviews.every) + 1.0, 0.0)
