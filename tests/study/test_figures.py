"""The ten figures: those of the rare price stand on the draws that have one, and no figure on a few of many draws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from earthprice.study.ensemble import Pair, Summary
from earthprice.study.figures import catalogue, table
from earthprice.study.frame import Frame


def priced(small: Frame, case: Summary) -> Summary:
    return replace(case, rare={e: np.full(len(small.plan.engine.years), 50.0) for e in small.plan.lens.oxides})


def test_the_rare_price_is_told_of_the_draws_that_have_it(small: Frame, done: list[Pair]) -> None:
    cases = [replace(done[0], draw=i) for i in range(9)]
    cases[0] = replace(cases[0], baseline=priced(small, cases[0].baseline), reform=priced(small, cases[0].reform))
    shown = catalogue(small.plan, small.year, small.first, 0.03)
    rows = table(shown, cases, small.year, {}).set_index("key")
    assert rows.loc["gap_ndpr", "draws"] == 1 and np.isfinite(rows.loc["gap_ndpr", "base_p50"])
    assert rows.loc["price_ndpr", "draws"] == 9


def test_what_is_known_in_few_draws_is_unknown(small: Frame, done: list[Pair]) -> None:
    """A price abroad in two draws of nine, since nothing is exported in the others, is no price of the text."""

    def hidden(case: Summary) -> Summary:
        return replace(case, series={**case.series, "exports/ndpr_oxide/all": 0.0 * case.series["exports/ndpr/all"]})

    cases = [replace(done[0], draw=i, baseline=hidden(done[0].baseline)) for i in range(7)]
    cases += [replace(done[0], draw=i) for i in (7, 8)]
    shown = catalogue(small.plan, small.year, small.first, 0.03)
    rows = table(shown, cases, small.year, {}).set_index("key")
    assert rows.loc["fob_ndpr", "draws"] == 0 and np.isnan(rows.loc["fob_ndpr", "base_p50"])
