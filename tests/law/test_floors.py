"""Contracts for difference and stocks in days of use as the law writes them: whom they reach, when, what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from earthprice import caps
from earthprice.errors import RulebookError
from earthprice.law import cases, compile_terms, prepare, prose, stack
from earthprice.law.outside import outside
from earthprice.law.source import parse_yaml


def q(unit, value, start='"2022-01-01"', more=""):
    return f"{{unit: {unit}, values: [{{from: {start}, value: {value}{more}, basis: assumption, why: A test.}}]}}"


def contract(name="floor", acts_on="{stage: separation, zone: CHN, status: licensed}", good="dy_oxide", **numbers):
    numbers = {"strike": q("USD2020/kg", 300)} | numbers
    rest = "".join(f", {k}: {v}" for k, v in numbers.items())
    return f"{name}: {{instrument: contract, kind: duty, acts_on: {acts_on}, good: {good}{rest}}}\n"


def test_each_plant_named_has_its_contract_at_its_own_place(terms, network):
    t = terms(contract(basis=q("USD2020/kg", 12), back=q("share", 0.3)))
    ids, nodes = network.activities.index, network.nodes.index
    assert {ids[c.activity] for c in t.contracts} == {"separate/home", "separate/imported"}
    for c in t.contracts:
        assert nodes[c.good] == "dy_oxide@CHN" and network.zones[c.payer] == "CHN"
        assert np.isnan(c.strike[:2]).all() and c.strike[2:] == pytest.approx(312), "index and basis"
        assert c.covered.tolist() == [0, 0, 1, 1, 1, 1] and c.back.tolist() == [0, 0, 0.3, 0.3, 0.3, 0.3]


def test_a_contract_of_a_quarter_covers_a_quarter_of_the_year(terms):
    t = terms(contract(strike=q("USD2020/kg", 300, '"2022-10-01"')))
    c = t.contracts[0]
    assert c.strike[2] == pytest.approx(300) and c.covered[2] == pytest.approx(92 / 365) and c.covered[3] == 1


def test_a_state_abroad_pays(terms, network):
    t = terms(contract(), head={"zone": "JPN"})
    assert [network.zones[c.payer] for c in t.contracts] == ["JPN", "JPN"]


def test_money_that_goes_abroad_is_no_law_that_binds_there(network, small):
    s = stack(small(contract(), zone="JPN"))
    p = prepare(s, network)
    assert outside(s, p.ground, p.reached, s.top_book) == []


def test_two_for_one_good_take_turns_and_two_goods_have_one_each(terms, network):
    both = contract("one", strike=q("USD2020/kg", 300)) + contract("two")
    with pytest.raises(RulebookError, match=r"'two' insures separate/home in 2022, which another contract already"):
        terms(both)
    until = q("USD2020/kg", 300).replace(
        "]}", ', {from: "2024-01-01", lifted: true, basis: assumption, why: A test.}]}'
    )
    t = terms(contract("one", strike=until) + contract("two", strike=q("USD2020/kg", 200, '"2024-01-01"')))
    assert len(t.contracts) == 2 and t.contracts[0].strike[2:].tolist() == [300, 300, 200, 200]


def test_what_a_contract_cannot_say_is_refused(terms, small, network, years):
    with pytest.raises(RulebookError, match=r"nobody makes 'dy_oxid'.*dy_oxide"):
        terms(contract(good="dy_oxid"))
    with pytest.raises(RulebookError, match=r"reaches no activity.*makes the good"):
        terms(contract(acts_on="{stage: mining, zone: CHN}"))
    with pytest.raises(RulebookError, match=r"0 USD2020/kg from 2022-01-01 is out of bounds"):
        small(contract(strike=q("USD2020/kg", 0)))
    with pytest.raises(RulebookError, match=r"1.2 share .*out of bounds"):
        small(contract(back=q("share", 1.2)))
    with pytest.raises(RulebookError, match=r"tonnes.*'covers'"):
        small(contract(tonnes=q("t/year", 5)))
    grows = q("USD2020/kg", 300)[:-2] + ", {from: 2022, yearly_change: 0.5, basis: assumption, why: A test.}]}"
    with pytest.raises(RulebookError, match=r"floor.strike comes to .* USD2020/kg in 20"):
        compile_terms(stack(small(contract(strike=grows))), network, np.arange(2020.0, 2060.0))


def test_more_plants_than_there_is_room_for_are_refused(terms, monkeypatch):
    monkeypatch.setattr(caps, "CONTRACTS", 1)
    with pytest.raises(RulebookError, match=r"insure 2 plants.*at most 1"):
        terms(contract())


def test_a_lawyer_asks_what_is_paid(small):
    book = small(contract(strike=q("USD2020/kg", 110), back=q("share", 0.3), basis=q("USD2020/kg", 5)))
    file = """
