"""Building: how capacity is built and closed, the law of motion of capacity and of the queue of what is being built.

Mines and plants answer to the extra return on them, projects to whether their sites pay, diggers without a licence to
where digging has got better, links to their use. dt is the period's length [years].
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from earthprice.dynamics import laws
from earthprice.dynamics.schedule import Schedule
from earthprice.dynamics.setting import Base, Fields, Knowledge, Ore, Plants, Setting
from earthprice.dynamics.state import State
from earthprice.market.bundles import Layout, margins, sums
from earthprice.market.places import gather, scatter, scatter_add

MOST_GROWN, MOST_CLOSED = 0.35, 0.5
"""Largest share of its capacity that a mine or plant begins to build, and that it closes, in a year."""
WIDTH = 0.15
"""Width of the decision to open a project, as a share of its product's value: how much the sites of one differ."""
AHEAD = 0.15
"""Part by which mines may run ahead of the plants of their ore, or these of the mines, until none is begun."""
LEAST = 1e-6
"""Share of its capacity in the base year below which none falls: a trace from which it can come back."""
IDLE = 0.01
"""Part of what a line made in the base year by which it counts in its plants' return even where it stands idle."""
MOST_MOVED = 0.5
"""Largest share of their capacity that diggers can take elsewhere in a year."""


class Turnover(NamedTuple):
    """Capacity that is begun and that goes, by reason, over a period [kt/yr a year; M]."""

    grow: Array  # mines and plants begun
    shrink: Array  # mines and plants closed, negative
    opened: Array  # projects begun
    come: Array  # diggers who come
    go: Array  # diggers who leave


class NextCapacity(NamedTuple):
    """What the laws of this file leave behind; fields as of `State` and `Record`."""

    capacity: Array
    trend: Array
    queue: Array
    invested: Array


def build(s: Setting, schedule: Schedule, state: State, level: Array, bundle: Array) -> NextCapacity:
    """Capacity, the queue, and money invested: the laws of this file, one after the other.

    Args:
        s: fixed arrays.
        schedule: terms and drivers of the period.
        state: the state at its start, but for the expected margin, which is that of its middle.
        level: its levels [kt/yr; M].
        bundle: coefficients as entries of the layout (`run.bundles`).
    """
    k, dt = state.capacity, schedule.clock.dt
    pull = drive(s.base, s.plants, s.knowledge, state, level)
    fed = laws.ore_factor(s.ore, s.base, state.ore, k, dt) ** 2
    grow, shrink = grown(s.plants, pull, state, (fed, laws.room(s.ore, k)), dt)
    start = milled(s.plants, s.layout, sites_opened(s.base, s.plants, schedule, state), bundle)
    space = accessible(s.ore, s.plants, state) * schedule.entry
    come, go = resettled(s.fields, (pull, s.plants.worth), k, space, dt)
    return capacity(s.base, s.plants, schedule, state, level, Turnover(grow, shrink, start, come, go))


def drive(base: Base, plants: Plants, knowledge: Knowledge, state: State, level: Array) -> Array:
    """Extra return expected [M]: D = (E[m] + saved - m0) / worth, where what knowledge saves counts as margin.

    Worth is the product's value for a mine, and for a plant what a unit of output ties up in capital, capex / use. A
    plant that can make a good by several recipes earns what its lines do, each counted by what it makes:

        D_line = sum_l w_l D_l / sum_l w_l,   w = x + `IDLE` x0
    """
    saved = knowledge.saves * (knowledge.made.T @ (state.knowledge - knowledge.known))
    each = (state.margin + saved - base.margin) / plants.worth
    made = level + IDLE * base.level
    mean = (plants.lines @ (made * each)) / jnp.maximum(plants.lines @ made, 1e-12)
    return jnp.where(plants.lines.T @ jnp.ones_like(mean) > 0, plants.lines.T @ mean, each)


def a_year(share: Array, dt: Array) -> Array:
    """A share k a year of what there is, and of ever less, over a period, by the year: (1 - (1 - k)^dt) / dt."""
    return -jnp.expm1(dt * jnp.log1p(-share)) / dt


