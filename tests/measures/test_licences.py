"""Licences to ship: home and abroad are two markets, the permit's worth is booked once, and nothing without one."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from earthprice.measures.licences import QUANTITIES, licences, months, under_licence
from earthprice.measures.series import Series
from earthprice.runs.engine import Outcome, engine, point, run
from earthprice.study.ensemble import Pair, case
from earthprice.study.frame import Frame
from earthprice.study.licences import _means, licence_table
from earthprice.world.world import World
from tests.small import central_runs, framed


@pytest.fixture(scope="module")
def control(world: World) -> Frame:
    return framed(world, "china-export-control-2025", period="year")


@pytest.fixture(scope="module")
def both(control: Frame) -> tuple[Outcome, Outcome]:
    return central_runs(control.plan)


@pytest.fixture(scope="module")
def found(control: Frame, both: tuple[Outcome, Outcome]) -> Series:
    return licences(control.plan.lens, both[1])


def test_nothing_without_a_licence(control: Frame, both: tuple[Outcome, Outcome]) -> None:
    assert both[0].free is None and licences(control.plan.lens, both[0]) == {}


def test_what_is_listed_is_what_the_text_names(control: Frame, both: tuple[Outcome, Outcome], found: Series) -> None:
    names = [x.name for x in under_licence(control.plan.lens, both[1])]
    assert set(names) == {"sm", "gd", "tb", "dy", "holu", "y", "magnet_high"}
    assert {k.split("/")[1] for k in found} == set(QUANTITIES)
    early, late = control.plan.engine.years < 2025, control.plan.engine.years >= 2025
    for path in (found["licence/gap/dy/all"], found["licence/rent/dy/all"], found["licence/served/dy/all"]):
        assert np.isnan(path[early]).all() and np.isfinite(path[late]).all()
    assert (
        np.isnan(found["licence/stock/magnet_high/all"]).all() and (found["licence/stock/dy/all"][late][:-1] > 0).all()
    )


def test_months_of_stock_are_reckoned_once(control: Frame, both: tuple[Outcome, Outcome], found: Series) -> None:
    """The licences' stock abroad is that of the zones together: use-weighted, what the state stores is counted."""
    lens, run_ = control.plan.lens, both[1]
    held = run_.record.stock + run_.record.reserve
    zones = [z for z in lens.engine.names.zones if z != lens.home]
    each = [months(lens, run_, "dy_oxide", (z,), held) for z in zones]
    together = months(lens, run_, "dy_oxide", zones, held)
    known = np.stack([m for m in each if np.isfinite(m).all()])
    assert len(known) > 1 and (together > known.min(0)).any() and (together <= known.max(0) + 1e-9).all()
    t = int(np.flatnonzero(np.isfinite(found["licence/stock/dy/all"]))[0])
    use = 12.0 * held[t, [s.startswith("dy_oxide@JPN") for s in lens.engine.names.stocks]].sum()
    assert months(lens, run_, "dy_oxide", ("JPN",), held)[t] == pytest.approx(use / taken(control, run_, "JPN")[t])
    assert months(lens, run_, "dy_oxide", ("JPN",), 2 * held) == pytest.approx(2 * each[zones.index("JPN")])
    assert np.isnan(months(lens, run_, "magnet_high", zones, held)).all()


def taken(control: Frame, run_: Outcome, zone: str) -> np.ndarray:
    """Dysprosium oxide that metal makers and users of a zone take [kt/yr; T], by its activities one by one."""
    act, a = control.plan.lens.act, run_.point.bench.a
    node = control.plan.engine.world.network.node(f"dy_oxide@{zone}")
    doing = act["doing"].isin(("run", "use")).to_numpy()
    return sum(run_.record.level[:, j] * -a[node, j] for j in np.flatnonzero(doing) if a[node, j] < 0)


def test_abroad_is_dearer_by_at_least_what_the_permit_is_worth(
    control: Frame, both: tuple[Outcome, Outcome], found: Series
) -> None:
    """Who ships pays the price at home, charges and the permit, and lives by the price there."""
    plan, reform = control.plan, both[1]
    late = plan.engine.years >= 2025
    for x in under_licence(plan.lens, reform):
        home, gap, worth = (found[f"licence/{q}/{x.name}/all"][late] for q in ("home", "gap", "worth"))
        assert gap == pytest.approx(found[f"licence/abroad/{x.name}/all"][late] - home)
        assert (worth >= 0).all() and (gap > 0).all()
    before = both[0].record.price
    node = plan.engine.world.network.node
    dearer = reform.record.price[late, node("magnet_high@USA")] / before[late, node("magnet_high@USA")]
    assert (dearer > 1.0).all()


