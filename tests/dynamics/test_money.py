"""Money: what one pays another receives, and a surplus moves as its owner would feel it."""

from __future__ import annotations

import jax
import numpy as np
import pytest
from jax import Array

from earthprice.dynamics.run import initial_state, period
from earthprice.dynamics.schedule import Schedule
from earthprice.dynamics.setting import Setting
from earthprice.dynamics.state import Record
from earthprice.market.surplus import account
from tests.market.networks import resource_value


@pytest.fixture(scope="module")
def charged(base):
    """Charges of every kind and a permit that binds."""
    flat = np.zeros_like(base.terms.specific)
    mines = base.mask(stage="mining", status="licensed", zone="CHN")
    share, per_kg = flat.copy(), flat.copy()
    share[:, mines], per_kg[:, base.mask(stage="separation")] = 0.10, 0.4
    amount = np.tile(base.terms.permit_use @ base.bench.level * [0.9, 1.0], (len(flat), 1))
    c = base.under(advalorem=share, markup=0.3 * share, specific=per_kg, permit_amount=amount)
    return c, c.run(growth=1.04 ** np.arange(len(flat))[:, None] * np.ones_like(flat))


def test_every_sale_is_a_purchase(charged) -> None:
    """Sum over nodes of price x excess is nil: margins, charges and permit rents are one another's counterpart."""
    c, r = charged
    n, a = len(c.bench.price), c.bench.a
    p, x = r.price[:, :n], r.level
    gross, inputs = p @ np.maximum(a, 0), p @ np.maximum(-a, 0)
    withheld = (c.terms.advalorem + c.terms.markup) * np.where(c.bench.final, inputs, gross)
    permits = r.price[:, n : n + 2] @ c.terms.permit_use
    margin = gross - inputs - withheld - permits
    turnover = (gross * x).sum(1)
    total = ((margin + withheld + permits) * x).sum(1)
    assert np.abs(total).max() < 1e-8 * turnover.min()
    rents = (r.price[:, n : n + 2] * r.permit_amount[:, :2]).sum(1)
    assert (permits * x).sum(1) == pytest.approx(rents, rel=1e-2), "permits used are permits issued, where they bind"


def test_the_accounts_add_up_to_what_users_gain_less_real_costs(charged) -> None:
    c, r = charged

    @jax.jit
    def both(setting: Setting, schedule: Schedule, price: np.ndarray) -> tuple[Array, Array]:
        first = jax.tree.map(lambda x: x[0], schedule)
        market = period(setting, first, schedule.growth[0, 0], initial_state(setting, schedule)).market
        money = account(market, price, schedule.specific[0])
        return money.total(), resource_value(market, price, schedule.specific[0])

    money, worth = both(c.setting, c.schedule, r.price[0])
    assert float(money) == pytest.approx(float(worth), rel=1e-8)


def test_a_charge_never_raises_its_payers_surplus(base, still: Record) -> None:
    """Also where costs less rents lie below nil, so that some sites would run at a price of nil."""
    mines = base.mask(stage="mining", status="licensed")
    charge = np.zeros(base.schedule.specific.shape)
    charge[:, mines] = 0.2
    taxed = base.run(specific=charge)
    small = base.bench.level > 0.5
    assert (base.bench.cost + base.bench.rent)[mines].min() < 0
    change = taxed.surplus[1] - still.surplus[1]
    assert change[mines].sum() < 0
    margin = margins(base, taxed, charge) - margins(base, still, 0 * charge)
    moved = mines & small & (np.abs(margin[1]) > 1e-3)
    assert (np.sign(change[moved]) == np.sign(margin[1, moved])).all(), "surplus moves with the margin"


def test_surplus_rises_by_the_level_for_a_unit_of_margin(base, still: Record) -> None:
    """Envelope: a small charge costs its payer the level times the charge, less what prices give back."""
    at = base.at("dig/mt_weld/lean/licensed")
    charge = np.zeros(base.schedule.specific.shape)
    charge[0, at] = 1e-4
    taxed = base.run(specific=charge)
    margin = margins(base, taxed, charge) - margins(base, still, 0 * charge)
    change = taxed.surplus[0] - still.surplus[0]
    assert change[at] == pytest.approx(still.level[0, at] * margin[0, at], rel=1e-2)


def margins(c, r: Record, specific: np.ndarray) -> np.ndarray:
    n = len(c.bench.price)
    return r.price[:, :n] @ c.bench.a - specific
