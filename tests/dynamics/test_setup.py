"""Setup: a setting holds what the tables say, and another law changes its permits and reviews alone."""

from __future__ import annotations

from dataclasses import replace

import jax
import numpy as np
import pytest

from earthprice.dynamics.clock import LONGEST_LEAD
from earthprice.dynamics.setup import relaid, setting
from earthprice.errors import RulebookError
from earthprice.market import ISOELASTIC, Responses, respond
from earthprice.world.draft import Drafts


def test_demand_has_the_elasticity_of_the_table_at_base_prices(base) -> None:

    use = base.bench.final
    s = base.setting
    b, d = s.base, s.demand
    r = Responses(*(np.asarray(f)[use] for f in (b.capacity, b.cost, b.spread, d.choke, b.form, d.final)))
    assert (r.form == ISOELASTIC).all()
    up, down = (np.asarray(respond(-r.cost * (1 + h), r).level) for h in (1e-4, -1e-4))
    measured = -(up - down) / 2e-4 / r.capacity
    assert measured == pytest.approx(base.bench.spread[use], rel=1e-4)


def test_a_charge_per_kg_on_final_use_is_refused(base) -> None:
    specific = np.zeros_like(base.terms.specific)
    specific[:, base.mask(doing="use")] = 1.0
    terms = replace(base.terms, specific=specific)
    n, values = base.world.network, base.world.numbers.central
    with pytest.raises(RulebookError, match=r"per kg on the final use 'use/.*Accepted: a share of its value"):
        setting(n, base.drafts, base.names, base.bench, values, base.burdens, terms)


def test_a_setting_laid_on_another_law_is_the_one_made_for_it(base) -> None:
    amount = np.full_like(base.terms.permit_amount, 3.0)
    capped = base.under(permit_amount=amount, permit_use=2.0 * base.terms.permit_use)
    bench = replace(base.bench, permit=capped.bench.permit, permit_scale=capped.bench.permit_scale)
    n, values = base.world.network, {**base.world.numbers.central, "model/project/phases": 0.0}
    laid = relaid(base.setting, n, base.names, bench, capped.full)
    made = setting(n, base.drafts, base.names, bench, values, base.burdens, capped.full)
    assert not np.array_equal(laid.permits.use, base.setting.permits.use)
    for one, other in zip(jax.tree.leaves(laid), jax.tree.leaves(made), strict=True):
        assert np.asarray(one).dtype == np.asarray(other).dtype and np.array_equal(one, other)


def test_leads_leave_room_in_the_queue_for_waits_of_the_law(base) -> None:
    late = Drafts(d._replace(lead=99.0) for d in base.drafts)
    n, values = base.world.network, base.world.numbers.central
    assert (setting(n, late, base.names, base.bench, values, base.burdens, base.full).plants.lead == LONGEST_LEAD).all()


def test_a_by_product_has_no_room_for_recovery(base) -> None:
    ore, host = base.setting.ore, np.array([d.host > 0 for d in base.drafts])
    assert host.any() and np.array_equal(np.asarray(ore.most)[host], np.asarray(ore.recovery)[host])
    mines = base.mask(stage="mining") & ~host
    assert (np.asarray(ore.most)[mines] >= base.world.numbers.central["model/mining/recovery_most"]).all()
    assert not np.asarray(ore.most)[~mines & ~host].any()


def test_ways_are_shares_of_the_same_ore(base) -> None:
    way = np.asarray(base.setting.fields.way)
    assert way.sum(1) == pytest.approx(np.ones(len(way))) and (way >= 0).all()
