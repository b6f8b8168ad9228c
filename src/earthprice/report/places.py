"""What is left behind, place by place, in its own unit and in money: the table on the page."""

from __future__ import annotations

from typing import Any

from earthprice.measures.rounding import alone, between, rounded, signed
from earthprice.measures.spread import SAME
from earthprice.report.page_one import range_words
from earthprice.report.word_table import Table
from earthprice.report.words import words
from earthprice.study.assessment import Assessment

CALLED = {
    "waste_water": "waste water",
    "ammonia_nitrogen": "ammonia (as nitrogen)",
    "residue": "residue, all",
    "residue_separation": "residue of separation, radioactive",
    "leached_land": "leached land",
    "co2e": "CO2e",
    "money": "damage in money",
}
"""Burdens in words; another burden of a world of one's own bears its own name."""


def damage_table(a: Assessment) -> Table:
    """Places and what is left behind there: both laws, the difference with its range, the sign."""
    names, rows, before = words("en"), [], None
    for r in a.damage.itertuples():
        place = names.name("zone", str(r.place))
        change = (float(r.diff_p50), float(r.diff_p05), float(r.diff_p95))
        middle, low, high = rounded(*change)
        told = ["0", "", SAME] if r.sign == SAME else [signed(middle), between(low, high), str(r.sign)]
        told[1] = "" if change[1] == change[2] else told[1]
        what = CALLED.get(str(r.burden), str(r.burden))
        levels = [_level(r.base_p05, r.base_p50, r.base_p95), _level(r.reform_p05, r.reform_p50, r.reform_p95)]
        rows.append([place if place != before else "", what, str(r.unit), *levels, *told])
        before = place
    heads = ("place", "what", "unit", a.meta.held_against, "text", "difference", range_words(a), "sign")
    return Table(heads, rows, (3, 4, 5, 6))


def _level(low: Any, middle: Any, high: Any) -> str:
    """A level with its range, each to two figures: ranges of burdens span powers of ten."""
    said = [alone(float(x)) for x in (low, middle, high)]
    return said[1] if low == high else f"{said[1]}\n({said[0]} to {said[2]})"
