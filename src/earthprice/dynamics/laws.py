"""Laws of motion: one small function a field of the state, each with its equation. dt is the period's length."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from earthprice.dynamics.setting import Schedule, Setting
from earthprice.dynamics.state import State
from earthprice.market.bundles import margins, sums
from earthprice.market.response import isoelastic

NO_CAP = 1e11
"""Permits [kt/yr] from which a cap counts as not in force."""


NO_DAMAGE = 1e-9
"""Damage [MUSD/yr] that stands for none, so that nil over nil is 1."""

NODES = 12
"""Nodes of the integral of `thrift_cost`: eight give it to 1e-12 where the choke is 12 to 20 times the base price."""

MOST_DUG = 0.6
"""Largest share of a body that one period can dig; with what is sterilised beside it, less than all."""

MOST_MOVED = 0.5
"""Largest share of their capacity that diggers can take elsewhere in a year."""

NEAR = 0.98
"""Share of the way to the technical limit of recovery that a standard can reach: at the limit its cost is infinite."""


def ore_factor(s: Setting, ore: Array, capacity: Array) -> Array:
    """Share of a mine's capacity that its ore still feeds [M]: f(R)/f(R0), f = 1 - exp(-R / (tau K d)).

    K is the capacity of all mines on the body, d the ore dug per unit, tau = `ore_years`. No period digs more than
    `MOST_DUG` of what is left, so that ore never falls below nil.
    """
    on = s.dig > 0
    per_body = s.dig @ capacity
    y = ore / (s.ore_years * jnp.maximum(per_body, 1e-9))
    y0 = s.ore0 / (s.ore_years * jnp.maximum(s.dig @ s.capacity0, 1e-9))
    most = MOST_DUG * ore / (s.dt * jnp.maximum(per_body, 1e-9))
    share = jnp.minimum(jnp.expm1(-y) / jnp.expm1(-y0), most)
    return jnp.where(on.any(0), on.T.astype(float) @ share, 1.0)


def reached(s: Setting, schedule: Schedule) -> Array:
    """Recovery over that of the base year [M]: what the law demands and is obeyed, at most `NEAR` the technical limit.

    Of a by-product the host decides how much ore comes up and the output how much of it is recovered: no standard adds.
    """
    xp = schedule.recovery.__array_namespace__()
    room = xp.where(s.body_recovery > 0, s.recovery_most / xp.where(s.body_recovery > 0, s.body_recovery, 1.0), 1.0)
    return xp.minimum(schedule.recovery, 1.0 + NEAR * (room - 1.0))


def recovery_cost(s: Setting, schedule: Schedule) -> Array:
    """What a higher recovery costs per unit of output, net of the ore that it saves [USD/kg; M].

    A kg of ore REO costs C to dig and M(r) to treat, so a kg sold costs (C + M(r)) / r. Treatment gets dearer towards
    the technical limit R: M'(r) = e c (R - r0) / (R - r), where c is the unit cost at the base recovery r0. Left to
    itself a miner stops where the last kg recovered costs as much as a kg dug anew, M'(r0) = c: then e = 1. Hence

        change = c { [r0 + e (R - r0) ln((R - r0) / (R - r))] / r - 1 },   r0 <= r < R
    """
    xp = schedule.recovery.__array_namespace__()  # a run has JAX's arrays, what is read off it afterwards NumPy's
    mine = s.body_recovery > 0
    base = xp.where(mine, s.body_recovery, 1.0)
    ratio = xp.maximum(reached(s, schedule), 1.0)
    gap = s.recovery_most - base
    left = xp.where(mine & (gap > 0), gap / xp.where(gap > 0, s.recovery_most - base * ratio, 1.0), 1.0)
    treat = s.effort * gap * xp.log(left)
    return xp.where(mine, s.recovery_cost * ((base + treat) / (base * ratio) - 1.0), 0.0)


def room(s: Setting, capacity: Array) -> Array:
    """Share of its growth that a mine still has room for [M]: 1 - ore that its plants could treat / ore that comes up.

    1 where rare earths are dug for themselves. Where they come with a host mineral, plants grow by recovering more of
    what it brings up, and no further.
    """
    host = s.host > 0
    free = jnp.where(host, jnp.clip(1.0 - s.dig @ capacity / jnp.where(host, s.host, 1.0), 0.0, 1.0), 1.0)
    on = s.dig > 0
    return jnp.where(on.any(0), on.T.astype(float) @ free, 1.0)


def dug(s: Setting, schedule: Schedule, level: Array, left: Array) -> Array:
    """Ore REO dug by body [kt/yr; O]: level / (recovery x `reached`), at least what the host mineral brings.

    The host brings no more than a share 1 / `ore_years` of the ore left a year.
    """
    return jnp.maximum(s.dig @ (level / reached(s, schedule)), jnp.minimum(s.host, left / s.ore_years))


def ore(s: Setting, schedule: Schedule, state: State, level: Array) -> tuple[Array, Array, Array]:
    """Ore left, lean ore lost for good, REO left in tailings or dissipated.

    R' = R - dt (dug - replacement x recovered + sterilised) + tailings received, where replacement is what exploration
    finds for each tonne sold; sterilised lean = lean_lost x rich dug, at most what is there
    in `ore_years`; waste' = waste + dt (dug - recovered).
    """
    out = dug(s, schedule, level, state.ore)
    recovered = (s.dig > 0).astype(float) @ level
    wish = s.lean_of @ (s.lean_lost * out)
    sterilised = jnp.minimum(wish, state.ore / s.ore_years)
    left = out - recovered
    received = s.tail_to @ left
    kept = left - s.tail_to.sum(0) * left
    change = schedule.gift - out + s.replacement * recovered - sterilised + received
    return state.ore + s.dt * change, state.lean_lost + s.dt * sterilised, state.waste + s.dt * kept


def resettled(s: Setting, drive: Array, k: Array, open_to: Array) -> tuple[Array, Array]:
    """Unlicensed capacity that comes and that goes, a year [M]: diggers move to where digging has got better.

    From field i to field j of the same ore go K_i w_j clip(v (D_j - D_i), 0, `MOST_MOVED`) o_j, where w_j is the share
    of that ore that lies in j, not of the capacity there: a field nobody has dug yet draws as many as its ore holds;
    o_j is what room ore and law leave. None move in the base year, when every D is nil, and what goes comes.
    """
    gain = s.pit @ drive
    rate = jnp.clip(s.mobility * (gain[None, :] - gain[:, None]), 0.0, MOST_MOVED)
    flow = (s.pit @ k)[:, None] * s.way * rate * (s.pit @ open_to)[None, :]
    return s.pit.T @ flow.sum(0), s.pit.T @ flow.sum(1)


def capacity(
    s: Setting, schedule: Schedule, state: State, level: Array, margin: Array, bundle: Array
) -> tuple[Array, Array, Array]:  # fmt: skip
    """Capacity, the queue of what is being built, and money invested [MUSD/yr; M].

    Mines and plants: growth g = response x (E[m] - m0) / worth, built with a lead when positive (less where ore runs
    short: x f^2; of a by-product x `room`), closed at once when negative; worth is the product's value for a mine, and
    for a plant what a unit of output ties up in capital, capex / use, so that (E[m] - m0) / worth is the extra return
    on it; what knowledge saves of the cost counts as margin. Projects:
    share x (planned x phases x sigmoid((E[m] - cost - cost of capital) / (0.15 value)) - K - queue)
    where positive, phases growing from 1 in the first year that a project can open: of its sites
    only those are opened that pay; its mill grows with what it must feed. What is begun in a
    period is ready a lead later. Shipping and disposal: K' = K + (1 - (1 - adapt)^dt) max(x/u0 - K, 0): a link grows
    with its use and is not lost by disuse, which the record does not show (docs/model.md).
    """
    k = state.capacity
    saved = s.high_cost * (s.made_high.T @ (state.knowledge - s.knowledge0))
    drive = (state.margin + saved - s.margin0) / s.worth
    fed = ore_factor(s, state.ore, k) ** 2
    grow = jnp.clip(s.response * drive, 0.0, 0.35) * k * fed * room(s, k)
    shrink = jnp.clip(s.exit * drive, -0.5, 0.0) * k
    paid = (state.margin - s.cost - s.annuity * s.capex) / (0.15 * s.value)
    coming = jnp.sum(state.queue, 0)
    worth = schedule.open * jax.nn.sigmoid(paid) - (k + coming) / jnp.maximum(s.planned, 1e-9)
    start = s.project_share * s.planned * jnp.clip(worth, 0.0, 1.0)
    start = jnp.where(s.milled, _fed(s, bundle, jnp.where(s.project & ~s.milled, start, 0.0)), start)
    support = schedule.support / jnp.maximum(s.capex, 1.0)
    come, go = resettled(s, drive, k, jnp.minimum(fed, 1.0) * schedule.entry)
    new = s.dt * (jnp.where(s.project, start, grow) * schedule.entry + support + come)
    lead = jnp.clip(s.lead + schedule.delay / s.dt, 1.0, len(s.queue) - 1.0) - 1.0
    place = s.queue[:, None]
    whole = jnp.floor(lead)
    weight = jnp.where(place == whole, 1.0 - (lead - whole), 0.0) + jnp.where(place == whole + 1, lead - whole, 0.0)
    queue = state.queue + weight * new
    flexible = 1.0 - (1.0 - s.follow) ** s.dt
    follow = jnp.where(s.adapt, flexible * jnp.maximum(level / jnp.maximum(s.use0, 1e-3) - k, 0.0), 0.0)
    after = jnp.maximum(k + queue[0] + s.dt * (jnp.where(s.project, 0.0, shrink) - go) + follow, 1e-6 * s.capacity0)
    moved = jnp.concatenate([queue[1:], jnp.zeros_like(queue[:1])])
    return after, moved, new / s.dt * s.capex


def _fed(s: Setting, bundle: Array, level: Array) -> Array:
    """What feeds these levels [M]: the inputs they take, by who makes them."""
    nodes = s.price0.shape[0] + s.permit_use.shape[0]
    taken = sums(jnp.maximum(-bundle, 0.0), s.layout, level, nodes)
    return margins(jnp.maximum(bundle, 0.0), s.layout, taken, len(level))


def expectations(s: Setting, state: State, price: Array, margin: Array) -> tuple[Array, Array]:
    """Expectations of prices, on which stocks rest, and of margins, on which capacity rests.

    E' = E + theta (p - E) + g (p - p_before),   theta = 1 - (1 - adaptive)^dt

    adaptive, and for prices with a coefficient of expectations g: the share of the last move that holders expect to
    be repeated (Metzler 1941, "The nature and stability of inventory cycles", REStat 23). E never falls below a tenth
    of p.
    """
    theta = 1.0 - (1.0 - s.adaptive) ** s.dt
    n = state.expected.shape[0]
    now, before = price[:n], state.price[:n]
    hoped = state.expected + theta * (now - state.expected) + s.extrapolate * (now - before)
    return jnp.maximum(hoped, 0.1 * now), state.margin + theta * (margin - state.margin)


def stocks(s: Setting, state: State, level: Array) -> tuple[Array, Array]:
    """Private and state stocks: S' = S + dt (bought - sold)."""
    signed = jnp.where(s.store, level, jnp.where(s.release, -level, 0.0))
    return state.stock + s.dt * (s.stock_node @ signed), state.reserve + s.dt * (s.reserve_node @ level)


