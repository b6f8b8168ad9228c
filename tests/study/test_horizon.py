"""The end of the horizon: options run on, texts of any country, dates that move, and holders who pay what is booked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from earthprice.errors import RulebookError
from earthprice.runs.engine import Point, arranged, run
from earthprice.runs.rare import UserCost
from earthprice.runs.sample import Sample
from earthprice.study.alternatives import HARMLESS, alternatives
from earthprice.study.assess import longer
from earthprice.study.ensemble import Case, _both, case, drawn
from earthprice.study.frame import Frame, frame
from earthprice.study.horizon import horizon
from earthprice.study.options import Options
from earthprice.world.world import World

FOREIGN = str(Path(__file__).parents[1] / "law" / "texts" / "foreign-tax.yaml")


def test_every_option_is_run_on_and_a_change_of_rank_names_what_is_behind_it(small: Frame) -> None:
    far = longer(small)
    user = UserCost(np.zeros((len(far.engine.years), len(far.engine.names.bodies))), 0.0, 0, 0.03)
    table = horizon(small.plan, far, user, small.first, 0.03)
    assert set(table["option"]) == {"the text", *(a.words for a in alternatives(small.plan))}
    for _, mine in table.groupby("whom"):
        for gain, rank in (("gain", "rank"), ("gain_until", "rank_until")):
            ahead = [(mine[gain] > x + HARMLESS).sum() for x in mine[gain]]
            assert list(mine[rank]) == [1 + n for n in ahead]
        moved = mine["rank"] != mine["rank_until"]
        assert (mine["why"] != "").eq(moved).all() and mine.loc[moved, "why"].str.contains("bn beyond what 2027").all()
    assert (table["gain"] != table["income"]).any(), "what is left counts"


def test_the_user_cost_reaches_as_far_as_what_is_reported(world: World) -> None:
    f = frame("china-2021-draft", Options(draws=2, years=(2021, 2050)), world)
    assert longer(f).engine.years[-1] == f.plan.engine.years[-1] == 2050


@pytest.mark.parametrize("text", ["japan-answer", FOREIGN])
def test_a_text_of_another_country_loses_no_draw_for_measures_that_it_has_not(
    world: World, two: Sample, text: str
) -> None:
    """Measures of what a country does not have are no numbers; money, prices and levels are."""
    f = frame(text, Options(draws=2, years=(2022, 2024)), world)
    base, reform, p = drawn(f.plan, two, 0)
    pair = _both(f.plan, 0, run(f.plan.engine, p, base), run(f.plan.engine, p, reform))
    assert pair.good, pair.worst
    assert any(np.isnan(x).any() for x in pair.reform.series.values())


def test_the_holder_of_a_stock_pays_what_the_state_books(small: Frame, central: Point) -> None:
    plan = small.plan
    law = plan.baseline(plan.use())
    holds = plan.lens.mask(doing="hold")
    taxed = replace(law, advalorem=law.advalorem + 0.1 * holds * (small.plan.engine.years > 2019)[:, None])
    found: Case = case(plan.lens, run(plan.engine, central, taxed))
    assert found.booked and found.status == "cleared", found.missed
    with pytest.raises(RulebookError, match="per kg on the stock"):
        arranged(plan.engine, central, replace(law, specific=law.specific + 1.0 * holds))