def grown(plants: Plants, drive: Array, state: State, limits: tuple[Array, Array], dt: Array) -> tuple[Array, Array]:
    """Mines and plants begun, and closed (negative), a year [kt/yr; M].

    begun = max(w - Q / L, 0) on each day,   w = clip(response D, 0, `MOST_GROWN`) K f^2 x room,   L the lead
    closed = clip(exit D, -`MOST_CLOSED`, 0) K

    what is under way, Q, counts: who begins sees what will be there when he is ready. Less is begun where ore runs
    short (f^2 of `laws.ore_factor`), where a by-product's host leaves no room (`laws.room`), and where the next stage
    has none (`outlet`). The queue Q0 is what the period has under way on its mean of what was begun before (`_placed`);
    what is begun in it adds dt/2 of a year's, so that the mean over its days is, exactly where all goes on as it is,

        max(w - Q0 / L, 0) / (1 + dt / (2 L)),   L at least dt/2.
    """
    fed, room = limits
    room = room * outlet(plants, state)
    wished = jnp.clip(plants.response * drive, 0.0, MOST_GROWN) * state.capacity * fed * room
    lead, none = jnp.maximum(plants.lead, 0.5 * dt), jnp.zeros_like(state.capacity)
    coming = scatter_add(none, plants.built, jnp.sum(state.queue, 0), unique=True)
    shrink = -a_year(jnp.clip(-plants.exit * drive, 0.0, MOST_CLOSED), dt) * state.capacity
    return jnp.maximum(wished - coming / lead, 0.0) / (1.0 + 0.5 * dt / lead), shrink


def outlet(plants: Plants, state: State) -> Array:
    """Room for mines beside the plants of their ore, and for these beside the mines [M]; 1 for all others.

    clip(1 - (S - U) / (`AHEAD` U), 0, 1) for mines, with S what mines on a way of the ore can give and U what its
    plants can take, both with what is being built, and the same with S and U changed round for plants: nobody builds
    for ore that nobody can separate, nor a plant for ore that nobody digs, however well the other stage pays for now.
    """
    all_of_them = there(plants, state)
    dug, taken = plants.gives @ all_of_them, plants.takes @ all_of_them
    some = (dug > 0) & (taken > 0)
    over = jnp.where(some, (dug - taken) / AHEAD, 0.0)
    mines = jnp.clip(over / jnp.where(some, taken, 1.0), 0.0, 1.0)
    works = jnp.clip(-over / jnp.where(some, dug, 1.0), 0.0, 1.0)
    return 1.0 - plants.gives.pattern.T @ mines - plants.takes.pattern.T @ works


def sites_opened(base: Base, plants: Plants, schedule: Schedule, state: State) -> Array:
    """Projects begun a year [kt/yr; M]: of its sites only those are opened that pay.

    share x (planned x phases x sigmoid((E[m] - cost - cost of capital) / (`WIDTH` value)) - K - queue)

    where positive; phases (`schedule.open`) grow from 1 in the first year that a project can open.
    """
    paid = (state.margin - base.cost - plants.annuity * plants.capex) / (WIDTH * base.value)
    wanted = schedule.open * jax.nn.sigmoid(paid) - there(plants, state) / jnp.maximum(plants.planned, 1e-9)
    return a_year(plants.share, schedule.clock.dt) * plants.planned * jnp.clip(wanted, 0.0, 1.0)


def milled(plants: Plants, layout: Layout, start: Array, bundle: Array) -> Array:
    """The same projects, a project's mill begun with what it must feed [kt/yr; M]."""
    mines = jnp.where(plants.project & ~plants.milled, start, 0.0)
    taken = sums(jnp.maximum(-bundle, 0.0), layout, mines, len(layout.order))
    return jnp.where(plants.milled, margins(jnp.maximum(bundle, 0.0), layout, taken, len(start)), start)


def there(plants: Plants, state: State) -> Array:
    """Capacity there is, with what is being built [kt/yr; M]."""
    return scatter_add(state.capacity, plants.built, jnp.sum(state.queue, 0), unique=True)


def accessible(ore: Ore, plants: Plants, state: State) -> Array:
    """Capacity that the ore left could still feed beside what digs there and is coming [kt/yr; M]; nil off ore.

    R / (tau d) less the capacity of all on the body: none is drawn faster than a share 1 / tau (`ore.years`) a year.
    """
    spare = jnp.maximum(state.ore / ore.years - ore.dig @ there(plants, state), 0.0)
    dug = ore.dig.T @ jnp.ones_like(spare)
    return (ore.dig.pattern.T @ spare) / jnp.where(dug > 0, dug, jnp.inf)


