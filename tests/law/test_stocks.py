"""Stocks in days of use, as the law writes them and as a run holds them."""

from __future__ import annotations

import pytest

from earthprice.errors import RulebookError
from earthprice.law import compile_terms, stack


def q(unit, value, start='"2022-01-01"'):
    return f"{{unit: {unit}, values: [{{from: {start}, value: {value}, basis: assumption, why: A test.}}]}}"


def held(acts_on="{good: dy_oxide, zone: JPN}", **numbers):
    numbers = {"days": q("day", 73), "build": q("year", 2)} | numbers
    rest = "".join(f", {k}: {v}" for k, v in numbers.items())
    return f"mine: {{instrument: stock, kind: duty, acts_on: {acts_on}{rest}}}\n"


@pytest.fixture
def terms(network, years, small):
    return lambda text: compile_terms(stack(small(text)), network, years)


def test_days_pace_and_prices(terms, network):
    t = terms(held(release_above=q("ratio to base year", 1.5), release=q("share/year", 0.4)))
    buy, sell = network.activities.index.get_indexer(["dy_oxide@JPN/reserve_buy", "dy_oxide@JPN/reserve_sell"])
    assert t.stock_days[:, buy].tolist() == pytest.approx([0, 0, 0.2, 0.2, 0.2, 0.2])
    assert t.stock_pace[-1, buy] == pytest.approx(0.1) and t.stock_sold[-1, sell] == 0.4
    assert t.reservation[-1, [buy, sell]] == pytest.approx([0.95 * 360, 360]), "never buys what it sells"
    t = terms(held(buy_below=q("USD2020/kg", 300)))
    assert t.reservation[-1, buy] == 300 and t.stock_sold[-1, sell] == 0
    assert terms(held()).reservation[-1, buy] == pytest.approx(100 * 240), "at any price"


def test_what_is_refused(terms, small):
    with pytest.raises(RulebookError, match=r"a release names its price"):
        small(held(release=q("share/year", 0.4)))
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
