"""Laws of motion: one small function a field of the state, each with its equation. dt is the period's length."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import Array

from earthprice.dynamics.setting import QUEUE, Law, Setting
from earthprice.dynamics.state import State

NO_CAP = 1e11
"""Permits [kt/yr] from which a cap counts as not in force."""


MOST_DUG = 0.6
"""Largest share of a body that one period can dig; with what is sterilised beside it, less than all."""


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


def dug(s: Setting, law: Law, level: Array, left: Array) -> Array:
    """Ore REO dug by body [kt/yr; O]: level / (recovery x demanded recovery), at least what the host mineral brings.

    The host brings no more than a share 1 / `ore_years` of the ore left a year.
    """
    return jnp.maximum(s.dig @ (level / law.recovery), jnp.minimum(s.host, left / s.ore_years))


def ore(s: Setting, law: Law, state: State, level: Array) -> tuple[Array, Array, Array]:
    """Ore left, lean ore lost for good, REO left in tailings or dissipated.

    R' = R - dt (dug - replacement x recovered + sterilised) + tailings received, where replacement is what exploration
    finds for each tonne sold; sterilised lean = lean_lost x rich dug, at most what is there
    in `ore_years`; waste' = waste + dt (dug - recovered).
    """
    out = dug(s, law, level, state.ore)
    recovered = (s.dig > 0).astype(float) @ level
    wish = s.lean_of @ (s.lean_lost * out)
    sterilised = jnp.minimum(wish, state.ore / s.ore_years)
    left = out - recovered
    received = s.tail_to @ left
    kept = left - s.tail_to.sum(0) * left
    change = law.gift - out + s.replacement * recovered - sterilised + received
    return state.ore + s.dt * change, state.lean_lost + s.dt * sterilised, state.waste + s.dt * kept


def capacity(s: Setting, law: Law, state: State, level: Array, margin: Array) -> tuple[Array, Array, Array]:
    """Capacity, the queue of what is being built, and money invested [MUSD/yr; M].

    Mines and plants: growth g = response x (E[m] - m0) / worth, built with a lead when positive (less where ore runs
    short: x f^2), closed at once when negative; worth is the product's value for a mine, the processing cost for a
    plant. Projects: share x (planned x phases x sigmoid((E[m] - cost - cost of capital) / (0.15 value)) - K - queue)
    where positive, phases growing from 1 in the first year that a project can open: of its sites
    only those are opened that pay; its mill grows with what it must feed. What is begun in a
    period is ready a lead later. Shipping and disposal: K' = K + (1 - (1 - adapt)^dt) (x/u0 - K), where no link falls
    below a quarter of its base capacity by disuse, and one hardly used in the base year stays open.
    """
    k = state.capacity
    drive = (state.margin - s.margin0) / s.worth
    fed = ore_factor(s, state.ore, k) ** 2
    grow = jnp.clip(s.response * drive, 0.0, 0.35) * k * fed
    shrink = jnp.clip(s.exit * drive, -0.5, 0.0) * k
    paid = (state.margin - s.cost - s.annuity * s.capex) / (0.15 * s.value)
    coming = jnp.sum(state.queue, 0)
    worth = law.open * jax.nn.sigmoid(paid) - (k + coming) / jnp.maximum(s.planned, 1e-9)
    start = s.project_share * s.planned * jnp.clip(worth, 0.0, 1.0)
    mills = jnp.maximum(s.a, 0.0).T @ (jnp.maximum(-s.a, 0.0) @ jnp.where(s.project & ~s.milled, start, 0.0))
    start = jnp.where(s.milled, mills, start)
    support = law.support / jnp.maximum(s.capex, 1.0)
    new = s.dt * (jnp.where(s.project, start, grow) * law.entry + support)
    lead = jnp.clip(s.lead + law.delay / s.dt, 1.0, QUEUE - 1.0) - 1.0
    place = jnp.arange(QUEUE)[:, None]
    whole = jnp.floor(lead)
    weight = jnp.where(place == whole, 1.0 - (lead - whole), 0.0) + jnp.where(place == whole + 1, lead - whole, 0.0)
    queue = state.queue + weight * new
    flexible = 1.0 - (1.0 - s.follow) ** s.dt
    follow = jnp.where(s.adapt, flexible * (level / jnp.maximum(s.use0, 1e-3) - k), 0.0)
    floor = s.capacity0 * jnp.where(s.level0 < 0.5 * s.use0 * s.capacity0, 1.0, 0.25)
    follow = jnp.maximum(follow, jnp.minimum(floor - k, 0.0))
    after = jnp.maximum(k + queue[0] + s.dt * jnp.where(s.project, 0.0, shrink) + follow, 1e-6 * s.capacity0)
    moved = jnp.concatenate([queue[1:], jnp.zeros_like(queue[:1])])
    return after, moved, new / s.dt * s.capex


def expectations(s: Setting, state: State, price: Array, margin: Array) -> tuple[Array, Array]:
    """Adaptive expectations of prices and margins: E' = E + theta (p - E), theta = 1 - (1 - adaptive)^dt."""
    theta = 1.0 - (1.0 - s.adaptive) ** s.dt
    n = state.expected.shape[0]
    return state.expected + theta * (price[:n] - state.expected), state.margin + theta * (margin - state.margin)


def stocks(s: Setting, state: State, level: Array) -> tuple[Array, Array]:
    """Private and state stocks: S' = S + dt (bought - sold)."""
    signed = jnp.where(s.store, level, jnp.where(s.release, -level, 0.0))
    return state.stock + s.dt * (s.stock_node @ signed), state.reserve + s.dt * (s.reserve_node @ level)


def thrift(s: Setting, state: State, margin: Array) -> Array:
    """Thrift and substitution: h' = h + (1 - (1 - speed)^dt) (-(long - short) ln(v/v0) - h)."""
    ratio = jnp.clip(-margin / jnp.where(s.final, s.cost, 1.0), 0.05, 50.0)
    goal = -s.thrift * jnp.log(jnp.where(s.final, ratio, 1.0))
    return state.thrift + (1.0 - (1.0 - s.thrift_speed) ** s.dt) * (goal - state.thrift)


def knowledge(s: Setting, law: Law, state: State, level: Array) -> tuple[Array, Array]:
    """Knowledge: H' = H + dt [learning x/(ln 2 X) + research R + spillover (max H - H) - depreciation (H - H0)]."""
    made = s.made_high @ level
    learned = s.learning / jnp.log(2.0) * made / jnp.maximum(state.made, 1e-3)
    gap = jnp.where(state.knowledge > 0, jnp.max(state.knowledge) - state.knowledge, 0.0)
    change = (learned + s.research_effect * law.research + s.spillover * gap
              - s.depreciation * (state.knowledge - s.knowledge0))  # fmt: skip
    return state.knowledge + s.dt * change, state.made + s.dt * made


def complaints(s: Setting, state: State, damage: Array, damage0: Array) -> Array:
    """Complaints follow local damage: C' = C + (1 - (1 - memory)^dt) (damage/damage0 - C)."""
    speed = 1.0 - (1.0 - s.memory) ** s.dt
    return state.complaints + speed * (damage / jnp.maximum(damage0, 1e-9) - state.complaints)


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
