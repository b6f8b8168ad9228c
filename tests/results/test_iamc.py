"""The long format that other programs read: names, units, scenarios, parts of a year."""

from __future__ import annotations

import dataclasses
import re

import pandas as pd
import pytest

from earthprice.results.iamc import IAMC_COLUMNS, ROOTS, UNITS, iamc
from earthprice.study.figures import SHOWN
from earthprice.study.figures import UNITS as BURDENS

SEGMENT = re.compile(r"[A-Z0-9][A-Za-z0-9, +-]*\Z")
"""A part of a name in common-definitions: letters and digits, words begun with a capital, no underscore."""


def test_a_scenario_bears_its_books_name(assessment):
    meta = dataclasses.replace(assessment.meta, rulebook="/home/me/texts/draft.yaml", book="my-draft")
    table = iamc(dataclasses.replace(assessment, meta=meta))
    assert {"my-draft", assessment.meta.baseline} <= set(table["scenario"])
    assert not table["scenario"].str.contains(r"[/\\]|yaml").any()


def test_names_are_those_of_a_tree_of_words(assessment):
    parts = {part for name in iamc(assessment)["variable"] for part in name.split("|")}
    assert not [p for p in parts if not SEGMENT.match(p)]


@pytest.mark.parametrize(
    ("variable", "item", "name"),
    [
        ("price", "dy", "Price|Oxide|Dy"),
        ("price", "dy_metal", "Price|Metal|Dy"),
        ("price", "gd", "Price|Oxide|Gd"),
        ("price", "magnet_high", "Price|Magnet|High"),
        ("gap_charges", "dy", "Price|Oxide|Charges at the Border|Dy"),
        ("burden", "Baotou:waste_water", "Burden|Baotou|Waste Water"),
        ("burden", "South:co2e", "Burden|South|CO2e"),
    ],
)
def test_a_good_stands_under_its_form(assessment, variable, item, name):
    one = assessment.series.iloc[:1].assign(variable=variable, item=item)
    assert iamc(dataclasses.replace(assessment, series=one))["variable"].iloc[0] == name


def test_every_variable_and_unit_of_the_study_has_its_own():
    assert {variable for _, variable, _ in SHOWN} <= set(ROOTS)
    assert {unit for _, _, unit in SHOWN} | set(BURDENS.values()) <= set(UNITS)
    assert not [u for u in UNITS.values() if re.search(r"REO|USD\d|\bMUSD|m\d", u)]


def test_whole_years_need_no_part(assessment):
    table = iamc(assessment)
    assert tuple(table.columns) == IAMC_COLUMNS and table["year"].dtype.kind == "i"


def test_only_years_that_are_cut_have_parts(assessment):
    s = assessment.series
    own, last = s["scenario"] != "observed", s["year"].max()
    cut = s[own & (s["year"] == last)]
    many = pd.concat([s, *(cut.assign(year=last + x) for x in (0.25, 0.5, 0.75))])
    table = iamc(dataclasses.replace(assessment, series=many))
    of_last = (table["year"] == last) & (table["scenario"] != "Observed")
    assert set(table.loc[of_last, "subannual"]) == {"Q1", "Q2", "Q3", "Q4"}
    assert set(table.loc[~of_last, "subannual"]) == {"Year"}


@pytest.mark.parametrize(
    ("steps", "parts"), [((0.0, 0.5), {"H1", "H2"}), ((0.0, 0.25, 0.5, 0.75), {"Q1", "Q2", "Q3", "Q4"})]
)
def test_parts_of_a_year_are_subannual(assessment, steps, parts):
    s = assessment.series
    own = s[s["scenario"] != "observed"]
    many = pd.concat([s[s["scenario"] == "observed"], *(own.assign(year=own["year"] + x) for x in steps)])
    table = iamc(dataclasses.replace(assessment, series=many))
    assert table["year"].dtype.kind == "i" and set(table["subannual"]) == parts | {"Year"}
    assert set(table.loc[table["scenario"] == "Observed", "subannual"]) == {"Year"}
    index = [c for c in table.columns if c != "value"]
    assert not table.duplicated(index).any()
