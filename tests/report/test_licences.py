"""Two markets under a licence on the page: a row an item, first served first, and nothing where there is no licence."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from earthprice.measures.licences import QUANTITIES
from earthprice.report.licences import licence_sentence, licence_words
from earthprice.report.page import render_page
from earthprice.report.words import words
from earthprice.study.assessment import LICENCE_COLUMNS, Assessment
from tests.report.synthetic import draw_all

DY = {"home": 235.0, "abroad": 325.0, "gap": 90.0, "worth": 50.0, "rent": 10.0, "wanted": 200.0, "served": 90.0}
BY_PARTNER = {"JPN": (100.0, 61.0), "EUR": (80.0, 129.0), "ROW": (2.0, 300.0)}


def licensed(a: Assessment) -> Assessment:
    rows = [("dy", "all", q, v) for q, v in DY.items()] + [("y", "all", q, v / 100) for q, v in DY.items()]
    rows += [("dy", p, q, v) for p, pair in BY_PARTNER.items() for q, v in zip(("wanted", "served"), pair, strict=True)]
    year = a.meta.figure_year
    table = [
        ("reform", item, p, year, q, QUANTITIES[q], 0.8 * v, v, 1.2 * v, "trader" if q == "rent" else "")
        for item, p, q, v in rows
    ]
    return replace(a, licences=pd.DataFrame(table, columns=list(LICENCE_COLUMNS)))


def test_a_row_for_each_listed_element(assessment: Assessment) -> None:
    table = licence_words(licensed(assessment))
    assert [row[0] for row in table.rows] == ["Dy", "Y"]
    assert table.rows[0][1:5] == ["240\n(190 to 280)", "320\n(260 to 390)", "90\n(72 to 108)", "50\n(40 to 60)"]
    assert table.rows[0][7] == "n/a", "no stock is known"
    assert table.rows[0][8] == "Europe 129, Japan 61", "the rest takes too little to say"


def test_the_sentence_says_whose_the_rent_is_and_who_is_served_first(assessment: Assessment) -> None:
    said = licence_sentence(licensed(assessment))
    assert "permits for Dy are worth most: a kilogram costs 240 USD at home and 320 abroad, 90 more" in said
    assert "all of them 10.0 MUSD a year, which the group “trader” at home earns" in said
    assert "first served is Europe (129 %" in said and said.endswith("last Japan (61 %).")


def test_a_ban_has_a_row_without_a_price_abroad_and_no_sentence_of_it(assessment: Assessment) -> None:
    """Where none is permitted, no share of what would ship arrives, and nothing is sold abroad."""
    made = licensed(assessment)
    lost = made.licences["item"].eq("dy") & made.licences["quantity"].isin(["abroad", "gap", "wanted", "served"])
    ban = replace(made, licences=made.licences[~lost])
    assert licence_words(ban).rows[0][:4] == ["Dy", "240\n(190 to 280)", "n/a", "n/a"]
    assert licence_words(ban).rows[0][8] == "n/a"
    assert "permits for Y are worth most" in licence_sentence(ban)
    partners = made.licences[~(lost & made.licences["partner"].eq("all"))]
    assert licence_words(replace(made, licences=partners)).rows[0][8] == "n/a"


def test_a_concentrate_is_called_by_its_ore(assessment: Assessment) -> None:
    made = licensed(assessment)
    ore = replace(made, licences=made.licences.replace({"item": {"dy": "conc_clay_medium"}}))
    assert licence_words(ore).rows[0][0] == "concentrate (clay medium)"
    assert "permits for concentrate (clay medium) are" in licence_sentence(ore)


def test_the_page_holds_it_with_a_licence_alone(assessment: Assessment, page: str) -> None:
    assert "Two markets under a licence" not in page and licence_sentence(assessment) == ""
    a = licensed(assessment)
    made = render_page(a, draw_all(a), {}, words())
    assert (
        "Two markets under a licence" in made and "Europe 129, Japan 61" in made and "whom an official favours" in made
    )
