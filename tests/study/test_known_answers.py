"""Known answers inside the shipped world, each reckoned here by other means than the ledger's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

from earthprice.demos.lab import Lab
from earthprice.dynamics.schedule import Schedule
from earthprice.dynamics.setting import Setting
from earthprice.measures.welfare import NEIGHBOURS, ledger
from earthprice.runs.engine import Outcome
from earthprice.world.terms import Terms, no_law

FIRST = 0
"""The first period: every run of a point starts it in the same state."""


@pytest.fixture(scope="module")
def free(lab: Lab) -> Terms:
    """No law at all: no wedge but the rents of the base year."""
    e = lab.engine
    none = no_law(e.years, len(lab.lens.act), len(e.names.zones), len(e.names.burdens))
    law = lab.terms()
    ones = np.ones_like(law.permit_granted)
    return replace(
        none,
        reservation=law.reservation,
        permits=law.permits,
        permit_use=law.permit_use,
        permit_amount=np.inf * ones,
        permit_granted=ones,
        permit_held=ones,
    )


def without_stocks(s: Setting, schedule: Schedule) -> tuple[Setting, Schedule]:
    """Nobody stores or sells from stock."""
    holds = np.asarray(s.storage.store) | np.asarray(s.storage.release)
    return s._replace(base=s.base._replace(capacity=np.where(holds, 0.0, s.base.capacity))), schedule


def unharmed(s: Setting, schedule: Schedule) -> tuple[Setting, Schedule]:
    """Nobody stores, and no burden does damage."""
    s, schedule = without_stocks(s, schedule)
    return s._replace(places=s.places._replace(damage=0.0 * np.asarray(s.places.damage))), schedule


def rents(run: Outcome, at: np.ndarray) -> float:
    """Rents of the base year in the first period [MUSD/yr]: wedges that no law made, taken as costs where told."""
    return float(run.record.level[FIRST, at] @ run.point.bench.rent[at])


def charged(terms: Terms, at: np.ndarray, share: float, **more: np.ndarray) -> Terms:
    """A charge of a share of value on some activities, in every period."""
    return replace(terms, advalorem=terms.advalorem + share * at[None, :], **more)


def wedges(run: Outcome) -> np.ndarray:
    """What a unit of level pays to others than those whom it costs something, in the first period [USD/kg; M]."""
    n, r, terms = run.goods, run.record, run.terms
    base = np.where(run.point.bench.final, run.inputs[FIRST], run.sales[FIRST])
    permits = r.price[FIRST, n:] @ np.asarray(run.setting.permits.use)
    return (terms.advalorem + terms.markup)[FIRST] * base + terms.specific[FIRST] + permits + run.point.bench.rent


def harm(run: Outcome) -> np.ndarray:
    """Damage of a unit of level in the first period [USD/kg; M]."""
    return np.sum(np.asarray(run.setting.places.damage) * np.asarray(run.schedule.burden)[FIRST], 1)


def reckoned(before: Outcome, after: Outcome) -> float:
    """World gain of a small change in the first period [MUSD/yr]: sum of (wedge - damage) x change of level, and what
    comes out of stocks at its price; at the mean of both runs."""
    s = before.setting
    holds = np.asarray(s.storage.holder)
    moved = after.record.level[FIRST] - before.record.level[FIRST]
    net = 0.5 * (wedges(before) - harm(before) + wedges(after) - harm(after))
    stock = 0.5 * sum((o.sales - o.inputs)[FIRST] for o in (before, after))
    built = (after.record.invested - before.record.invested)[FIRST].sum()
    return float(np.where(holds, stock, net) @ moved - built)


def booked(lab: Lab, run: Outcome) -> float:
    """The ledger's income of all zones and groups in the first period [MUSD/yr]."""
    return float(sum(flow[FIRST] for flow in ledger(lab.lens, run).values()))


@pytest.mark.parametrize("what", ["mining", "everything", "exports", "use", "damage", "permits"])
def test_a_small_change_of_law_is_worth_its_wedges(lab: Lab, what: str) -> None:
    """All wedges on: the ledger's gain is the sum over activities of (wedge - damage) x change of level."""
    law = lab.terms()
    small = 1e-4
    all_of_them = np.ones(len(lab.lens.act), bool)
    s = lab.arrays()[0]
    of_damage = small * np.asarray(s.places.damage).sum(1)
    holds = np.asarray(s.storage.holder | s.demand.final)
    changed = {
        "mining": lambda: charged(law, lab.lens.mask(stage="mining"), small),
        "everything": lambda: charged(law, all_of_them & ~holds, small),
        "exports": lambda: charged(law, lab.lens.mask(stage="trade", zone="CHN"), small),
        "use": lambda: charged(law, np.asarray(s.demand.final), small),
        "damage": lambda: replace(law, specific=law.specific + of_damage * ~holds),
        "permits": lambda: replace(law, permit_amount=law.permit_amount * (1 - small)),
    }[what]()
    before, after = lab.run(law), lab.run(changed)
    gain = booked(lab, after) - booked(lab, before)
    moved = np.abs(after.record.level[FIRST] - before.record.level[FIRST]).sum()
    assert moved > 1e-6, "the change does something"
    assert gain == pytest.approx(reckoned(before, after), rel=1e-3, abs=1e-6)