def thrift(s: Setting, state: State, margin: Array) -> Array:
    """Thrift and substitution: h' = h + (1 - (1 - speed)^dt) (-(long - short) ln(v/v0) - h)."""
    ratio = jnp.clip(-margin / jnp.where(s.final, s.cost, 1.0), 0.05, 50.0)
    goal = -s.thrift * jnp.log(jnp.where(s.final, ratio, 1.0))
    return state.thrift + (1.0 - (1.0 - s.thrift_speed) ** s.dt) * (goal - state.thrift)


def thrift_cost(s: Setting, held: Array, capacity: Array) -> Array:
    """What the thrift that users have costs them [MUSD/yr; M]; nil for all but final users.

    F(h) = int_0^h CS(v0 exp(-n/k)) exp(n) dn,   k = e_long - e_short,

    with CS the surplus under the base curve at the price v that makes a user hold the thrift n. Each step of thrift
    costs just what it is worth to the user who takes it at the price at which he takes it, so that under any price v,
    once thrift has settled at h = -k ln(v/v0), the derivative of exp(h) CS(v) - F(h) is -q_long(v): a lasting change of
    price is worth the area under the long-run curve. Where k is nil there is no thrift and no cost.

    Args:
        s: fixed arrays.
        held: thrift h at the start of the period [M].
        capacity: use at the base price without thrift [kt/yr; M].

    Source: Gauss-Legendre with `NODES` nodes over the thrift that prices below the choke explain; beyond it CS is nil.
    """
    users = s.curved
    h, k, base, choke, shape = (x[users] for x in (held, s.thrift, s.cost, s.choke, s.spread))
    deep = -k * jnp.log(choke / base)
    h = jnp.maximum(h, deep)
    nodes, weights = (jnp.asarray(x) for x in np.polynomial.legendre.leggauss(NODES))
    n = 0.5 * h * (nodes[:, None] + 1.0)
    price = base * jnp.exp(-n / jnp.where(k > 0, k, 1.0))
    worth = isoelastic(-price, jnp.ones_like(base), base, shape, choke).surplus * jnp.exp(n)
    cost = 0.5 * h * (weights @ worth) * capacity[users]
    return jnp.zeros_like(capacity).at[users].set(jnp.where(k > 0, cost, 0.0), unique_indices=True)


