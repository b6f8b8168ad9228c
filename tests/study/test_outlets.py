"""What is made has an outlet: a ban leaves nothing stuck, and no price falls below what throwing away costs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit

from earthprice.runs.engine import Point, point, run
from earthprice.runs.sample import Sample
from earthprice.study.draws import fitted_sample
from earthprice.study.ensemble import _pair, laws_and_point
from earthprice.study.frame import Frame, frame, text_alone
from earthprice.study.options import Options
from earthprice.study.start import start
from earthprice.world.world import World
from tests.small import framed

BAN = str(Path(__file__).parents[1] / "law" / "texts" / "mys-ban.yaml")


def test_a_ban_of_raw_exports_leaves_no_ore_without_a_place(world: World) -> None:
    """Draw 1 was once lost for 0.06 kg in a thousand tonnes of monazite that nobody could put aside."""
    f = frame(BAN, Options(draws=8, years=(2022, 2026)), world)
    pair = _pair(f.plan, fitted_sample(f), 1)
    assert pair.good, pair.worst


def test_a_plant_that_fills_its_idle_lines_leaves_no_by_product_without_a_place() -> None:
    """A fifth of the draws of American law was once lost for 45 t of europium, made when the ore stays at home."""
    asked = Options(draws=50, years=(2026, 2030), only="figures")
    f = frame("usa-floor-2025", asked, start(["usa-floor-2025"], asked).world)
    pair = _pair(f.plan, fitted_sample(f), 17)
    assert pair.good, pair.worst


def test_samarium_in_glut_is_thrown_away_before_anybody_pays_to_be_rid_of_it(world: World) -> None:
    """A draw like it was once lost for a price of -0.5 USD/kg, when mines begin to dig what others still ship in."""
    f = framed(world, "china-2024-regulations", draws=200, years=(2021, 2030))
    _, reform, p = laws_and_point(f.plan, fitted_sample(f), 55)
    price = run(f.plan.engine, p, reform).record.price[:, world.network.node("sm_oxide@USA")]
    assert price.min() > -p.values["model/disposal/cost"] and price.min() < 0.65 * price[0]


@pytest.mark.parametrize("draw", [8, 27, 36])
def test_plants_that_grow_throw_away_what_nobody_takes(draw: int) -> None:
    """Lost once for europium in the rest of the world, by 2048: its plants had grown, the outlet of 2019 had not."""
    asked = Options(reading="tight", answers=("japan-answer",), draws=50, only="figures")
    f = text_alone(frame("china-2021-draft", asked, start(["china-2021-draft"], asked).world))
    pair = _pair(f.plan, fitted_sample(f), draw)
    assert pair.good, pair.worst


@pytest.mark.parametrize("draw", [0, 1])
def test_at_a_price_of_nil_all_that_could_be_made_is_thrown_away(small: Frame, two: Sample, draw: int) -> None:
    p: Point = point(small.plan.engine, small.plan.values(two.of_world(draw)), small.plan.baseline(small.plan.use()))
    b, could = p.bench, np.zeros(len(p.bench.price))
    for d, a in zip(p.drafts, b.a.T, strict=True):
        if d.stage in ("mining", "separation", "recycling", "milling", "magnet"):
            could += np.maximum(a, 0.0) * max(d.level / d.use, d.planned)
    at = [j for j, d in enumerate(p.drafts) if d.room and not d.id.startswith("launder/")]  # no outlet for all of it
    assert len(at) > 40
    for j in at:
        taken = b.capacity[j] * expit(-(b.cost[j] + b.rent[j]) / b.spread[j])
        assert taken >= 0.95 * could[int(b.a[:, j].argmin())], p.drafts[j].id
