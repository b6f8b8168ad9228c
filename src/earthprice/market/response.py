"""Responses: how an activity's level follows its margin, with slope and surplus.

Three increasing forms stand for everything that happens in a period.

Logistic (supply, trade, stocks, disposal): break-even costs of the sites are logistic around `cost`,

    level = K sigmoid((m - c) / s),    surplus = K s [softplus((m - c)/s) - softplus(-c/s)]

with m the revenue per unit [USD/kg], K the capacity [kt/yr], s the spread [USD/kg]. Surplus is counted from zero price.

Isoelastic with choke (final demand): v = -m is what a unit costs its user,

    level = Q [((v+a)/(v0+a))^-e - h] / (1 - h),    h = ((vc+a)/(v0+a))^-e,    a = 0.02 v0

so that demand is Q at the base cost v0, ends at the choke cost vc, and continues in a straight line below v = 0.
Its surplus is the integral from v to vc. Levels of consumer surplus mean little at low elasticity: publish differences.
The choke bends the curve: at the base cost the elasticity is `e / (1.02 (1 - h))`, well above e where e is small and
the choke near. `exponent` gives the e that has a wanted elasticity there; it may be negative (-1 is a straight line).

Uniform (textbook cases): break-even costs are uniform between `cost` and `cost + s`,

    level = K clip((m - c)/s, 0, 1)

so that supply and demand are straight lines.

Valid for K >= 0, s > 0, v0 > 0, vc > v0, e not 0.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from earthprice.market.places import gather, scatter

SHIFT = 0.02
"""Shift `a` of the isoelastic form, as a share of the base cost."""


class Response(NamedTuple):
    """Level [kt/yr], slope [kt/yr per USD/kg] and surplus [MUSD/yr] of every activity."""

    level: Array
    slope: Array
    surplus: Array


def logistic(margin: Array, capacity: Array, cost: Array, spread: Array) -> Response:
    """The logistic form of the module's head, element by element."""
    z = (margin - cost) / spread
    share = jax.nn.sigmoid(z)
    surplus = capacity * spread * (jax.nn.softplus(z) - jax.nn.softplus(-cost / spread))
    return Response(capacity * share, capacity * share * (1.0 - share) / spread, surplus)


def isoelastic(margin: Array, quantity: Array, base: Array, elasticity: Array, choke: Array) -> Response:
    """The isoelastic form of the module's head, element by element; `elasticity` is its e."""
    a = SHIFT * base
    scale, cost = base + a, -margin
    inside = jnp.clip(cost, 0.0, choke)
    end, here = jnp.log((choke + a) / scale), jnp.log((inside + a) / scale)  # a power takes as long as four of these
    cut, height = jnp.exp(-elasticity * end), jnp.exp(-elasticity * here)
    size = quantity / (1.0 - cut)
    steep = elasticity * height / (inside + a)
    below = jnp.minimum(cost, 0.0)
    level = size * (height - cut - steep * below)
    slope = size * jnp.where(cost < choke, steep, 0.0)
    one = 1.0 - jnp.where(jnp.abs(elasticity - 1.0) < 1e-6, 1.0 - 1e-6, elasticity)
    area = scale / one * (jnp.exp(one * end) - jnp.exp(one * here))
    surplus = size * (area - cut * (choke - inside) - (height - cut) * below + 0.5 * steep * below**2)
    return Response(jnp.where(cost < choke, level, 0.0), slope, surplus)


def exponent(elasticity: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """The e of the isoelastic form whose elasticity at the base cost is the one wanted.

    Solves `e / ((1 + SHIFT) (1 - R^-e)) = elasticity`, R = (reach + SHIFT) / (1 + SHIFT), by bisection; the left side
    rises with e from nil to infinity.

    Args:
        elasticity: absolute elasticity of demand at the base cost, > 0 and at most 30.
        reach: choke cost over base cost, > 1.
    """
    wanted, reach = np.broadcast_arrays(np.asarray(elasticity, float), np.asarray(reach, float))
    assert np.all(wanted > 0) and np.all(wanted <= 30) and np.all(reach > 1), "elasticity in (0, 30], reach above 1"
    log = np.log((reach + SHIFT) / (1.0 + SHIFT))
    low, high = -60.0 / log, np.full(wanted.shape, 40.0)
    for _ in range(80):
        middle = 0.5 * (low + high)
        away = np.where(np.abs(middle) < 1e-9, 1e-9, middle)
        small = away / ((1.0 + SHIFT) * -np.expm1(-away * log)) < wanted
        low, high = np.where(small, middle, low), np.where(small, high, middle)
    return np.where(np.abs(low) < 1e-6, 1e-6, low)


class Responses(NamedTuple):
    """Parameters of the responses of M activities.

    For a logistic or uniform activity `capacity` is K, `cost` c, `spread` s; for an isoelastic one they are Q, v0 and
    e (see `exponent`), with `choke` vc. `form` names the form; `final` marks final users, who pay ad valorem
    charges on what they buy. `curved` lists the isoelastic ones where all others are logistic, so that their powers
    are taken for them alone; None: any form anywhere.
    """

    capacity: Array
    cost: Array
    spread: Array
    choke: Array
    form: Array
    final: Array
    curved: Array | None = None


LOGISTIC, ISOELASTIC, UNIFORM = 0, 1, 2
"""Values of `Responses.form`."""


def uniform(margin: Array, capacity: Array, cost: Array, spread: Array) -> Response:
    """The uniform form of the module's head, element by element."""
    z = (margin - cost) / spread
    inside = (z > 0.0) & (z < 1.0)
    area = _ramp(z) - _ramp(-cost / spread)
    return Response(capacity * jnp.clip(z, 0.0, 1.0), capacity / spread * inside, capacity * spread * area)


def respond(margin: Array, r: Responses) -> Response:
    """Level, slope and surplus of all activities at the margins [USD/kg; M]."""
    if r.curved is not None:
        return _mixed(margin, r, r.curved)
    iso, flat = r.form == ISOELASTIC, r.form == UNIFORM
    straight = iso | flat
    forms = (
        logistic(margin, r.capacity, jnp.where(straight, 1.0, r.cost), jnp.where(straight, 1.0, r.spread)),
        isoelastic(
            margin,
            r.capacity,
            jnp.where(iso, r.cost, 1.0),
            jnp.where(iso, r.spread, 0.5),
            jnp.where(iso, r.choke, 10.0),
        ),
        uniform(margin, r.capacity, jnp.where(flat, r.cost, 0.0), jnp.where(flat, r.spread, 1.0)),
    )
    return Response(*(jnp.where(iso, i, jnp.where(flat, u, s)) for s, i, u in zip(*forms, strict=True)))


def _mixed(margin: Array, r: Responses, users: Array) -> Response:
    """Logistic responses, and isoelastic ones at the positions of the users."""
    iso = r.form == ISOELASTIC
    plain = logistic(margin, r.capacity, jnp.where(iso, 1.0, r.cost), jnp.where(iso, 1.0, r.spread))
    drawn = isoelastic(*(gather(x, users) for x in (margin, r.capacity, r.cost, r.spread, r.choke)))
    return Response(*(scatter(p, users, d) for p, d in zip(plain, drawn, strict=True)))


def _ramp(z: Array) -> Array:
    """Integral of clip(z, 0, 1) from minus infinity."""
    return jnp.where(z < 1.0, 0.5 * jnp.clip(z, 0.0, 1.0) ** 2, z - 0.5)