format: earthprice-cases/1
rulebook: small
cases:
- {case: below, asks: due, given: {measure: floor, year: 2023, tonnes: 1000, value: 60}, expect: {due: -50}}
- {case: above, asks: due, given: {measure: floor, year: 2023, tonnes: 1000, value: 150}, expect: {due: 12}}
"""
    assert all(o.passed for o in cases.cases_of(book, parse_yaml(file, "cases.yaml")))
    said = " ".join(prose(book).split())
    assert "On dy_oxide that they make, sold or put in stock." in said
    assert "Made up to: 110 USD2020/kg" in said


def held(acts_on="{good: dy_oxide, zone: JPN}", **numbers):
    numbers = {"days": q("day", 73), "build": q("year", 2)} | numbers
    rest = "".join(f", {k}: {v}" for k, v in numbers.items())
    return f"mine: {{instrument: stock, kind: duty, acts_on: {acts_on}{rest}}}\n"


def until(unit, value, end='"2024-01-01"'):
    """A number from 2022 on, lifted later."""
    return q(unit, value).replace("]}", f", {{from: {end}, lifted: true, basis: assumption, why: A test.}}]}}")


def test_a_contract_of_one_plant_is_none_of_the_others(terms, network):
    """The strike of the home plant's contract was handed on to every plant that the later one reaches after it."""
    home = "{stage: separation, zone: CHN, status: licensed, feed: home}"
    t = terms(
        contract("one", home, strike=until("USD2020/kg", 300))
        + contract("two", strike=q("USD2020/kg", 100, '"2024-01-01"'))
    )
    by = {network.activities.index[c.activity]: c for c in t.contracts}
    assert by["separate/home"].strike[2:].tolist() == [300, 300, 100, 100]
    assert np.isnan(by["separate/imported"].strike[:4]).all() and by["separate/imported"].strike[4:].tolist() == [
        100,
        100,
    ]
    assert by["separate/imported"].covered.tolist() == [0, 0, 0, 0, 1, 1]


def test_each_state_pays_for_the_contract_that_it_signed(network, years, small):
    """Japan's later contract for the same plants made Japan pay the earlier one."""
    one = small(contract("one", strike=until("USD2020/kg", 300)), name="first")
    two = small(contract("two", strike=q("USD2020/kg", 100, '"2024-01-01"')), name="second", zone="JPN")
    t = compile_terms(stack(one, two), network, years)
    paid = {network.zones[c.payer]: c for c in t.contracts if network.activities.index[c.activity] == "separate/home"}
    assert paid["CHN"].covered.tolist() == [0, 0, 1, 1, 0, 0] and paid["CHN"].strike[2:4].tolist() == [300, 300]
    assert paid["JPN"].covered.tolist() == [0, 0, 0, 0, 1, 1] and paid["JPN"].strike[4:].tolist() == [100, 100]
    early = small(contract("two", strike=q("USD2020/kg", 100, '"2023-01-01"')), name="second", zone="JPN")
    with pytest.raises(RulebookError, match=r"'two' insures separate/home in 2023, which another contract already"):
        compile_terms(stack(one, early), network, years)