def knowledge(s: Setting, schedule: Schedule, state: State, level: Array) -> tuple[Array, Array]:
    """Knowledge of making high grades by zone [index], and high-grade output so far [kt].

    H' = H + room [l log2(X'/X) + dt e research] + dt [w (max H - H) - d (H - H0)],   X' = X + dt x

    with learning by doing l a doubling (Wright 1936), research e, spill-over from the leader in proportion to the gap
    (Nelson & Phelps 1966) and forgetting d (Argote & Epple 1990). What is new to the world is harder to find the
    nearer the frontier F is: room = 1 up to the base year's leader L, then (F - H) / (F - L); nobody passes F.
    """
    made = s.made_high @ level
    total = state.made + s.dt * made
    learned = s.learning * jnp.log2(jnp.maximum(total, 1e-3) / jnp.maximum(state.made, 1e-3))
    leader = jnp.max(s.knowledge0)
    room = jnp.clip((s.frontier - state.knowledge) / jnp.maximum(s.frontier - leader, 1e-3), 0.0, 1.0)
    gap = jnp.where(state.knowledge > 0, jnp.max(state.knowledge) - state.knowledge, 0.0)
    found = room * (learned + s.dt * s.research_effect * schedule.research)
    moved = s.dt * (s.spillover * gap - s.depreciation * (state.knowledge - s.knowledge0))
    return jnp.minimum(state.knowledge + found + moved, jnp.maximum(s.frontier, leader)), total


