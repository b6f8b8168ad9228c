"""Options beside the text, and clauses of one text in another: each has its own law, and each has a price."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from earthprice.study.alternatives import _all, _without_totals, alternatives, best
from earthprice.study.assess import Frame
from earthprice.study.compare import COLUMNS, _clauses, compare, same_baseline
from earthprice.study.engine import Point, engine
from earthprice.study.ensemble import Case
from earthprice.study.rare import UserCost
from earthprice.study.sample import Sample
from earthprice.world.world import World
from tests.study.conftest import SMALL


@pytest.fixture(scope="module")
def cases(small: Frame, two: Sample, central: Point) -> dict[str, Case]:
    """Every option at the first draw, with a user cost of 1 USD a kilogram of ore."""
    long = engine(small.world, small.world.base_year + 30)
    ones = np.ones((len(long.years), len(long.names.bodies)))
    user = UserCost(value=ones, moved=0.0, rounds=0, discount=0.03)
    return dict(zip([a.words for a in alternatives(small.plan)], _all(small.plan, two, user, 0), strict=True))


def test_every_option_clears(cases: dict[str, Case]) -> None:
    assert {n for n, c in cases.items() if c.status == "not_cleared"} == set()


def test_softer_stricter_market_based_and_present_law_are_there(cases: dict[str, Case]) -> None:
    words = " | ".join(cases)
    for wanted in ("(softer)", "(stricter)", "read reviewed", "half as much", "charge for damage", "damage and ore",
                   "instead of totals", "under the present law"):  # fmt: skip
        assert wanted in words


def test_the_best_option_depends_on_whose_gain_counts() -> None:
    gains = {"do nothing": [0, 0], "cartel": [5, -9], "charge": [-1, 8], "share": [1, 2]}
    medians = {k: np.array(v, float) for k, v in gains.items()}
    assert best(medians) == {"cartel": "home", "charge": "world", "share": "nobody worse off"}
    assert best({"do nothing": np.zeros(2), "cartel": np.array([5.0, -9.0])}) == {
        "cartel": "home", "do nothing": "world; nobody worse off"}  # fmt: skip


def test_a_charge_on_ore_raises_the_price(cases: dict[str, Case]) -> None:
    at = "price/ndpr_oxide@CHN"
    less = cases["a charge for damage on licensed firms, present law"].series[at][4:]
    more = cases["charges for damage and ore, present law"].series[at][4:]
    assert (more > less).all()


def test_without_totals_nothing_is_capped_once_the_text_would_bind(small: Frame) -> None:
    terms = small.plan.baseline(small.plan.use())
    free, late = _without_totals(small.plan, terms), small.plan.engine.years >= 2022
    assert np.isinf(free.permit_amount[late]).all()
    assert np.array_equal(free.permit_amount[~late], terms.permit_amount[~late])


def test_every_clause_of_the_later_text_has_a_price(world: World) -> None:
    frames = same_baseline(["china-2021-draft", "china-2024-regulations"], SMALL, world)
    table = _clauses(frames, lambda *_: None)
    assert table["p50"].notna().all()
    home = table[~table["key"].str.split(".", n=1).str[1].str.contains(r"\.")].set_index("key")
    assert "together with fine_trade" in home.at["clause.tracing_system", "words"]
    assert home.at["clause.repeal of imported_feed_free", "p50"] != 0


def test_rulebooks_are_compared_over_the_same_draws(world: World) -> None:
    books = ["china-2021-draft", "china-2024-regulations"]
    found = compare(books, replace(SMALL, draws=2, years=(2021, 2026)), world=world)
    assert list(found.columns) == list(COLUMNS) and set(found["rulebook"]) == set(books)
    figures = found[~found["key"].str.startswith("clause.")]
    assert (figures.groupby("rulebook")["key"].nunique() > 10).all() and figures["p50"].notna().any()
    assert found["key"].str.startswith("clause.").any()