def resettled(
    fields: Fields, gained: tuple[Array, Array], capacity: Array, room: Array, dt: Array
) -> tuple[Array, Array]:
    """Unlicensed capacity that comes and that goes, a year [M]: teams move to where the same ore pays better.

    From field i go K_i r_i teams, shared out among the fields j that are better, in proportion to w_j r_ij:

        r_ij = clip(v (g_j - g_i) / worth_i, 0, `MOST_MOVED`),   flow_ij = K_i r_ij w_j r_ij / sum_l w_l r_il

    where g = D worth is what a kilogram's margin has gained since the base year [USD/kg] (`gained` is D and worth), and
    w_j the share of the ore of that kind that lies in j. Who comes depends on the teams there are and on ore that pays,
    not on who digs there already: a field that nobody has dug yet fills as fast as another. No field receives more than
    it has `room` for (`accessible`, as far as the law lets it). None move in the base year, when every D is nil.
    """
    pit, space = fields.pit, fields.pit @ room / dt
    gain, worth = pit @ (gained[0] * gained[1]), jnp.maximum(pit @ gained[1], 1e-2)
    rate = jnp.clip(fields.mobility * (gain[None, :] - gain[:, None]) / worth[:, None], 0.0, MOST_MOVED)
    drawn = fields.way * rate * (space > 0)[None, :]
    share = rate * drawn / jnp.maximum(drawn.sum(1, keepdims=True), 1e-12)
    gone = share.sum(1)
    kept = jnp.where(gone > 0, a_year(gone, dt) / jnp.where(gone > 0, gone, 1.0), 1.0)
    flow = (pit @ capacity * kept)[:, None] * share
    flow = flow * jnp.minimum(space / jnp.maximum(flow.sum(0), 1e-12), 1.0)[None, :]
    return pit.T @ flow.sum(0), pit.T @ flow.sum(1)


def capacity(
    base: Base, plants: Plants, schedule: Schedule, state: State, level: Array, turnover: Turnover
) -> NextCapacity:
    """Capacity, its trend, the queue of what is being built, and money invested.

    What is begun, as far as the law lets it build and run, and what it pays for, joins the queue and is ready a lead
    later; what is closed or leaves is gone at once. Shipping and disposal: K' = K + (1 - (1 - follow)^dt) max(x/u0 - K,
    0): a link grows with its use and is not lost by disuse, which the record does not show (docs/model.md).
    """
    dt = schedule.clock.dt
    begun = jnp.where(plants.project, turnover.opened, turnover.grow) * schedule.entry
    begun = begun * jnp.minimum(schedule.capacity, 1.0)
    new = dt * gather(begun + schedule.support / jnp.maximum(plants.capex, 1.0) + turnover.come, plants.built)
    queue = state.queue + _placed(plants, schedule) * new
    flexible = 1.0 - (1.0 - plants.follow) ** dt
    short = level / jnp.maximum(plants.use, 1e-3) - state.capacity
    follow = jnp.where(plants.adapt, flexible * jnp.maximum(short, 0.0), 0.0)
    lost = dt * (jnp.where(plants.project, 0.0, turnover.shrink) - turnover.go)
    left = jnp.maximum(state.capacity + lost + follow, LEAST * base.capacity)
    kept = scatter_add(left, plants.built, queue[0], unique=True)
    invested = scatter(jnp.zeros_like(kept), plants.built, new / dt * gather(plants.capex, plants.built))
    known = (left > 0) & (state.capacity > 0)
    trend = jnp.log(jnp.where(known, left, 1.0) / jnp.where(known, state.capacity, 1.0)) / dt
    return NextCapacity(kept, trend, jnp.concatenate([queue[1:], jnp.zeros_like(queue[:1])]), invested)


def _placed(plants: Plants, schedule: Schedule) -> Array:
    """Share of what is begun by place in the queue [Q, J].

    What is begun over a period is ready a lead later, on its mean a lead and dt/2 after its start; it is split between
    the starts of the periods before and after, so that each has on average what is there in it.
    """
    ahead = schedule.clock.ahead
    ready = gather(plants.lead + schedule.delay, plants.built) + 0.5 * schedule.clock.dt
    ready = jnp.clip(ready, ahead[0], ahead[-1])
    last = jnp.clip(jnp.sum(ahead[:, None] <= ready, 0) - 1, 0, len(ahead) - 2)
    passed = (ready - gather(ahead, last)) / (gather(ahead, last + 1) - gather(ahead, last))
    place = jnp.arange(len(ahead))[:, None]
    return jnp.where(place == last, 1.0 - passed, 0.0) + jnp.where(place == last + 1, passed, 0.0)