def test_the_rent_is_what_the_ledger_gives_to_who_ships(
    control: Frame, both: tuple[Outcome, Outcome], found: Series
) -> None:
    reform, late = both[1], control.plan.engine.years >= 2025
    ships = control.plan.lens.mask(stage="trade", zone="CHN", status="licensed")
    permits = reform.record.price[:, reform.goods :] @ np.asarray(reform.setting.permits.use)
    booked = (permits * reform.record.level)[:, ships].sum(1)
    rents = sum(path for key, path in found.items() if key.startswith("licence/rent/"))
    assert np.asarray(rents)[late] == pytest.approx(booked[late], rel=1e-9) and (booked[late] > 0).all()


def test_of_what_nobody_smuggles_the_share_that_is_granted_arrives(
    control: Frame, both: tuple[Outcome, Outcome], found: Series
) -> None:
    reform, late = both[1], np.flatnonzero(control.plan.engine.years >= 2025)
    seen = 0
    for x in under_licence(control.plan.lens, reform):
        if len(x.hidden):
            continue
        share = 100.0 * reform.terms.permit_granted[:, x.permits].min(1)[late]
        served = found[f"licence/served/{x.name}/all"][late]
        assert (served <= share + 1e-6).all()
        binds = found[f"licence/rent/{x.name}/all"][late] > 1.0
        assert served[binds] == pytest.approx(share[binds], rel=0.01)
        seen += binds.sum()
    assert seen


def test_the_table_holds_the_text_alone_and_says_whose_the_rent_is(
    control: Frame, both: tuple[Outcome, Outcome], found: Series
) -> None:
    plan = control.plan
    pair = Pair(0, *(case(plan.lens, o) for o in both))
    table = licence_table(plan, [pair], [2024, 2026])
    assert set(table["scenario"]) == {"reform"} and set(table["year"]) == {2026}
    rent = table[(table["quantity"] == "rent") & (table["item"] == "dy")].iloc[0]
    assert rent["holder"] == "trader" and rent["unit"] == "MUSD2020/yr"
    assert rent["p50"] == pytest.approx(found["licence/rent/dy/all"][list(plan.engine.years).index(2026)])


def test_raw_feed_arrives_at_a_node_of_its_own_and_has_a_price_there(world: World) -> None:
    """Concentrate from abroad is kept apart from home's, so its price abroad is that of the node that it arrives at."""
    text = framed(world, "kachin-2025", as_of="2025-04-30", years=(2025, 2026), period="year")
    plan = text.plan
    base = plan.baseline(plan.use())
    reform = run(plan.engine, point(plan.engine, plan.values({}), base), plan.reform(plan.use()))
    found, shut = licences(plan.lens, reform), plan.engine.years == 2025
    node = plan.engine.world.network.node("conc_clay_medium/imported@CHN")
    abroad = found["licence/abroad/conc_clay_medium/CHN"][shut]
    assert abroad == pytest.approx(reform.record.price[shut, node]) and np.isfinite(abroad).all()
    assert (found["licence/gap/conc_clay_medium/all"][shut] > 0).all()


def test_a_rent_of_a_year_is_what_is_earned_in_it(world: World) -> None:
    """Of a licence at work in three quarters of a year the mean of these was told, a third too much."""
    plan = SimpleNamespace(engine=engine(world, 2021, 0.25))
    rent = np.array([np.nan] * 5 + [322.48, 4.49, 4.42] + [np.nan] * 4)
    side = SimpleNamespace(series={"licence/rent/dy/all": rent, "licence/home/dy/all": rent})
    assert _means(plan, [side], "licence/rent/dy/all", 2020) == pytest.approx(np.nansum(rent) / 4)  # type: ignore[arg-type]
    assert _means(plan, [side], "licence/home/dy/all", 2020) == pytest.approx(np.nanmean(rent))  # type: ignore[arg-type]
    assert np.isnan(_means(plan, [side], "licence/rent/dy/all", 2021))  # type: ignore[arg-type]
