"""A text of any zone: every figure, table and sentence, a word where there is nothing to tell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earthprice.measures.compliance import compliance
from earthprice.measures.exposure import exposure
from earthprice.measures.spread import UNKNOWN
from earthprice.runs.engine import run
from earthprice.study.at_home import absent, absent_words
from earthprice.study.bands import bands
from earthprice.study.drawn import central_point, drawing
from earthprice.study.ensemble import _pair
from earthprice.study.figures import catalogue, exports, groups, series, table
from earthprice.study.frame import frame
from earthprice.study.options import Options
from earthprice.study.questions import Dates, questions
from earthprice.world.world import World

BOOK = """\
format: earthprice-rulebook/1
rulebook: any-zone
title: A subsidy
jurisdiction: {zone}
status: proposal
announced: "2021-06-01"
in_force: {{date: "2022-01-01", basis: assumption, why: Test.}}
text_status: A test.
sources:
  own: {{cite: Own, confidence: C}}
articles:
- number: "1"
  heading: Subsidy
  says: Who digs or makes something is paid.
  source: own
  modelled: fully
  measures:
    paid:
      instrument: charge
      kind: duty
      levy: subsidy
      acts_on: {{doing: run, zone: {zone}}}
      base: sale_value
      rate: {{unit: share of value, values: [{{from: 2022, value: -0.1, basis: assumption, why: Test.}}]}}
"""
ZONES = ("CHN", "JPN", "USA", "EUR", "MMR", "SEA", "AUS", "ROW")


def test_these_are_all_zones(world: World) -> None:
    assert set(ZONES) == set(world.structure["zones"]["id"])


@pytest.mark.parametrize("zone", ZONES)
def test_a_text_of_any_zone_has_all_its_figures(zone: str, world: World, tmp_path: Path) -> None:
    (tmp_path / "any-zone.yaml").write_text(BOOK.format(zone=zone), "utf-8")
    f = frame(str(tmp_path / "any-zone.yaml"), Options(draws=1, years=(2021, 2022)), world)
    pair = _pair(f.plan, drawing(f), 0)
    assert pair.good, pair.worst
    figures = table(catalogue(f.plan, f.year, f.first, 0.03), [pair], f.year, {})
    none = figures["diff_p50"].isna()
    assert (figures.loc[none, "sign"] == UNKNOWN).all() and figures.loc[none, "diff_p05"].isna().all()
    assert not [k for k in figures.loc[none, "key"] if not k.startswith(("fob_", "gap_"))], (
        "a row of nothing is left out"
    )
    assert not figures.groupby("number")["label"].first().str.startswith("…").any()
    assert set(absent(f.plan.lens)).isdisjoint(figures["key"]) and len(set(figures["number"])) >= 6
    assert len(absent_words(f.plan.lens)) == (zone != "CHN")
    assert figures.set_index("key").loc["pays_credits", "reform_p50"] > 0, "what is paid has its row"
    assert np.isfinite(figures.set_index("key").loc[f"gain_{zone}", "diff_p50"])
    out = exports(f.plan, [pair], [f.year])
    centre = central_point(f)
    both = {
        name: run(f.plan.engine, centre, terms)
        for name, terms in (("baseline", f.plan.baseline(f.plan.use())), ("reform", f.plan.reform(f.plan.use())))
    }
    compliance(f.plan.lens, both["baseline"], both["reform"], f.year)
    exposure(f.plan.lens, both, [f.world.base_year, f.year])
    assert len(series(f.plan, [pair], bands(f.plan.lens, f.texts.as_of, [pair], 1))) and len(
        groups(f.plan, [pair], f.first, 0.03)
    )
    said = questions(f.plan, [pair], [pair], out, Dates(f.first, f.year, 0.03))
    assert not [q for q in said if "nan" in f"{q['answer']} {q['because']}"]
