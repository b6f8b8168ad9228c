"""The gradient of discounted surplus with respect to ore: reverse mode through every market, against differences."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from earthprice.dynamics.run import simulate

BODIES = ("kachin/rich", "xinfeng/rich", "longnan/rich", "mountain_pass/rich")


def test_the_value_of_ore_is_what_more_of_it_brings(base) -> None:
    growth = jnp.asarray(1.05 ** np.arange(len(base.terms.years))[:, None] * np.ones(base.schedule.growth.shape))
    schedule, years = base.schedule._replace(growth=growth), jnp.asarray(base.terms.years)
    weight = 1.07 ** -np.arange(len(base.terms.years))

    def worth(gift: jax.Array) -> jax.Array:
        return jnp.vdot(weight, simulate(base.setting, schedule._replace(gift=gift), years).surplus.sum(1))

    slope = np.asarray(jax.jit(jax.grad(worth))(schedule.gift))
    assert np.isfinite(slope).all() and np.abs(slope[-1]).max() < 1e-9, "ore that comes after the end is worth nothing"

    def surplus(gift: np.ndarray) -> float:
        return float(weight @ base.run(growth=growth, gift=gift).surplus.sum(1))

    for name in BODIES:
        at, step = base.names.bodies.index(name), 1e-2
        gift = np.zeros(schedule.gift.shape)
        gift[1, at] = step
        measured = (surplus(gift) - surplus(-gift)) / (2 * step)
        assert slope[1, at] == pytest.approx(measured, rel=1e-4, abs=1e-4), name
    assert slope[0, base.names.bodies.index("longnan/rich")] > 0