def test_a_small_charge_at_the_damage_raises_welfare_where_other_wedges_are_off(lab: Lab, free: Terms) -> None:
    """Pigou: with rents taken as costs and no other wedge, dW = - damage x change of level, and damage falls.

    What is built in the period answers to its market: it is spent now for later gain, and taken out here."""
    all_of_them = np.ones(len(lab.lens.act), bool)
    s = lab.arrays(free, lab.point(terms=free))[0]
    due = 1e-3 * np.asarray(s.places.damage).sum(1)
    p = lab.point(terms=free)
    before = lab.run(free, p, change=without_stocks)
    after = lab.run(replace(free, specific=free.specific + due), p, change=without_stocks)
    cost_of_rents = rents(after, all_of_them) - rents(before, all_of_them)
    built = float((after.record.invested - before.record.invested)[FIRST].sum())
    gain = booked(lab, after) - booked(lab, before) - cost_of_rents + built
    less = float(harm(before) @ (before.record.level - after.record.level)[FIRST])
    assert less > 0 and gain > 0 and gain == pytest.approx(less, rel=2e-3)


def test_with_other_wedges_on_the_same_charge_has_the_sign_of_the_sum(lab: Lab) -> None:
    law, s = lab.terms(), lab.arrays()[0]
    due = 1e-3 * np.asarray(s.places.damage).sum(1)
    licensed = lab.lens.mask(zone="CHN", status="licensed")
    before, after = lab.run(law), lab.run(replace(law, specific=law.specific + due * licensed))
    gain = booked(lab, after) - booked(lab, before)
    assert np.sign(gain) == np.sign(reckoned(before, after))


class Duty:
    """A duty on all that leaves China, oxide, metal and magnet alike: no other wedges, no damage, no stocks.

    Home's gain counts rents of the base year as costs. Partners are passive: their laws are nil.
    """

    def __init__(self, lab: Lab, free: Terms) -> None:
        self.lab, self.free, self.point = lab, free, lab.point(terms=free)
        self.ships = lab.lens.mask(stage="trade", zone="CHN")
        self.home = lab.lens.mask(zone="CHN")

    def run(self, rate: float) -> Outcome:
        """A duty of `rate` on the value before it, rate / (1 + rate) of that at the border, in the first period."""
        share = np.zeros_like(self.free.advalorem)
        share[FIRST] = rate / (1.0 + rate) * self.ships
        return self.lab.run(replace(self.free, advalorem=share), self.point, change=unharmed)

    def gain(self, rate: float) -> float:
        """Home's income in the first period, rents as costs [MUSD/yr]."""
        run = self.run(rate)
        money = ledger(self.lab.lens, run)
        own = sum(flow[FIRST] for (zone, who), flow in money.items() if zone == "CHN" and who != NEIGHBOURS)
        return float(own) - rents(run, self.home)

    def elasticity(self, rate: float, step: float = 0.02) -> float:
        """e of demand abroad less supply abroad: - (sum p* dX) / (sum X dp*), by a finite difference of the duty.

        p* are prices where the shipments arrive; a partner's own trade answers, so that this is the elasticity of what
        all abroad want from China at the same horizon.
        """
        low, high = self.run(rate * (1 - step)), self.run(rate * (1 + step))
        x = [r.record.level[FIRST, self.ships] for r in (low, high)]
        p = [r.sales[FIRST, self.ships] for r in (low, high)]
        mean_x, mean_p = (0.5 * (v[0] + v[1]) for v in (x, p))
        return float(-(mean_p @ (x[1] - x[0])) / (mean_x @ (p[1] - p[0])))


def test_the_best_export_duty_is_the_inverse_of_the_elasticity_abroad(lab: Lab, free: Terms) -> None:
    duty = Duty(lab, free)
    nothing = duty.gain(0.0)
    coarse = [0.05, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0]
    gains = [duty.gain(r) - nothing for r in coarse]
    top = int(np.argmax(gains))
    assert gains[0] > 0, "a small duty always gains where partners are passive"
    assert top < len(coarse) - 1, f"the gain has an end: {dict(zip(coarse, gains, strict=True))}"
    span = (coarse[max(top - 1, 0)], coarse[top + 1])
    found = minimize_scalar(lambda r: -duty.gain(r), bounds=span, method="bounded", options={"xatol": 2e-3})
    rate = float(found.x)
    e = duty.elasticity(rate)
    assert e > 1, f"at the best duty demand from abroad is elastic ({e:.2f} at a duty of {rate:.0%})"
    assert rate / (1 + rate) == pytest.approx(1 / e, rel=0.03), f"duty {rate:.3f}, elasticity {e:.3f}"
    inelastic = [r for r in coarse if r < rate and duty.elasticity(r) <= 1]
    assert all(duty.gain(1.05 * r) > duty.gain(r) for r in inelastic), (
        f"while demand from abroad is inelastic (at duties of {inelastic}) a higher duty gains"
    )


