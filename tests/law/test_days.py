"""Law acts by days: means over days, caps and exemptions on some days, gaps on their own dates, overrides, delay."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from earthprice.facts.world import load_world
from earthprice.law import clauses, compile_terms, delay, load_rulebook, prepare, stack
from earthprice.law.clauses import ENTRY
from earthprice.law.days import cut_at_days, first_days, since
from earthprice.law.deterrence import expected_charge
from earthprice.law.strict import decimal_year

CASES = Path(__file__).parent / "cases"
YEARS, QUARTERS = np.arange(2020.0, 2027.0), np.arange(2020.0, 2027.0, 0.25)


def days(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def values(unit: str, **by_day: float) -> str:
    """A parameter with values from days on, each `d2022_04_01=0.1`; NaN lifts it."""
    rows = [
        f'{{from: "{day[1:].replace("_", "-")}", {"lifted: true" if value != value else f"value: {value}"}, '
        "basis: assumption, why: A test.}"
        for day, value in by_day.items()
    ]
    return f"{{unit: {unit}, values: [{', '.join(rows)}]}}"


@pytest.fixture
def terms(network, small):
    def run(measures: str, years: np.ndarray = YEARS, start: str = "2020-01-01", **use):
        return compile_terms(stack(small(measures, start=start)), network, years, **use)

    return run


def at(network, name: str) -> int:
    return network.activities.index.get_loc(name)


TAX = (
    "tax: {{instrument: charge, kind: duty, acts_on: {{stage: mining, status: licensed}}, base: sale_value, rate: {}}}"
)
TOTAL = (
    "total: {{instrument: cap, kind: duty, acts_on: {{stage: separation, zone: CHN, status: licensed}}, "
    "shared_out: {{tradable: true}}, amount: {}}}\n"
)
LICENCE = (
    "ok: {{instrument: licence, kind: duty, acts_on: {{doing: ship, status: licensed}}, wait: {}, refused: "
    "{{unit: share, values: [{{from: 2020, value: {}, basis: assumption, why: A test.}}]}}}}"
)


def test_a_charge_of_a_period_is_the_mean_over_its_days(terms, network):
    t = terms(TAX.format(values("share of value", d2022_04_11=0.1, d2023_01_01=0.2, d2024_07_01=0.0)))
    rate = t.advalorem[:, at(network, "dig/east")]
    share = days("2022-04-11", "2023-01-01") / 365
    assert rate == pytest.approx([0, 0, 0.1 * share, 0.2, 0.2 * days("2024-01-01", "2024-07-01") / 366, 0, 0])
    fine = terms(TAX.format(values("share of value", d2022_04_11=0.1, d2023_01_01=0.2, d2024_07_01=0.0)), QUARTERS)
    rate = fine.advalorem[:, at(network, "dig/east")]
    assert rate[8:12] == pytest.approx([0, 0.1 * days("2022-04-11", "2022-07-01") / 91, 0.1, 0.1])
    assert rate[16:20].tolist() == [0.2, 0.2, 0.0, 0.0], "1 July is the first day of a quarter"


def test_a_book_in_force_within_a_year_acts_from_its_day(terms, network):
    t = terms(TAX.format(values("share of value", d2020_01_01=0.1)), start="2022-10-01")
    assert t.advalorem[:, at(network, "dig/east")] == pytest.approx([0, 0, 0.1 * 92 / 365, *[0.1] * 4])


def test_what_is_alike_on_all_days_comes_back_bit_for_bit(terms, network):
    plain = terms(TAX.format(values("share of value", d2020_01_01=0.1)))
    again = terms(TAX.format(values("share of value", d2020_01_01=0.1, d2022_03_07=0.1, d2022_08_21=0.1)))
    assert np.array_equal(plain.advalorem, again.advalorem)
    january = terms(TAX.format(values("share of value", d2022_01_01=0.1, d2023_01_01=0.3)))
    assert january.advalorem[:, at(network, "dig/east")].tolist() == [0, 0, 0.1, 0.3, 0.3, 0.3, 0.3]


def test_deterrence_is_joined_on_each_day_and_then_averaged(terms, network):
    t = terms(
        TOTAL.format(values("t REO/year", d2020_01_01=9000)).replace("separation", "mining")
        + "checks: {instrument: inspection, kind: duty, acts_on: {stage: mining, zone: CHN, status: unlicensed}, "
        + "caught: "
        + values("share of tonnes/year", d2020_01_01=0.1, d2022_07_01=0.4)
        + ", budget: "
        + values("MUSD2020/year", d2020_01_01=1, d2022_07_01=3)
        + "}\nfine: {instrument: penalty, kind: duty, for_breach_of: [total], times_gain: "
        + values("multiple", d2020_01_01=0.5, d2022_07_01=2.0)
        + ", seized: "
        + values("share of product", d2020_01_01=1)
        + "}"
    )
    wild, before = at(network, "dig/wild"), days("2022-01-01", "2022-07-01") / 365
    old, new = expected_charge(0.1, 1.0, 0.5, 1.0), expected_charge(0.4, 1.0, 2.0, 1.0)
    assert t.advalorem[2, wild] == pytest.approx(before * old + (1 - before) * new)
    mixed = expected_charge(before * 0.1 + (1 - before) * 0.4, 1.0, before * 0.5 + (1 - before) * 2.0, 1.0)
    assert abs(t.advalorem[2, wild] - mixed) > 0.01, "not the charge at the mean of what it is made of"
    assert t.state_cost[2].max() == pytest.approx(before + 3 * (1 - before))


def test_a_cap_on_some_days_says_on_which_share_of_them(terms):
    t = terms(TOTAL.format(values("t REO/year", d2022_03_01=4000, d2022_09_01=2000, d2022_12_01=float("nan"))))
    first, second = days("2022-03-01", "2022-09-01"), days("2022-09-01", "2022-12-01")
    assert t.permit_held[2, 0] == pytest.approx((first + second) / 365)
    assert t.permit_amount[2, 0] == pytest.approx((4 * first + 2 * second) / (first + second))
    assert np.isinf(t.permit_amount[[1, 3], 0]).all() and (t.permit_held[[0, 1, 3, 4], 0] == 1.0).all()


def test_an_exemption_that_ends_within_a_year_asks_permits_for_the_days_after_it(network, small):
    base = small(
        TOTAL.format(values("t REO/year", d2020_01_01=4000))
        + "free: {instrument: exempt, kind: duty, from_measure: total, acts_on: {stage: separation, feed: imported}}",
        name="base",
        start="2020-01-01",
    )
    text = (
        "longer: {instrument: exempt, kind: duty, replaces: free, from_measure: total, "
        "acts_on: {stage: separation, feed: home}}"
    )
    book = small(text, name="text", start="2022-10-01", builds="base")
    t = compile_terms(stack(base, book), network, YEARS)
    home, bought = at(network, "separate/home"), at(network, "separate/imported")
    after = 92 / 365
    assert t.permits == ("total", "total~2", "total~3")
    assert t.permit_use[:, [home, bought]].tolist() == [
        [1, 0],
        [0, 1],
        [pytest.approx(1 - after), pytest.approx(after)],
    ]
    assert np.isfinite(t.permit_amount).argmax(1).tolist() == [0, 0, 2, 1, 1, 1, 1]
    assert (np.isfinite(t.permit_amount).sum(1) == 1).all() and (t.permit_held == 1.0).all()


def test_the_gap_when_a_wait_begins_falls_on_its_own_dates(terms):
    def granted(begin: str, years: np.ndarray = YEARS) -> np.ndarray:
        return terms(LICENCE.format(values("working day", **{begin: 45}), 0.0), years, begin[1:].replace("_", "-"))

    april = granted("d2025_04_04").permit_granted[:, 0]
    assert april[5] == pytest.approx(1 - 63 / 365) and (np.delete(april, 5) == 1.0).all(), "none out of 2026"
    december = granted("d2022_12_01").permit_granted[:, 0]
    assert december[2:4] == pytest.approx([1 - 31 / 365, 1 - 32 / 365])
    fine = granted("d2025_04_04", QUARTERS).permit_granted[20:24, 0]
    assert fine == pytest.approx([1, 1 - 63 / 91, 1, 1], abs=1e-3)


def test_a_wait_that_grows_loses_its_growth_and_one_that_ends_in_time_loses_less(terms):
    longer = terms(LICENCE.format(values("day", d2022_01_01=10, d2023_02_01=40), 0.0)).permit_granted[:, 0]
    assert longer[2:5] == pytest.approx([1 - 10 / 365, 1 - 30 / 365, 1])
    dropped = terms(LICENCE.format(values("day", d2022_03_01=60, d2022_03_21=0), 0.0)).permit_granted[:, 0]
    assert dropped[2] == pytest.approx(1 - 20 / 365), "from its end on goods arrive at once"


def test_refusals_and_the_gap_are_means_over_days(terms):
    t = terms(LICENCE.format(values("day", d2022_07_01=73), 0.5), start="2022-07-01")
    half = days("2022-01-01", "2022-07-01") / 365
    assert t.permit_granted[2, 0] == pytest.approx(half + 0.5 * (1 - half - 73 / 365))


def test_an_override_acts_from_the_day_of_entry_and_never_in_the_first_period(terms, network):
    tax = TAX.format(values("share of value", d2020_01_01=0.1))
    i = at(network, "dig/east")
    base = terms(tax, start="2022-10-01").advalorem[:, i]
    more = terms(tax, start="2022-10-01", overrides={"tax.rate": "x2"}).advalorem[:, i]
    assert more == pytest.approx(2 * base)
    begun = terms(tax, np.arange(2022.0, 2025.0), "2022-10-01", overrides={"tax.rate": "x2"}).advalorem[:, i]
    assert begun == pytest.approx([0.1 * 92 / 365, 0.2, 0.2])


def test_six_months_of_delay_are_neither_none_nor_a_year(network, small):
    book = small(TAX.format(values("share of value", d2022_01_01=0.1)), start="2022-01-01")
    moved = [delay(book, y) for y in (0.5, 1.0)]
    assert [b.in_force.date for b in moved] == ["2022-07-01", "2023-01-01"]
    rates = [compile_terms(stack(b), network, YEARS).advalorem[2, at(network, "dig/east")] for b in (book, *moved)]
    assert rates == pytest.approx([0.1, 0.1 * 184 / 365, 0.0])
    leap = delay(small(TAX.format(values("share of value", d2022_01_01=0.1)), start="2021-08-31"), 0.5)
    assert leap.in_force.date == "2022-02-28"


@pytest.mark.parametrize("months", [0, 3, 6, 9, 12, 18])
def test_a_text_put_off_by_months_loses_no_growth(network, small, months):
    """A total that grows from its first 1 January on: written from the entry or from the next year, it is one law.

    Put off by three months, the second of them stood still for a year more than the first.
    """
    change = "{{from: {}, yearly_change: 0.1, basis: assumption, why: A test.}}]"
    books = []
    for grown in (2022, 2023):
        rate = values("share of value", d2022_01_01=0.1).replace("]", ", " + change.format(grown))
        book = small(TAX.format(rate), start="2022-01-01")
        books.append(delay(book, months / 12) if months else book)
    first, second = (compile_terms(stack(b), network, YEARS).advalorem[:, at(network, "dig/east")] for b in books)
    begun = 2022 + months // 12
    assert np.array_equal(first, second) and first[YEARS == begun + 1] == pytest.approx(0.11)
    assert [c.id for c in clauses(small(TAX.format(rate), start="2022-01-01"), books[1])] == [ENTRY] * (months > 0)


def test_a_reserve_buys_by_days_and_a_support_ends_on_its_day(terms, network):
    t = terms(
        "buy: {instrument: reserve, kind: duty, acts_on: {zone: JPN, good: dy_oxide}, pace: "
        + values("t/year", d2022_07_01=400)
        + ", target: "
        + values("t", d2022_07_01=500)
        + ", buy_below: "
        + values("USD2020/kg", d2022_07_01=300)
        + "}",
        start="2022-07-01",
    )
    i, half = at(network, "dy_oxide@JPN/reserve_buy"), days("2022-07-01", "2023-01-01") / 365
    assert t.holding[2:5, i] == pytest.approx([0.4 * half, 0.5 - 0.4 * half, 0.0])
    assert np.isnan(t.reservation[1, i]) and t.reservation[2, i] == pytest.approx(300.0)


def test_days_of_the_announcement_before_entry(terms, network):
    t = terms(TAX.format(values("share of value", d2022_02_01=0.1)), start="2022-02-01")
    dug = t.awaited[:, at(network, "dig/east")]  # 4 of 6 that are dug pay the tax
    assert dug == pytest.approx(4 / 6 * np.array([0, 1, 31 / 365, 0, 0, 0, 0]))


def test_periods_begin_on_the_first_of_a_month():
    assert first_days(np.array([2022.0, 2022.25, 2022.5, 2023.1])).tolist() == [
        2022.0,
        decimal_year("2022-04-01"),
        decimal_year("2022-07-01"),
        2023.1,
    ]
    found = cut_at_days(np.array([2022.0, 2022.5]), [decimal_year("2022-07-01"), decimal_year("2022-07-02"), 2030.0])
    assert found.period.tolist() == [0, 1, 1] and found.share == pytest.approx([1, 1 / 184, 183 / 184])
    assert since(np.array([2022.0, 2023.0]), decimal_year("2022-10-01")) == pytest.approx([92 / 365, 1])


def test_quarters_and_years_have_the_same_mean_law(network):
    p = prepare(stack("china-export-control-2025"), load_world().network)
    year, quarter = p.terms(YEARS), p.terms(QUARTERS)
    for name in ("advalorem", "specific", "resource_cost", "capacity", "recovery", "entry", "caught", "state_cost"):
        fine = getattr(quarter, name).reshape(len(YEARS), 4, -1).mean(1)
        assert np.allclose(fine, getattr(year, name), rtol=0.02, atol=1e-9), name


def test_a_rule_of_april_2025_bites_in_2025():
    t = prepare(stack("china-export-control-2025"), load_world().network).terms(YEARS)
    k = t.permits.index("april_licence/dy")
    in_force = days("2025-04-04", "2026-01-01")
    assert t.permit_granted[5, k] == pytest.approx(1 - (63 + 0.1 * (in_force - 63)) / 365)
    assert t.permit_granted[6, k] == pytest.approx(0.9) and t.permit_granted[4, k] == 1.0


def test_a_stop_within_a_year_is_in_its_terms():
    book = load_rulebook(CASES / "midyear.yaml")
    t = prepare(stack(book), load_world().network).terms(YEARS)
    k = t.permits.index("dy_stop")
    assert t.permit_amount[2, k] == 0.0 and t.permit_held[2, k] == pytest.approx(days("2022-02-01", "2022-12-01") / 365)
    assert np.isinf(np.delete(t.permit_amount[:, k], 2)).all()


def test_the_mean_of_an_activity_has_the_same_bits_whatever_stands_beside_it():
    """It was a product of matrices: laws that say the same of an activity differed by rounding."""
    cut = cut_at_days(np.arange(2020.0, 2024.0), [2021.2, 2021.45, 2021.9, 2022.3, 2022.6])
    x = np.random.default_rng(1).random((len(cut.years), 40))
    whole = cut.mean(x)
    for width in range(1, 40):
        assert np.array_equal(cut.mean(x[:, :width]), whole[:, :width])
        assert np.array_equal(cut.mean(x[:, width:]), whole[:, width:])
