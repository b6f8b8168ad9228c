"""A text of any zone: every figure, table and sentence, a word where there is nothing to tell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from earthprice.law import numbers
from earthprice.measures.compliance import compliance
from earthprice.measures.exposure import exposure
from earthprice.measures.spread import UNKNOWN
from earthprice.runs.engine import run
from earthprice.study.alternatives import alternatives
from earthprice.study.at_home import absent, absent_words
from earthprice.study.bands import bands
from earthprice.study.draws import central_point, fitted_sample
from earthprice.study.ensemble import _pair
from earthprice.study.figures import catalogue, export_table, groups, series, table, verdicts_of
from earthprice.study.frame import Frame, frame
from earthprice.study.heading import _at_home, _fines, _hindcast, _whose
from earthprice.study.options import Options
from earthprice.study.questions import Dates, questions
from earthprice.study.replay import replay
from earthprice.study.tables import observed
from earthprice.world.world import World
from tests.small import proposal

MEASURE = """\
paid:
  instrument: charge
  kind: duty
  levy: subsidy
  acts_on: {{doing: run, zone: {zone}}}
  base: sale_value
  rate: {{unit: share of value, values: [{{from: 2022, value: -0.1, basis: assumption, why: Test.}}]}}
"""
ZONES = ("CHN", "JPN", "USA", "EUR", "MMR", "SEA", "AUS", "ROW")


def paid_in(zone: str, world: World, folder: Path) -> Frame:
    text = proposal(folder, MEASURE.format(zone=zone), "any-zone", zone, "2022-01-01", "2021-06-01")
    return frame(text, Options(draws=1, years=(2021, 2022)), world)


def test_these_are_all_zones(world: World) -> None:
    assert set(ZONES) == set(world.structure["zones"]["id"])


@pytest.mark.parametrize("zone", ZONES)
def test_a_text_of_any_zone_has_all_its_figures(zone: str, world: World, tmp_path: Path) -> None:
    f = paid_in(zone, world, tmp_path)
    pair = _pair(f.plan, fitted_sample(f), 0)
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
    out = export_table(f.plan, [pair], [f.year])
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


def test_a_page_tells_nothing_of_another_country_as_its_own(world: World, tmp_path: Path) -> None:
    f = paid_in("JPN", world, tmp_path)
    scores = pd.DataFrame([("the past", "price_home/ndpr_oxide", 3, 0.5, 0.9)])
    scores.columns = ["past", "series", "n", "ratio_no_change", "coverage"]
    assert all(a.reading for a in alternatives(f.plan)), (
        "China's inspections and totals are no options of Japan, which digs nothing"
    )
    law = numbers(f.texts.reform.stack, as_of=f.texts.as_of)
    assert _fines(law) and not _fines(_at_home(f, law)), "China's fines deter nobody in Japan"
    assert observed(f.plan, "2030-01-01").empty and replay(["ndpr"], "JPN", "2030-01-01").empty
    assert not verdicts_of(scores, f.plan.lens.headline, "JPN")
    assert "China's record of the past" in _hindcast(scores, _whose(f), {})
    shown = {f"fob_{x}" for x in f.plan.lens.headline[:2]}
    assert {k for k in absent(f.plan.lens) if k.startswith("fob_")} <= shown, "only rows that page one would have"


def test_a_page_of_the_recorded_country_has_its_record(small: Frame) -> None:
    scores = pd.DataFrame({"series": ["price_home/ndpr_oxide"], "ratio_no_change": [0.5]})
    assert verdicts_of(scores, small.plan.lens.headline, "CHN") == {"price_ndpr": "yes (0.50)"} and not _whose(small)
    assert len(alternatives(small.plan)) >= 6 and len(observed(small.plan, "2030-01-01"))
    assert _fines(_at_home(small, numbers(small.texts.reform.stack, as_of=small.texts.as_of)))