def test_equal_export_tax_and_import_tariff_move_money_and_no_quantity(lab: Lab) -> None:
    law = lab.terms()
    ships = lab.lens.mask(stage="trade", zone="CHN", partner="JPN", status="licensed")
    share = 0.1 * ships[None, :] * np.ones_like(law.advalorem)
    export = lab.run(replace(law, advalorem=law.advalorem + share))
    tariff = lab.run(replace(law, advalorem=law.advalorem + share, tariff=law.tariff + share))
    assert np.array_equal(export.record.level, tariff.record.level)
    collected = (share * export.sales * export.record.level).sum(1)
    one, two = (ledger(lab.lens, r) for r in (export, tariff))
    moved = {k: two[k] - one[k] for k in one if not np.array_equal(one[k], two[k])}
    assert set(moved) == {("CHN", "state"), ("JPN", "state")}
    assert moved["JPN", "state"] == pytest.approx(collected) and moved["CHN", "state"] == pytest.approx(-collected)


def test_under_a_quota_the_rent_is_what_smuggling_costs_more(lab: Lab) -> None:
    """Where goods leave with a permit and without, the permit is worth what the hidden way costs more."""
    law, element, to = lab.terms(), "dy", "JPN"
    act = lab.lens.act
    oxide = act["good"].eq(f"{element}_oxide").to_numpy() & lab.lens.mask(stage="trade", zone="CHN", element=element)
    lawful = oxide & lab.lens.mask(partner=to, status="licensed")
    hidden = oxide & lab.lens.mask(partner=to, status="unlicensed")
    assert lawful.sum() == hidden.sum() == 1
    use = (oxide & lab.lens.mask(status="licensed")).astype(float)
    free = lab.run(law)
    amount = 0.5 * (free.record.level @ use)
    capped = replace(
        law,
        permits=(*law.permits, "quota"),
        permit_use=np.vstack([law.permit_use, use]),
        permit_amount=np.column_stack([law.permit_amount, amount]),
        permit_granted=np.column_stack([law.permit_granted, np.ones(len(amount))]),
        permit_held=np.column_stack([law.permit_held, np.ones(len(amount))]),
    )
    run = lab.run(capped)
    r, s = run.record, run.setting
    n = run.goods
    at = list(run.terms.permits).index("quota")
    rent = float(r.price[FIRST, n + at])
    assert rent > 1.0, "the quota binds"

    def left_for_the_good(which: np.ndarray) -> float:
        """Price at arrival less all that the way takes, but for the permit, in the first period.

        What smugglers expect is then still the base year's price, so that nothing is added for a dearer cargo.
        """
        j = int(np.flatnonzero(which)[0])
        u = r.level[FIRST, j] / r.capacity[FIRST, j]
        kept = run.sales[FIRST, j] * (1.0 - run.terms.advalorem[FIRST, j])
        cost = (s.base.cost + s.base.rent)[j] + run.terms.specific[FIRST, j] + run.terms.resource_cost[FIRST, j]
        return float(kept - cost - s.base.spread[j] * np.log(u / (1.0 - u)))

    assert left_for_the_good(lawful) - left_for_the_good(hidden) == pytest.approx(rent, rel=1e-6)


def test_a_price_raised_for_good_loses_the_area_under_the_long_run_curve(lab: Lab) -> None:
    """A user pays a quarter more for ever: when thrift has settled, his yearly loss is that area."""
    act = lab.lens.act
    at = int(np.flatnonzero(lab.lens.mask(stage="use", zone="JPN"))[0])
    law = lab.terms()
    tax = np.zeros_like(law.advalorem)
    tax[1:, at] = 0.25

    def steady(s: Setting, schedule: Schedule) -> tuple[Setting, Schedule]:
        """Thrift settles within the run; nothing grows."""
        quick = s._replace(demand=s.demand._replace(speed=np.asarray(0.9)))
        return quick, schedule._replace(growth=np.ones_like(schedule.growth))

    base, dear = lab.run(law, change=steady), lab.run(replace(law, advalorem=law.advalorem + tax), change=steady)
    s, t = base.setting, -1
    k, e, v0, choke = (float(np.asarray(x)[at]) for x in (s.demand.thrift, s.base.spread, s.base.cost, s.demand.choke))
    paid = [float(r.inputs[t, at] * (1.0 + r.terms.advalorem[t, at])) for r in (base, dear)]
    settled = [float(r.record.thrift[t, at] + k * np.log(v / v0)) for r, v in zip((base, dear), paid, strict=True)]
    assert k > 0 and np.abs(settled).max() < 5e-3, f"{act.index[at]}: thrift has settled"
    a = 0.02 * v0
    cut = ((choke + a) / (v0 + a)) ** -e

    def long_run(v: float) -> float:
        return float(s.base.capacity[at]) * (((v + a) / (v0 + a)) ** -e - cut) / (1.0 - cut) * (v / v0) ** -k

    area = quad(long_run, *paid)[0]
    lost = float(base.record.surplus[t, at] - dear.record.surplus[t, at])
    assert lost == pytest.approx(area, rel=1e-2)
    assert lost < float(base.record.level[t, at]) * (paid[1] - paid[0]), "at most what he bought costs more"
