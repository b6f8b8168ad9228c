"""The packaged tables: every raw row is carried, nothing is seen before its time, loading is pure."""

from __future__ import annotations

import pytest

from earthprice.errors import FactsError, OptionError
from earthprice.facts.schema import load_schema, period_bounds
from earthprice.facts.store import Facts, load_facts

RAW_ROWS = {
    "assays": 32,
    "costs": 267,
    "demand": 273,
    "deposits": 243,
    "elasticities": 55,
    "environment": 66,
    "grades": 60,
    "industry": 133,
    "magnets": 202,
    "ore_composition": 195,
    "policy_timeline": 50,
    "prices": 702,
    "production": 244,
    "quotas": 272,
    "reserves": 53,
    "trade": 1301,
    "unofficial": 30,
}
GONE = {"costs": {15, 16, 17, 36, 37}, "deposits": {74, 75}, "industry": {38, 49}}
"""Rows taken out: what came after 2024 is a test to come (docs/data.md)."""
ASSAY_CELLS = 391
"""Filled cells of the wide table of assays: elements, unallocated and sum."""


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


@pytest.mark.parametrize("name", sorted(RAW_ROWS))
def test_every_raw_row_is_carried(facts: Facts, name: str) -> None:
    rows = {int(i.split("-")[1]) for i in facts.table(name).index}
    gone = GONE.get(name, set())
    assert rows == set(range(1, RAW_ROWS[name] + len(gone) + 1)) - gone
    assert len(facts.table(name)) == (ASSAY_CELLS if name == "assays" else RAW_ROWS[name])


def test_the_schema_names_exactly_the_tables(facts: Facts) -> None:
    assert set(facts.tables) == set(load_schema()) == set(RAW_ROWS)


def test_every_fact_has_unit_date_source_and_grade(facts: Facts) -> None:
    for table in facts.tables.values():
        for column in ("unit", "date", "published", "source", "confidence", "basis"):
            assert (table[column] != "").all()


def test_no_price_output_or_trade_of_a_time_after_2024_is_among_the_facts(facts: Facts) -> None:
    for name in ("prices", "production", "trade", "magnets", "quotas", "unofficial"):
        table = facts.table(name)
        late = table[(table["year"] > 2024) & table["value"].notna()]
        plans = late["flow"] == "capacity" if name == "magnets" else late["id"] == ""
        assert late[~plans].empty, name
    late = facts.table("deposits").query("year > 2024")
    assert not late["attribute"].str.contains("production|sales").any()


def test_a_quota_is_not_seen_before_its_notice(facts: Facts) -> None:
    assert facts.get("quotas-0116")["published"] == "2021-09-30"
    early = facts.known("2021-03-01")
    with pytest.raises(FactsError, match="quotas-0116"):
        early.get("quotas-0116")
    assert early.get("quotas-0111")["value"] == 140000
    assert facts.known("2021-09-30").get("quotas-0116")["value"] == 168000


@pytest.mark.parametrize("revised", [False, True])
def test_no_quota_of_2021_in_full_is_known_in_march_2021(facts: Facts, revised: bool) -> None:
    table = facts.known("2021-03-01", revised=revised).table("quotas")
    assert table[table["date"] == "2021"].empty


def test_a_revised_yearbook_is_admitted_only_when_asked_for(facts: Facts) -> None:
    assert not facts.known("2021-03-01").holds("production-0153")
    assert facts.known("2021-03-01", revised=True).holds("production-0153")
    assert not facts.known("2019-12-31", revised=True).holds("production-0153")


def test_knowledge_only_grows(facts: Facts) -> None:
    days = ("2008-12-31", "2011-01-01", "2015-06-01", "2021-03-01", "2027-01-01")
    sizes = [facts.known(day).counts()["facts"] for day in days]
    assert sizes == sorted(sizes)
    assert sizes[-1] == facts.counts()["facts"] == 4537


def test_judged_priors_of_2011_to_2013_are_hidden_from_a_hindcast(facts: Facts) -> None:
    table = facts.known("2010-12-31").table("elasticities")
    assert not (table["source"] == "judgement").any()


@pytest.mark.parametrize("day", ["2021", "2021-3-1", "March 2021", "2021-02-30"])
def test_an_as_of_that_is_no_day_is_refused(facts: Facts, day: str) -> None:
    with pytest.raises(OptionError, match="as-of"):
        facts.known(day)


def test_loading_twice_gives_the_same(facts: Facts) -> None:
    again = load_facts()
    assert again.hash == facts.hash
    assert all(again.table(name).equals(facts.table(name)) for name in facts.tables)


def test_the_hash_sees_a_cut_and_not_a_copy(facts: Facts) -> None:
    assert facts.known("2021-03-01").hash != facts.hash
    assert facts.known("2999-01-01").hash == facts.hash


def test_a_table_taken_out_cannot_change_the_facts(facts: Facts) -> None:
    before = facts.hash
    taken = facts.table("prices")
    taken["value"] = 0.0
    assert facts.table("prices")["value"].min() > 0.0
    assert load_facts().hash == before
    assert facts.get("prices-0012")["value"] == 1.7


def test_an_unknown_id_or_table_names_its_neighbour(facts: Facts) -> None:
    with pytest.raises(FactsError, match="Did you mean 'prices'"):
        facts.table("price")
    with pytest.raises(FactsError, match="Did you mean 'prices-0"):
        facts.get("prices-012")


def test_choices_are_written_down_with_reasons(facts: Facts) -> None:
    assert len(facts.choices) >= 25
    assert facts.choices.index.is_unique
    for choice in facts.choices.itertuples(index=False):
        assert choice.why.endswith(".")
        assert not set(choice.chosen.split()) & set(choice.rivals.split()), choice.quantity


def test_a_choice_gives_its_rows(facts: Facts) -> None:
    assert facts.chosen("bayan_obo_reserve")["value"].tolist() == [36_000_000]
    assert facts.known("2010-01-01").chosen("bayan_obo_reserve").empty
    with pytest.raises(FactsError, match="Did you mean 'bayan_obo_reserve'"):
        facts.chosen("bayan_obo_reserves")


def test_an_assay_is_closed_by_its_own_sum(facts: Facts) -> None:
    table = facts.table("assays")
    parts = table[table["element"] != "sum"].groupby("deposit")["value"].sum()
    total = table[table["element"] == "sum"].set_index("deposit")["value"]
    assert (parts - total).abs().max() < 0.2


def test_counts_add_up(facts: Facts) -> None:
    n = facts.counts()
    assert n["seen"] + n["derived"] + n["recalled"] + n["judgement"] == n["facts"]
    assert n["confidence A"] + n["confidence B"] + n["confidence C"] == n["facts"]


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2019", "2019-01-01", "2019-12-31"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2018-07/2019-06", "2018-07-01", "2019-06-30"),
        ("2014-10-24", "2014-10-24", "2014-10-24"),
    ],
)
def test_a_period_has_a_first_and_a_last_day(period: str, first: str, last: str) -> None:
    days = period_bounds(period)
    assert days is not None
    assert (days[0].isoformat(), days[1].isoformat()) == (first, last)


@pytest.mark.parametrize("period", ["2023-00", "2023-02-00", "2023-02-30", "0000", "2023-00/2024", "2024/23"])
def test_a_month_or_a_day_that_no_calendar_has_is_no_period(period: str) -> None:
    assert period_bounds(period) is None
