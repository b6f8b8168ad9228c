"""The table of rare prices: they rise with the damage values, and no earth price does."""

from __future__ import annotations

from earthprice.study.assessment import Assessment


def test_the_rare_price_rises_with_the_damage_values(assessment: Assessment) -> None:
    at_3 = assessment.rare[assessment.rare["discount"] == 0.03]
    dear = at_3.pivot_table(index="element", columns="damage", values="rare").loc[["ndpr", "dy"]]
    assert (dear["low"] < dear["central"]).all() and (dear["central"] < dear["high"]).all()
    assert set(assessment.rare["discount"]) == {0.0, 0.03, 0.07}
    assert assessment.rare.groupby("element")["earth"].nunique().eq(1).all(), "no earth price hangs on damage values"
