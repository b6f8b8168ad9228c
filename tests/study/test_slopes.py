"""Slopes against differences of runs, the table of drivers from planted answers, and readings kept apart from draws."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr

from earthprice.errors import OptionError
from earthprice.law import central_quantile, number_at, numbers
from earthprice.runs.engine import run
from earthprice.runs.sample import Sample
from earthprice.runs.tangents import STEP, tangents
from earthprice.study import answered, slopes
from earthprice.study.answered import with_readings
from earthprice.study.assessment import DRIVER_COLUMNS, Assessment
from earthprice.study.draws import prior_draws
from earthprice.study.drivers import TOP, drivers_table, value_at
from earthprice.study.ensemble import Pair, case
from earthprice.study.figures import Figure, catalogue
from earthprice.study.frame import Frame
from earthprice.world.world import World
from tests.small import SMALL, framed

NAMES = ("growth_magnets", "tracing_system.detects@2022", "format.wealth")


def planted(f: Frame, draws: Sample, outcome: np.ndarray) -> tuple[Figure, list[Pair]]:
    read = Figure(1, "planted", "planted", "kg", lambda c: float(c))  # type: ignore[arg-type]
    return read, [Pair(i, 0.0, float(v)) for i, v in enumerate(outcome)]  # type: ignore[arg-type]


def law_of(f: Frame) -> pd.DataFrame:
    return numbers(f.texts.reform.stack, as_of=f.texts.as_of)


@pytest.fixture(scope="module")
def many(world: World) -> tuple[Frame, Sample]:
    f = framed(world, draws=120)
    return replace(f, plan=replace(f.plan, central_quantiles={})), prior_draws(f)


def test_slopes_are_those_of_differences_of_runs(small: Frame) -> None:
    plan, far, step = small.plan, small.plan.whole, 5e-4
    shown = [g for g in catalogue(plan, small.year, small.first, 0.03) if g.number != 1]
    for name, sides in zip(NAMES, slopes.moved(plan, NAMES), strict=True):
        low, high = (
            [case(plan.lens, run(far.engine, o.point, o.terms)) for o in slopes._arranged(far, name, h)]
            for h in (-step, step)
        )
        for g in shown:
            measured = (g.read(high[1]) - g.read(high[0]) - g.read(low[1]) + g.read(low[0])) / (2 * step)
            size = 1e-5 * (abs(g.read(high[0])) + abs(g.read(high[1])))
            base, reform = slopes.of_laws(g, sides)
            assert reform - base == pytest.approx(measured, rel=0.02, abs=size), (name, g.key)


def test_directions_pushed_together_are_those_pushed_alone(small: Frame) -> None:
    plan, e = small.plan.whole, small.plan.whole.engine
    middle = slopes._arranged(plan, "", 0.0)[1]
    ends = [tuple(slopes._arranged(plan, name, h)[1] for h in (-STEP, STEP)) for name in NAMES[:2]]
    together, alone = (tangents(middle, some, e.years) for some in (ends, ends[1:]))
    assert len(together.price) == 2 and together.price[0].any()
    np.testing.assert_array_equal(together.price[1], alone.price[0])


def test_slopes_are_taken_on_request_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answered, "slopes", lambda *_: {"price_dy": {}})
    monkeypatch.setattr(answered, "begin_drivers", lambda *given: given[4])
    d = SimpleNamespace(cleared=[None] * 20, sample=SimpleNamespace(factors=()))
    for asked in (False, True):
        f = SimpleNamespace(options=replace(SMALL, slopes=asked), plan=None)
        found = answered._begin_drivers(f, d, [], lambda *_: None, None)  # type: ignore[arg-type]
        assert (found == {"price_dy": {}}) == asked


def test_a_factor_starts_where_the_central_draw_has_it(small: Frame) -> None:
    stack, as_of = small.texts.reform.stack, small.texts.as_of
    law = law_of(small)
    for key in prior_draws(small).factors[len(small.world.numbers.members) :]:
        at = central_quantile(stack, key, as_of)
        value = law.loc[law["key"] == key, "value"].iloc[0]
        assert number_at(stack, key, at, as_of) == pytest.approx(value) == number_at(stack, key, None, as_of), key
    with pytest.raises(OptionError, match="no uncertain number"):
        number_at(stack, "format.welth", 0.5)
    tied = replace(small.plan, central_quantiles={"entry": 0.8})
    assert slopes.central_score(tied, "entry") == pytest.approx(0.8416, abs=1e-4)
    assert slopes.central_score(tied, "storage") == 0.0


def test_the_table_of_drivers_finds_what_was_planted(many: tuple[Frame, Sample]) -> None:
    f, draws = many
    names = list(draws.factors)
    z = draws.scores
    law = law_of(f)
    lone, family = names.index("format.wealth"), names.index("growth_magnets")
    figure, kept = planted(f, draws, 1.0 + 2.0 * z[:, lone] - z[:, family])
    table = drivers_table(f.plan, draws, kept, [figure], {})
    assert tuple(table.columns) == DRIVER_COLUMNS and 2 <= len(table) <= TOP
    assert table["parameter"].tolist()[:2] == ["format.wealth", "growth_magnets"]
    assert table["share"].iloc[0] == pytest.approx(0.8, abs=0.05) and table["explained"].iloc[0] > 0.95
    assert table["share"].sum() <= table["explained"].iloc[0] + 1e-9 <= 1.0 + 1e-9
    row = law[law["key"] == "format.wealth"].iloc[0]
    assert row["low"] <= table["flips_at"].iloc[0] < row["high"], "a value of its own"
    true = number_at(f.texts.reform.stack, "format.wealth", float(ndtr(-0.5)))
    assert table["flips_at"].iloc[0] == pytest.approx(true, rel=0.1)
    assert table["flips_at"].iloc[1] == pytest.approx(float(ndtr(1.0)), abs=0.1), "a quantile of a family"
    assert "point of its range (use, magnet uses" in table["flips"].iloc[1]
    assert table["slope"].isna().all() and (np.sign(table["effect"][:2]) == [1, -1]).all()


def test_too_few_draws_or_no_spread_have_no_drivers(many: tuple[Frame, Sample]) -> None:
    f, draws = many
    figure, kept = planted(f, draws, np.arange(120.0))
    assert drivers_table(f.plan, draws, kept[:19], [figure], {}).empty
    figure, kept = planted(f, draws, np.zeros(120))
    assert drivers_table(f.plan, draws, kept, [figure], {}).empty
    figure, kept = planted(f, draws, np.full(120, np.nan))
    assert drivers_table(f.plan, draws, kept, [figure], {}).empty


def test_factors_drawn_together_are_told_apart_from_the_rest(many: tuple[Frame, Sample]) -> None:
    f, draws = many
    one, two = (draws.factors.index(n) for n in ("entry", "storage"))
    q = draws.quantiles.copy()
    q[:, two] = np.clip(ndtr(0.95 * draws.scores[:, one] + 0.3 * draws.scores[:, two]), 0.02, 0.98)
    tied = replace(draws, quantiles=q)
    plan = replace(f.plan, central_quantiles={"entry": 0.5, "storage": 0.5})
    figure, kept = planted(f, tied, tied.scores[:, one])
    table = drivers_table(plan, tied, kept, [figure], {}).set_index("parameter")
    assert 0.3 < table.loc["storage", "share"] < 0.5, "the draws cannot tell the two apart"
    assert table.loc["storage", "total"] < 0.15
    assert table["share"].sum() == pytest.approx(table["explained"].iloc[0], abs=0.02)


def test_a_value_in_words_has_its_unit(small: Frame) -> None:
    middle = central_quantile(small.texts.reform.stack, "format.wealth", small.texts.as_of)
    value, said = value_at(small.plan, law_of(small), "format.wealth", middle)
    row = law_of(small).set_index("key").loc["format.wealth"]
    assert value == pytest.approx(row["value"]) and said.endswith(str(row["unit"]))
    assert value_at(small.plan, law_of(small), "phases", 0.5)[1].startswith("0")
    at, said = value_at(small.plan, law_of(small), "ore_left", 0.25)
    assert at == 0.25 and said.startswith("the 25 % point of its range (deposit, ")
    assert value_at(small.plan, law_of(small), "ore_left", float("nan"))[1] == ""


def test_a_reading_is_never_drawn(world: World, small: Frame, assessment: Assessment) -> None:
    draws = prior_draws(small)
    assert not set(draws.factors) & {"reading", *small.texts.readings}
    assert {small.plan.use(draws.of_law(i))["reading"] for i in range(6)} == {small.texts.reading or None}
    other = framed(world, reading="tight")
    again = prior_draws(other)
    assert again.factors == draws.factors and np.array_equal(again.quantiles, draws.quantiles)
    wild = pd.DataFrame({"key": assessment.figures["key"], "diff_p50": 1e9})
    after = with_readings(assessment.figures.drop(columns=["readings_low", "readings_high"]), wild)
    for column in ("diff_p05", "diff_p50", "diff_p95", "share_positive"):
        assert after[column].equals(assessment.figures[column]), column
    assert (after["readings_high"] == 1e9).all()


def test_what_does_not_change_has_no_drivers(many: tuple[Frame, Sample]) -> None:
    """No per cent of a width that page one tells as no change."""
    f, draws = many
    figure, _ = planted(f, draws, draws.scores[:, 0])
    kept = [Pair(i, 1.0, 1.0 + 1e-6 * float(z)) for i, z in enumerate(draws.scores[:, 0])]  # type: ignore[arg-type]
    assert drivers_table(f.plan, draws, kept, [figure], {}).empty
