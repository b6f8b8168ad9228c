"""Cost of compliance by size of firm: it adds up, and small firms pay more a kilogram."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earthprice.measures.compliance import compliance, times
from earthprice.measures.costs import costs
from earthprice.runs.engine import Outcome, Point, run
from earthprice.study.frame import Frame
from earthprice.world.override import parse

inside = st.floats(0.05, 0.95)


@given(inside, inside, st.floats(0.0, 1.0))
def test_large_and_small_add_up_to_the_stage(n: float, q: float, f: float) -> None:
    assert q * times(n, q, f) + (1 - q) * times(1 - n, 1 - q, f) == pytest.approx(1.0)


def test_by_hand() -> None:
    assert times(0.8, 0.2, 0.5) == pytest.approx(2.5) and times(0.2, 0.8, 0.5) == pytest.approx(0.625)


def test_the_draft_costs_small_firms_more_a_kilogram(small: Frame, central: Point, reformed: Outcome) -> None:
    base = run(small.plan.engine, central, small.plan.baseline(small.plan.use()))
    table = compliance(small.plan.lens, base, reformed, 2026).set_index(["stage", "size"])
    assert set(table.index.get_level_values("stage")) == {"mining", "separation", "metal"}
    for stage in ("mining", "separation", "metal"):
        part = table.loc[stage]
        assert part.at["small", "per_kg"] > part.at["all", "per_kg"] > part.at["large", "per_kg"]
        assert part.at["small", "cost"] + part.at["large", "cost"] == pytest.approx(part.at["all", "cost"])
        assert part.at["small", "low"] <= part.at["small", "per_kg"] <= part.at["small", "high"]
        assert part.at["large", "low"] <= part.at["large", "per_kg"] <= part.at["large", "high"]


def test_no_reform_costs_nothing(small: Frame, central: Point) -> None:
    base = run(small.plan.engine, central, small.plan.baseline(small.plan.use()))
    assert compliance(small.plan.lens, base, base, 2026).empty


def test_what_a_higher_recovery_costs_is_in_it(small: Frame, central: Point, reformed: Outcome) -> None:
    """All that the law costs licensed firms at home more: recovery was left out, in one case half of it."""
    plan, e = small.plan, small.plan.engine
    base = run(e, central, plan.baseline(plan.use()))
    more = {"recovery_clay.at_least": parse("0.85", "recovery_clay.at_least")}
    reform = run(e, central, plan.texts.reform.terms(e.years, **plan.use(), overrides=more, last=e.dt[-1]))
    table = compliance(plan.lens, base, reform, 2026).set_index(["stage", "size"])
    firms = [costs(plan.lens, x)["compliance/firms"] for x in (reform, base)]
    assert reform.recovery_cost.max() > 0.1
    mining = plan.lens.mask(zone="CHN", stage="mining", status="licensed")
    paid = float(e.of_year((reform.recovery_cost * reform.record.level)[:, mining].sum(1), 2026))
    assert paid > 0.1 and table.at[("mining", "all"), "cost"] >= paid
    all_firms = float(e.of_year(firms[0] - firms[1], 2026))
    assert table.xs("all", level="size")["cost"].sum() == pytest.approx(all_firms, rel=0.1)