def test_a_stock_may_be_replaced(network, years, small):
    """It was refused as another buyer of the good on the days after its end, with the advice to replace it."""
    replaced = "kind: duty, replaces: mine, "
    stock = held(days=q("day", 146, '"2024-01-01"')).replace("kind: duty, ", replaced)
    reserve = (
        f"buys: {{instrument: reserve, {replaced}acts_on: {{good: dy_oxide, zone: JPN}}, target: {q('t', 100)}, "
        f"pace: {q('t/year', 50)}, buy_below: {q('USD2020/kg', 300)}}}"
    )
    for new, days, bought in ((stock, 0.4, 0.0), (reserve, 0.0, 0.05)):
        t = compile_terms(stack(small(held()), small(new, name="later", start="2024-01-01")), network, years)
        assert t.stock_days.max(1).tolist() == pytest.approx([0, 0, 0.2, 0.2, days, days])
        assert t.holding.max(1)[3:5].tolist() == pytest.approx([0, bought])


def test_a_stock_without_a_selling_price_sells_nothing(terms, network):
    """A share to be released from 2022 at a price that is set from 2024 was sold before at any price."""
    t = terms(held(release_above=q("ratio to base year", 1.5, '"2024-01-01"'), release=q("share/year", 0.4)))
    sell = network.activities.index.get_loc("dy_oxide@JPN/reserve_sell")
    assert t.stock_sold[:, sell].tolist() == [0, 0, 0, 0, 0.4, 0.4]


def test_days_pace_and_prices(terms, network):
    t = terms(held(release_above=q("ratio to base year", 1.5), release=q("share/year", 0.4)))
    buy, sell = network.activities.index.get_indexer(["dy_oxide@JPN/reserve_buy", "dy_oxide@JPN/reserve_sell"])
    assert t.stock_days[:, buy].tolist() == pytest.approx([0, 0, 0.2, 0.2, 0.2, 0.2])
    assert t.stock_pace[-1, buy] == pytest.approx(0.1) and t.stock_sold[-1, sell] == 0.4
    assert t.reservation[-1, [buy, sell]] == pytest.approx([0.95 * 360, 360]), "never buys what it sells"
    t = terms(held(buy_below=q("USD2020/kg", 300)))
    assert t.reservation[-1, buy] == 300 and t.stock_sold[-1, sell] == 0
    assert terms(held()).reservation[-1, buy] == pytest.approx(100 * 240), "at any price"


def test_what_a_stock_cannot_say_is_refused(terms, small):
    with pytest.raises(RulebookError, match=r"a release names its price"):
        small(held(release=q("share/year", 0.4)))
    with pytest.raises(RulebookError, match=r"a release names its price"):
        small(held(release_above=q("ratio to base year", 1.5)))
    with pytest.raises(RulebookError, match=r"'held_by'.*state reserve"):
        small(held(held_by="firms"))
    with pytest.raises(RulebookError, match=r"4000 day .*out of bounds"):
        small(held(days=q("day", 4000)))
    with pytest.raises(RulebookError, match=r"reaches no activity"):
        terms(held("{good: dy_oxide, zone: CHN, stage: mining}"))


def test_a_second_holder_of_the_good_is_refused(terms):
    more = (
        f"other: {{instrument: reserve, kind: duty, acts_on: {{good: dy_oxide, zone: JPN}}, target: {q('t', 9)}, "
        f"pace: {q('t/year', 9)}, buy_below: {q('USD2020/kg', 300)}}}\n"
    )
    with pytest.raises(RulebookError, match=r"'other' buys dy_oxide@JPN in 2022.*another"):
        terms(held() + more)


@pytest.mark.parametrize(("price", "held"), [(0.9, True), (1e-6, True), (0.0, False), (1e-7, False)])
def test_a_price_of_less_than_a_dollar_is_one(terms, network, price: float, held: bool) -> None:
    """Oxide of lanthanum is sold at less; a price of nil is none."""
    numbers = f"days: {q('day', 60)}, build: {q('year', 2)}, buy_below: {q('USD2020/kg', f'{price:.7f}')}"
    text = f"mine: {{instrument: stock, kind: duty, acts_on: {{good: dy_oxide, zone: JPN}}, {numbers}}}"
    if held:
        at = network.activities.index.get_loc("dy_oxide@JPN/reserve_buy")
        assert terms(text).reservation[2:, at] == pytest.approx(price)
    else:
        with pytest.raises(RulebookError, match=r"buy_below.*Accepted: 1e-06 to"):
            terms(text)
