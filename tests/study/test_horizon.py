"""The end of the horizon: options run on, texts of any country, dates that move, and holders who pay what is booked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from earthprice.errors import RulebookError
from earthprice.measures.welfare import RunAccounts, annuity, worth
from earthprice.runs.engine import Point, arranged, run
from earthprice.runs.rare import UserCost
from earthprice.runs.sample import Sample
from earthprice.study.alternatives import HARMLESS, alternatives
from earthprice.study.ensemble import Pair, Summary, _both, case, laws_and_point, pairs
from earthprice.study.frame import BEYOND, FURTHER, Frame, frame
from earthprice.study.horizon import horizon
from earthprice.study.options import Options
from earthprice.world.world import World

FOREIGN = str(Path(__file__).parents[1] / "law" / "texts" / "foreign-tax.yaml")


def test_every_option_is_run_on_and_a_change_of_rank_names_what_is_behind_it(small: Frame) -> None:
    far = small.plan.whole
    user = UserCost(np.zeros((len(far.engine.years), len(far.engine.names.bodies))), 0.0, 0, 0.03)
    table = horizon(small.plan, user, small.first, 0.03)
    assert set(table["until"]) == {2019 + BEYOND + FURTHER}
    assert set(table["option"]) == {"the text", *(a.words for a in alternatives(small.plan))}
    for _, mine in table.groupby("whom"):
        for gain, rank in (("gain", "rank"), ("gain_until", "rank_until")):
            ahead = [(mine[gain] > x + HARMLESS).sum() for x in mine[gain]]
            assert list(mine[rank]) == [1 + n for n in ahead]
        moved = mine["rank"] != mine["rank_until"]
        assert (mine["why"] != "").eq(moved).all() and mine.loc[moved, "why"].str.contains("bn beyond what 2027").all()
    assert (table["gain"] != table["income"]).any(), "what is left counts"


def test_in_every_draw_what_is_left_is_what_a_longer_run_earns(small: Frame, two: Sample, done: list[Pair]) -> None:
    """Reported to 2027 or to 2049, each account of each draw is worth the same at every rate."""
    whole = pairs(small.plan.whole, two, None, 0, lambda *_: None, 1)
    for rate in small.plan.rates:
        near, far = (worth(p.engine, small.first, rate, p.rates) for p in (small.plan, small.plan.whole))
        for short, long in zip(done, whole, strict=True):
            for key in short.baseline.money:
                for law in ("baseline", "reform"):
                    a, b = getattr(short, law), getattr(long, law)
                    assert near(a, [key]) == pytest.approx(far(b, [key]), rel=1e-9, abs=1e-6), (key, rate)
    assert len(done[0].reform.money["CHN", "state"]) < len(whole[0].reform.money["CHN", "state"])


def test_an_income_that_changes_after_the_last_year_reported_is_worth_what_it_then_is(small: Frame) -> None:
    """One until 2027, two ever after: by the last years' pace it would be worth half as much."""
    rates, dt = (0.0, 0.03, 0.07), small.plan.whole.engine.dt
    t, n = len(small.plan.engine.years), len(dt)
    rho, ends = np.log1p(np.array(rates[1:])), np.array([annuity(r, np.array(40.0)) for r in rates])
    books = RunAccounts({("CHN", "state"): np.where(np.arange(n) < t, 1.0, 2.0)}, {("CHN", "state"): 2.0 * ends}, dt)
    left = books.until(t, rates)
    assert list(left.money["CHN", "state"]) == [1.0] * t
    forever = 2.0 * -np.expm1(-rho * (n - t + 40.0)) / rho
    assert left.left["CHN", "state"][0] == pytest.approx(2.0 * (n - t + 40.0))
    assert left.left["CHN", "state"][1:] == pytest.approx(forever, rel=2e-4), "the middle of a year for the year"


def test_a_cake_whose_price_grows_at_the_discount_rate_is_worth_its_price_whenever_it_is_eaten(small: Frame) -> None:
    """Hotelling's rule: what is left at the end of any year is worth the price then times what is left."""
    rate, dt = 0.03, small.plan.whole.engine.dt
    t, n = len(small.plan.engine.years), len(dt)
    eaten = np.random.default_rng(1).uniform(0.0, 2.0, n)
    cake, end = 60.0, (1.0 + rate) ** n
    sold = eaten * (1.0 + rate) ** (np.arange(n) + 0.5)
    books = RunAccounts({("CHN", "miner"): sold}, {("CHN", "miner"): np.array([end * (cake - eaten.sum())])}, dt)
    left = books.until(t, (rate,)).left["CHN", "miner"]
    assert left == pytest.approx([(1.0 + rate) ** t * (cake - eaten[:t].sum())])


def test_the_user_cost_reaches_as_far_as_what_is_reported(world: World) -> None:
    f = frame("china-2021-draft", Options(draws=2, years=(2021, 2050)), world)
    assert f.plan.whole.engine.years[-1] == f.plan.engine.years[-1] == 2050


@pytest.mark.parametrize("text", ["japan-answer", FOREIGN])
def test_a_text_of_another_country_loses_no_draw_for_measures_that_it_has_not(
    world: World, two: Sample, text: str
) -> None:
    """Measures of what a country does not have are no numbers; money, prices and levels are."""
    f = frame(text, Options(draws=2, years=(2022, 2024)), world)
    base, reform, p = laws_and_point(f.plan, two, 0)
    pair = _both(f.plan, 0, run(f.plan.engine, p, base), run(f.plan.engine, p, reform))
    assert pair.good, pair.worst
    assert any(np.isnan(x).any() for x in pair.reform.series.values())


def test_the_holder_of_a_stock_pays_what_the_state_books(small: Frame, central: Point) -> None:
    plan = small.plan
    law = plan.baseline(plan.use())
    holds = plan.lens.mask(doing="hold")
    taxed = replace(law, advalorem=law.advalorem + 0.1 * holds * (small.plan.engine.years > 2019)[:, None])
    found: Summary = case(plan.lens, run(plan.engine, central, taxed))
    assert found.booked and found.status == "cleared", found.missed
    with pytest.raises(RulebookError, match="per kg on the stock"):
        arranged(plan.engine, central, replace(law, specific=law.specific + 1.0 * holds))