def complaints(s: Setting, state: State, damage: Array, damage0: Array) -> Array:
    """Complaints follow damage: C' = C + (1 - (1 - memory)^dt) (felt - C), felt as in `felt`."""
    speed = 1.0 - (1.0 - s.memory) ** s.dt
    return state.complaints + speed * (felt(s, damage, damage0) - state.complaints)


def felt(s: Setting, damage: Array, damage0: Array) -> Array:
    """Damage as a ratio to the base year's [D]: of a district its own, of a zone that of all places in it.

    A place without damage then and now has ratio 1.
    """
    return (s.within @ damage + NO_DAMAGE) / (s.within @ damage0 + NO_DAMAGE)


def reviews(s: Setting, state: State, year: Array, amount: Array) -> Array:
    """Reviews move permits: multiplier' = multiplier x (1 + clip(sum of rows, +-at_most)), within the limits."""
    r = s.review
    seen = state.seen[r.lag, r.indicator]
    moves = r.above * jnp.maximum(seen - r.high, 0.0) + r.below * jnp.maximum(r.low - seen, 0.0)
    move = jnp.clip(jnp.sum(moves, 1), -r.at_most, r.at_most)
    due = (year >= r.first - 1e-6) & (jnp.mod(year - r.first + 1e-6, r.every) < s.dt - 1e-3)
    due = due & (amount[r.permit] < NO_CAP) if state.review.shape[0] else due
    if state.review.shape[0] == 0:
        return state.review
    now = state.review[r.permit]
    base = jnp.clip(amount[r.permit], 1e-9, NO_CAP)  # finite, also in the branch not taken: gradients pass through it
    new = jnp.clip(now * (1.0 + move) * base, r.never_below, r.never_above) / base
    moved = jnp.zeros_like(state.review).at[r.permit].add(jnp.where(due, jnp.log(new / now), 0.0))
    return state.review * jnp.exp(moved)
