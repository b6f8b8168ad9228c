"""The base year: run under its own law, the market returns the levels and prices it was calibrated to."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from earthprice.dynamics.setup import setting
from earthprice.dynamics.state import Record
from earthprice.runs.engine import _simulate


def returned(c, record: Record) -> None:
    off = np.abs(record.level[0] - c.bench.level) / np.maximum(c.bench.level, 1e-3)
    assert off.max() < 1e-6, c.ids[off.argmax()]
    price = np.concatenate([c.bench.price, c.bench.permit])
    assert np.abs(record.price[0] - price).max() < 1e-6 * np.abs(price).max()
    assert record.price[0, : len(c.bench.price)] == pytest.approx(c.bench.price, rel=1e-6)


def laws(c) -> dict[str, dict[str, np.ndarray]]:
    flat = np.zeros_like(c.terms.specific)
    mines = c.mask(stage="mining", status="licensed", zone="CHN")
    ships, plants = c.mask(doing="ship", status="licensed", zone="CHN"), c.mask(stage="separation")
    share, per_kg = flat.copy(), flat.copy()
    share[:, mines], share[:, ships], share[:, c.mask(doing="use", zone="JPN")] = 0.10, 0.13, 0.05
    per_kg[:, mines], per_kg[:, plants] = 0.5, 0.3
    used = np.tile(c.terms.permit_use @ c.bench.level, (len(flat), 1))
    return {
        "a share of value": dict(advalorem=share),
        "mark-up": dict(markup=0.5 * share),
        "per kg": dict(specific=per_kg, resource_cost=0.3 * per_kg),
        "a permit that binds": dict(permit_amount=used * [1.0, 0.95]),
        "a permit that is loose": dict(permit_amount=used * [1.5, 3.0]),
        "all": dict(advalorem=share, specific=per_kg, permit_amount=used * [1.0, 1.05]),
    }


def test_without_law(base, still: Record) -> None:
    returned(base, still)
    assert (still.price[:, len(base.bench.price) :] == 0.0).all(), "a cap not in force has no price"


@pytest.mark.parametrize(
    "law",
    ["a share of value", "mark-up", "per kg", "a permit that binds", "a permit that is loose", "all"],
)
def test_under_a_law(base, law: str) -> None:
    c = base.under(**laws(base)[law])
    returned(c, c.run())


def test_a_binding_permit_has_its_users_rent(base) -> None:
    c = base.under(**laws(base)["a permit that binds"])
    record, n = c.run(), len(c.bench.price)
    assert (record.price[0, n : n + 2] > 0).all()
    assert c.terms.permit_use @ record.level[0] == pytest.approx(record.permit_amount[0, :2], rel=1e-4)
    users = c.terms.permit_use.any(0)
    assert (c.bench.rent[users] <= base.bench.rent[users] + 1e-12).all(), "the permit takes its rent from its users'"


def test_cost_is_never_rent(base) -> None:
    c = base.under(**laws(base)["all"])
    plain = ~c.bench.final & ~c.mask(doing="hold")
    assert (c.bench.cost == base.bench.cost)[plain].all()


def test_nothing_compiles_twice(base, still: Record) -> None:
    compiled = len(_simulate._known)
    base.run(growth=1.01 ** np.arange(11.0)[:, None] * np.ones(base.schedule.growth.shape))
    base.under(**laws(base)["all"]).run()
    values = base.world.numbers.draw({"licensed_cost": 0.7})
    n = base.world.network
    other = setting(n, base.drafts, base.names, base.bench, values, base.burdens, base.full)
    base.run(setting=jax.tree.map(jnp.asarray, other))
    assert len(_simulate._known) == compiled


def test_a_run_is_the_same_bit_for_bit(base, still: Record) -> None:
    again = base.run()
    assert all((a == b).all() for a, b in zip(still, again, strict=True) if not np.isnan(a).any())
