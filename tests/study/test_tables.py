"""The tables of an assessment, Shapley values, and the words and numbers for uncertainty."""

from __future__ import annotations

import numpy as np
import pytest

from earthprice.runs.sample import sample
from earthprice.study import assessment as nouns
from earthprice.study.assessment import Assessment
from earthprice.study.ensemble import Pair
from earthprice.study.figures import groups
from earthprice.study.frame import Frame
from earthprice.study.standing import standing
from earthprice.study.tables import FLOW_KINDS


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("figures", nouns.FIGURE_COLUMNS),
        ("series", nouns.SERIES_COLUMNS),
        ("exports", nouns.EXPORT_COLUMNS),
        ("licences", nouns.LICENCE_COLUMNS),
        ("groups", nouns.GROUP_COLUMNS),
        ("articles", nouns.ARTICLE_COLUMNS),
        ("drivers", nouns.DRIVER_COLUMNS),
        ("reconciliation", nouns.RECONCILIATION_COLUMNS),
        ("rare", nouns.RARE_COLUMNS),
        ("standing", nouns.STANDING_COLUMNS),
        ("assumptions", (*nouns.ASSUMPTION_COLUMNS, "factor", "own", "grade")),
        ("flows", ("scenario", "year", "activity", *FLOW_KINDS, "level")),
    ],
)
def test_tables_have_their_columns(table: str, columns: tuple[str, ...], assessment: Assessment) -> None:
    assert tuple(getattr(assessment, table).columns) == columns


def test_ten_figures_within_their_ranges(assessment: Assessment) -> None:
    f = assessment.figures
    assert set(f["number"]) == set(range(1, 11))
    for side in ("base", "reform", "diff"):
        assert (f[f"{side}_p05"] <= f[f"{side}_p50"]).all() and (f[f"{side}_p50"] <= f[f"{side}_p95"]).all()
    assert assessment.meta.statuses["not_cleared"] + round(assessment.meta.cleared * 6) <= 6


def test_shapley_values_sum_to_the_total(assessment: Assessment) -> None:
    for _, rows in assessment.articles.groupby("figure"):
        total = rows["total"].iloc[0]
        empty = total - rows["shapley"].sum()  # what the announcement does without any article
        assert abs(empty) <= 0.05 * max(abs(total), rows["shapley"].abs().sum(), 1e-6)


def test_an_article_that_does_nothing_says_why(assessment: Assessment) -> None:
    rows = assessment.articles
    still = rows[(rows["without"] == 0) & (rows["alone"] == 0) & (rows["shapley"] == 0)]
    by_article = still.groupby("article").size() == rows["figure"].nunique()
    quiet = still[still["article"].isin(by_article[by_article].index)]
    assert (quiet["nothing"] != "").all()


def test_a_sample_is_a_latin_hypercube_and_the_same_for_a_seed() -> None:
    a, b = (sample(["x", "y"], ["z"], 10, 7) for _ in range(2))
    assert np.array_equal(a.quantiles, b.quantiles)
    assert sorted((a.quantiles[:, 0] * 10).astype(int)) == list(range(10))


def test_the_rare_price_rises_with_the_damage_values(assessment: Assessment) -> None:
    at_3 = assessment.rare[assessment.rare["discount"] == 0.03]
    dear = at_3.pivot_table(index="element", columns="damage", values="rare").loc[["ndpr", "dy"]]
    assert (dear["low"] < dear["central"]).all() and (dear["central"] < dear["high"]).all()
    assert set(assessment.rare["discount"]) == {0.0, 0.03, 0.07}
    assert assessment.rare.groupby("element")["earth"].nunique().eq(1).all(), "no earth price hangs on damage values"


def test_standing_adds_up_over_zones_and_groups(assessment: Assessment, done: list[Pair], small: Frame) -> None:
    one = standing(small.plan, done[:1], small.first).set_index(["zone", "discount", "unlicensed"])["p50"]
    zones = list(small.plan.engine.names.zones)
    for rate in (0.0, 0.03, 0.07):
        for counted in (True, False):
            total = sum(one[z, rate, counted] for z in zones)
            assert one["world", rate, counted] == pytest.approx(total, rel=1e-9, abs=1e-9)
    listed = groups(small.plan, done[:1], small.first, 0.03)
    hidden = listed[listed["unlicensed"]]["p50"].sum()
    assert one["world", 0.03, True] - one["world", 0.03, False] == pytest.approx(hidden, abs=1e-3)
    assert set(assessment.standing["zone"]) == {"world", *zones}


def test_the_prior_alone_stands_beside_the_fit_on_request(assessment: Assessment) -> None:
    table = assessment.prior
    assert set(table["draws"]) == {"fitted", "prior alone"} and set(table["key"]) <= set(assessment.figures["key"])
    assert (table["p05"] <= table["p50"]).all() and (table["p50"] <= table["p95"]).all()
    own, figures = table[table["draws"] == "fitted"].set_index("key"), assessment.figures.set_index("key")
    for q in ("p05", "p50", "p95"):
        np.testing.assert_allclose(own[q], figures.loc[own.index, f"diff_{q}"], rtol=1e-12)
    assert assessment.meta.fit
