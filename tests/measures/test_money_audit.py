"""The gate for money: it passes what is booked right and names each way of booking wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from earthprice.demos.lab import Lab
from earthprice.dynamics import laws
from earthprice.measures.money_audit import BOOKED_AT, Users, missed, missed_between
from earthprice.measures.welfare import NEIGHBOURS, RunAccounts, ledger, worth
from earthprice.runs.engine import Outcome
from earthprice.study.ensemble import Pair, Summary, case
from earthprice.study.tables import money


@pytest.fixture(scope="module")
def reform(lab: Lab) -> Outcome:
    return lab.run(lab.terms("china-in-force-2020", "china-2021-draft"))


def audited(lab: Lab, run: Outcome) -> tuple[float, str]:
    found = missed(lab.lens, Users(run), ledger(lab.lens, run), NEIGHBOURS)
    return found.size, found.where


def test_both_laws_pass(lab: Lab, reform: Outcome) -> None:
    for run in (lab.baseline, reform):
        assert audited(lab, run)[0] < 1e-9
    assert missed_between(lab.lens, Users(lab.baseline), Users(reform)).size < 1e-12


def test_thrift_booked_as_lost_benefit_is_named(lab: Lab, reform: Outcome) -> None:
    """The area under the shrunken curve alone, as users' gain was once booked."""
    users = Users(reform)
    naive = reform.record.surplus.copy()
    naive[:, users.at] += users.thrift_cost
    wrong = replace(reform, record=reform.record._replace(surplus=naive))
    size, where = audited(lab, wrong)
    assert size > 1e3 * BOOKED_AT and ("use/" in where or "money" in where)
    base = lab.baseline.record.surplus.copy()
    base[:, users.at] += Users(lab.baseline).thrift_cost
    before = replace(lab.baseline, record=lab.baseline.record._replace(surplus=base))
    assert missed_between(lab.lens, Users(before), Users(wrong)).size > BOOKED_AT, "the loss is outside its bounds"


def test_a_charge_booked_that_did_not_act_is_named(lab: Lab, reform: Outcome) -> None:
    """One levy written twice where the market takes it once."""
    ships = lab.lens.mask(stage="trade", zone="CHN", status="licensed")
    wrong = replace(reform, terms=replace(reform.terms, advalorem=reform.terms.advalorem + 0.1 * ships))
    size, where = audited(lab, wrong)
    assert size > 1e3 * BOOKED_AT and ("charges of" in where or "money" in where)


@pytest.mark.parametrize("key", [("CHN", "state"), ("JPN", "magnet user"), ("CHN", "stockholder")])
def test_a_dollar_from_nowhere_is_named(lab: Lab, reform: Outcome, key: tuple[str, str]) -> None:
    books = ledger(lab.lens, reform)
    turnover = (reform.sales * reform.record.level).sum(1)
    books[key] = books[key] + 1e-4 * turnover * (lab.years == 2028)
    found = missed(lab.lens, Users(reform), books, NEIGHBOURS)
    assert found.size == pytest.approx(1e-4, rel=1e-3) and found.where == f"money of {key[0]} in 2028"


def test_a_number_that_is_none_is_no_pass(lab: Lab, reform: Outcome) -> None:
    books = ledger(lab.lens, reform)
    books["CHN", "state"] = books["CHN", "state"] * np.nan
    assert not missed(lab.lens, Users(reform), books, NEIGHBOURS).size <= BOOKED_AT


def test_a_broken_draw_is_counted_named_and_in_no_figure(lab: Lab, reform: Outcome) -> None:
    good = case(lab.lens, lab.baseline)
    bad = replace(case(lab.lens, reform), miss=0.2, missed="charges of ship/a in 2024")
    assert good.good and not bad.good and bad.status == "cleared"
    said = money([Pair(0, good, good), Pair(7, good, bad)])
    assert said.checked == 4 and said.broken == 1 and said.worst == 0.2
    assert "draws 7" in said.words and "ship/a" in said.words


def test_users_areas_agree_with_the_market_and_thrift_with_the_laws(lab: Lab, reform: Outcome) -> None:
    users, s = Users(reform), reform.setting
    t = -1
    scale = np.zeros(len(lab.lens.act))
    scale[users.at] = users.scale[t]
    cost = np.asarray(laws.thrift_cost(s.demand, s.base, reform.record.thrift[t], scale))[users.at]
    assert users.thrift_cost[t] == pytest.approx(cost, rel=1e-8, abs=1e-9) and cost.max() > 1.0
    assert users.surplus[t] == pytest.approx(reform.record.surplus[t, users.at], rel=1e-8)


def test_no_thrift_costs_nothing_where_long_run_and_short_run_agree(lab: Lab, reform: Outcome) -> None:
    s = reform.setting
    none = s.demand._replace(thrift=0.0 * np.asarray(s.demand.thrift))
    held = reform.record.thrift[-1]
    assert not np.asarray(laws.thrift_cost(none, s.base, held, np.ones_like(held))).any()


class TestStocks:
    """Who holds a stock pays and is paid; periods of half a year change no unit."""

    def test_holders_are_booked_in_cash(self, lab: Lab, reform: Outcome) -> None:
        s, r = reform.setting.storage, reform.record
        for flags, group in (((s.store, s.release), "stockholder"), ((s.state_buy, s.state_sell), "state reserve")):
            at = np.asarray(flags[0]) | np.asarray(flags[1])
            cash = ((reform.sales - reform.inputs) * r.level)[:, at].sum(1)
            booked = sum(v for (_, g), v in ledger(lab.lens, reform).items() if g == group)
            assert booked == pytest.approx(cash, abs=1e-9)

    def test_half_years_and_years_book_the_same_present_value(self, lab: Lab) -> None:
        """A rise of prices held through: once halved, since the gain of half a year was not divided by its length."""
        worths = {}
        for dt in (1.0, 0.5):
            at = replace(lab, dt=dt)
            run = at.run(at.terms())
            books = RunAccounts.of(at.lens, run)
            value = worth(at.engine, 2021, 0.03)
            keys = [k for k in books.money if k[1] == "stockholder"]
            worths[dt] = value(Summary({}, books.money, books.left, {}, 0.0, True), keys)
        assert worths[0.5] == pytest.approx(worths[1.0], rel=0.15)

    def test_stock_left_is_worth_its_price(self, lab: Lab, reform: Outcome) -> None:
        left = RunAccounts.of(lab.lens, reform).left
        n = [i for i, name in enumerate(lab.engine.names.stocks) if name.endswith("@CHN")]
        price = [reform.record.price[-1, lab.engine.world.network.node(lab.engine.names.stocks[i])] for i in n]
        s, r = reform.setting, reform.record
        signed = np.where(s.storage.store, r.level[-1], np.where(s.storage.release, -r.level[-1], 0.0))
        stock = (r.stock[-1] + np.asarray(s.storage.private) @ signed)[n]
        assert left["CHN", "stockholder"] == pytest.approx(np.full(3, np.dot(price, stock)))
