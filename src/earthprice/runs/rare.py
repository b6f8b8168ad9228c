"""The rare price: the price at which the same market clears when every activity also pays what it costs others.

Two costs are charged on top of the law: external damage now, and the user cost of the ore, which is what a tonne left
in the ground would add to discounted welfare later:

    charge = damage of the burdens + lambda / recovery,    lambda[t, o] = dW/dR[t, o] / discount factor[t]

The damage is a bill on burdens (`damage_bill`), so that everyone removes of a burden what is cheaper removed than paid
for, and pays for the rest; a charge per tonne would leave nobody a reason to clean up.

User cost is the costate of the ore alone: what others decide (capacity, stocks, expectations, reviews) is held where
it is, as on an efficient path, where by the envelope theorem it has no first-order effect (Hotelling 1931; Dasgupta &
Heal 1979, ch. 6). It comes from one backward pass through every market, along the corrected path, and is iterated until
it agrees with itself (`agreed`). What is left at the end has the value of a body dug on at the last pace d and net
earnings e per kt of ore until nothing is left, so that a kt more is worth e (1 + r)^-(R/d):

    V(R) = e d (1 - exp(-rho R/d)) / rho,    rho = ln(1 + r)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from earthprice.dynamics.laws import dug
from earthprice.dynamics.run import bundles, initial_state, step
from earthprice.dynamics.schedule import Schedule
from earthprice.dynamics.setting import Setting
from earthprice.dynamics.spell import roomy
from earthprice.dynamics.state import Record, State
from earthprice.keep.traced import Traced
from earthprice.law import Bill
from earthprice.runs.engine import Engine, Outcome, Point, arranged, run
from earthprice.runs.guide import Guide
from earthprice.world.burdens import damage_values
from earthprice.world.terms import Terms

ROUNDS = 40
"""Most rounds of the iteration."""
ENOUGH = 0.002
"""Mean gap between the charge and the adjoint of its path at which they agree [USD/kg of ore]."""
HORIZON_BAND = 5.0
"""Band within which 30 and 60 years must give the same rare price [%]: as well as the price of the base year is known,
whose quotes range over 5 % either way (NdPr oxide, 2019). The demonstration `rare` holds it to that."""
MIX = 0.3
"""Share of the gap that is taken where the last gaps tell nothing of where it leads: the map is steep."""
MEMORY, SOFT = 5, 1e-4
"""Rounds of which the gaps are read, and how far their fit is held back, as a share of their squares: its kinks (a body
that comes into use) would send it astray."""
_step = jax.jit(step)
"""Traced once, though its shapes are asked for before it runs."""


@dataclass(frozen=True)
class UserCost:
    """User cost of ore in the ground [USD/kg REO; T, O], and how far it still disagrees with itself.

    Attributes:
        value: the user cost.
        moved: mean gap between the charge and the adjoint of the path it makes, weighted by the ore dug [USD/kg].
        rounds: rounds taken.
        discount: social discount rate [share/yr].
        guide: prices of the last path tried, near which others of the draw are looked for; None: not known.
    """

    value: np.ndarray
    moved: float
    rounds: int
    discount: float
    guide: Guide | None = None


class Agreed(NamedTuple):
    """A charge that agrees with the path it makes, its mean gap [USD/kg], and the rounds taken."""

    value: np.ndarray
    moved: float
    rounds: int


def agreed(
    adjoint: Callable[[np.ndarray], np.ndarray],
    first: np.ndarray,
    weight: np.ndarray,
    *,
    rounds: int = ROUNDS,
    enough: float = ENOUGH,
) -> Agreed:
    """The user cost that is the adjoint of the path that it makes itself.

    Each round looks for the mix of the last charges x whose gaps f = adjoint - charge add up to least, and takes a
    share of the gap that is left (Anderson 1965; Walker & Ni 2011), nothing below nil:

        x' = x + MIX f - (dX + MIX dF) y,    y = (dF' W dF + SOFT tr(dF' W dF) I)^-1 dF' W f

    dX and dF are the changes of charge and gap over the last `MEMORY` rounds, W the weights.

    Args:
        adjoint: charge -> discounted value of a tonne left along the path with that charge [USD/kg].
        first: first guess.
        weight: what each entry counts, summing to one.
        rounds: most rounds.
        enough: mean gap at which the two agree [USD/kg].

    Returns:
        Of all rounds the charge with the smallest gap.
    """
    values, gaps = [first], list[np.ndarray]()
    best = Agreed(first, np.inf, 0)
    for turn in range(rounds + 1):
        gaps.append(adjoint(values[-1]) - values[-1])
        moved = float(np.sum(weight * np.abs(gaps[-1])))
        best = Agreed(values[-1] if moved < best.moved else best.value, min(moved, best.moved), turn)
        if moved <= enough:
            break
        values, gaps = values[-MEMORY - 1 :], gaps[-MEMORY - 1 :]
        values.append(np.maximum(values[-1] + _step_to(values, gaps, weight), 0.0))
    return best


def _step_to(values: list[np.ndarray], gaps: list[np.ndarray], weight: np.ndarray) -> np.ndarray:
    """By how much the last charge is moved (`agreed`)."""
    gap, counts = gaps[-1].ravel(), weight.ravel()
    dx, df = (np.diff([x.ravel() for x in of], axis=0).T for of in (values, gaps))
    square = (df.T * counts) @ df
    held = SOFT * max(float(np.trace(square)), 1e-30) * np.eye(len(square))
    share = np.linalg.solve(square + held, (df.T * counts) @ gap)
    return (MIX * gap - (dx + MIX * df) @ share).reshape(values[-1].shape)


def damage_bill(e: Engine, p: Point, paying: np.ndarray | None = None, since: float = -np.inf) -> Bill:
    """A bill on every burden at the damage that it does in a draw, as `law.Use` takes it.

    The law counts burdens at their central sizes and cuts from no law on, a run at those of the draw and from the base
    year on; the rate is scaled so that the bill of a unit of level is the damage that it does in the run.

    Args:
        e: the engine.
        p: the draw.
        paying: activities that are billed [M]; all if None.
        since: decimal year from which it is due.
    """
    central = e.world.network.burdens.to_numpy(float) * p.base.burden[0]
    place = np.asarray(e.names.fixed.site).argmax(0)
    size = np.where(central > 0, p.burdens / np.where(central > 0, central, 1.0), 0.0)
    rate = damage_values(e.names.places, e.names.burdens, p.values)[place] * size
    return Bill(rate if paying is None else rate * paying[:, None], since)


def user_cost(
    e: Engine,
    p: Point,
    terms: Terms,
    discount: float,
    first: UserCost | None = None,
    *,
    left: bool = True,
    rounds: int = ROUNDS,
) -> UserCost:
    """User cost along the corrected path, iterated to agreement.

    Args:
        e: an engine whose last year lies well beyond the years reported (30 years from the base year).
        p: the draw.
        terms: the law with the bill for damage (`damage_bill`).
        discount: social discount rate [share/yr].
        first: where to start, from another law, rate or horizon; nil if None.
        left: whether ore left at the end has a value.
        rounds: most rounds.
    """
    s, schedule, full, _ = arranged(e, p, terms)
    dig = np.asarray(s.ore.dig)
    weight = (1.0 + discount) ** -(e.middles - e.middles[0]) * e.dt
    end = np.asarray(np.log1p(discount)), np.asarray(float(left))
    guide, start = first.guide if first else p.guide, np.concatenate([s.base.price, s.permits.price])

    def adjoint(value: np.ndarray) -> np.ndarray:
        nonlocal guide  # each round looks for its prices near those of the one before
        near = guide.moves(e.years, full.permits, start) if guide else schedule.guide
        found, price = welfare_gradient(s, schedule._replace(pigou=value @ dig, guide=near), e.years, weight, end)
        guide = Guide(e.years, full.permits, price)
        return np.maximum(found / weight[:, None], 0.0)

    known = np.zeros((1, len(e.names.bodies))) if first is None else first.value[: len(e.years)]
    guess = np.concatenate([known, np.repeat(known[-1:], len(e.years) - len(known), 0)])
    mine = np.abs(dig @ np.asarray(s.base.level))
    counts = np.broadcast_to(mine / mine.sum() / len(e.years), guess.shape)
    found = agreed(adjoint, guess, counts, rounds=rounds)
    return UserCost(*found, discount, guide)


def ore_charge(e: Engine, p: Point, user: UserCost) -> np.ndarray:
    """User cost of the ore per unit of level [USD/kg; T, M]: with the bill for damage, what makes the rare price."""
    return user.value[: len(e.years)] @ np.asarray(p.setting.ore.dig)


def rare_run(e: Engine, p: Point, terms: Terms, user: UserCost) -> Outcome:
    """The market at its rare prices: a law with the bill for damage, and the user cost on top."""
    return run(e, p, terms, pigou=ore_charge(e, p, user))


def welfare_gradient(
    s: Setting, schedule: Schedule, years: np.ndarray, weight: np.ndarray, end: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """dW/dgift [MUSD per kt/yr of ore; T, O], where a gift of 1 kt/yr lasts a period; and prices [USD/kg; T, K].

    Its program is kept, and serves other spans of years too; `weight` and `end` are as of `_slope`.
    """
    found, price = _gradient(s, *roomy(len(years), schedule, years, weight), end)
    return np.asarray(found)[: len(years)], np.asarray(price)[: len(years)]


def _slope(
    s: Setting, schedule: Schedule, years: Array, weight: Array, periods: Array, end: tuple[Array, Array]
) -> tuple[Array, Array]:
    """Derivative of the world's discounted welfare [MUSD] by the gift [T, O], and prices [USD/kg; T, K].

    Surpluses, rents, charges and permits, less damage and investment, and the value of the ore left at the end. As a
    function of the ore: the rest of the state, and what is invested in it, is held where it is. Back from the end

        dW/dR[t] = weight[t] dmoney[t]/dR[t] + dR[t+1]/dR[t]' dW/dR[t+1],    dW/dgift[t] = dt dW/dR[t+1]

    Args:
        s: fixed arrays.
        schedule: terms and drivers, leading axis T.
        years: start of each period [T].
        weight: discounted length of each period [years; T].
        periods: how many are run [int]; the rest brings and costs nothing.
        end: rate rho at which ore left is discounted, and what share of its value counts.
    """
    bundle, first = bundles(s), initial_state(s, schedule)

    def stepped(t: Array | int, state: State) -> tuple[State, Record]:
        return _step(s, *_at((schedule, years), t), state, bundle)

    def on(t: Array, so_far: tuple[State, tuple[State, Record]]) -> tuple[State, tuple[State, Record]]:
        after, record = stepped(t, so_far[0])
        return after, jax.tree.map(lambda x, now: x.at[t].set(now), so_far[1], (so_far[0], record))

    shapes = first, jax.eval_shape(stepped, 0, first)[1]
    nil = jax.tree.map(lambda x: jnp.zeros((len(years), *x.shape), x.dtype), shapes)
    after, (states, r) = lax.fori_loop(0, periods, on, (first, nil))

    def back(turn: Array, so_far: tuple[Array, Array]) -> tuple[Array, Array]:
        t, (worth, out) = periods - 1 - turn, so_far
        said, state, price = _at((schedule, states, r.price), t)
        found = said._replace(guide=jnp.stack([state.price, price]))  # cleared already: no step is taken again

        def one(ore: Array) -> tuple[Array, Array]:
            new, now = _step(s, found, years[t], state._replace(ore=ore), bundle)
            return new.ore, jnp.sum(_earned(s, said, now)) - jnp.sum(now.damage)

        pull = jax.vjp(one, state.ore)[1]
        return pull((worth, weight[t]))[0], out.at[t].set(said.clock.dt * worth)

    last = _at((schedule, r), periods - 1)
    left = jax.grad(lambda ore: _left(s, *last, _earned(s, *last), ore, end[0]))(after.ore)
    worth = end[1] * weight[-1] / schedule.clock.dt[-1] * left
    return lax.fori_loop(0, periods, back, (worth, jnp.zeros_like(schedule.gift)))[1], r.price


def _at(trees: Any, period: Array | int) -> Any:
    """One period of trees of arrays [T, ...]."""
    return jax.tree.map(lambda x: x[period], trees)


def _earned(s: Setting, schedule: Schedule, r: Record) -> Array:
    """What owners, holders of permits and the state earn on every activity, before damage [MUSD/yr; T, M]."""
    n = s.base.price.shape[0]
    price = r.price[..., :n]
    gross, inputs = price @ jnp.maximum(s.base.a, 0.0), price @ jnp.maximum(-s.base.a, 0.0)
    base = jnp.where(s.demand.final, inputs, gross)
    kept = (schedule.advalorem + schedule.markup) * base
    passed = s.base.rent + schedule.specific + schedule.pigou + kept + r.price[..., n:] @ s.permits.use
    return r.surplus + passed * r.level


def _left(s: Setting, last: Schedule, r: Record, earned: Array, ore: Array, rate: Array) -> Array:
    """Value of the ore left at the end [MUSD]: V(R) of the module's head, summed over bodies.

    Schedule, record and earnings are those of the last period. Net are earnings of the body's mines less damage and
    the cost of their capital.
    """
    hurt = jnp.sum(s.places.damage * last.burden, 1) + s.plants.annuity * s.plants.capex
    net = s.ore.dig.pattern @ (earned - hurt * r.level)
    pace = dug(s.ore, last, r.level, r.ore)
    each = lax.stop_gradient(jnp.maximum(net, 0.0) / jnp.maximum(pace, 1e-9))
    pace, rho = lax.stop_gradient(jnp.maximum(pace, 1e-9)), jnp.maximum(rate, 1e-9)
    return -jnp.sum(each * pace * jnp.expm1(-rho * ore / pace)) / rho


_gradient = Traced(_slope)
