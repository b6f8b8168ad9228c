"""Every demonstration shows what it claims, fails to without its mechanism, and stands in the docs as it runs."""

from __future__ import annotations

import math
import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from earthprice.demos.catalogue import DEMOS, demonstrate
from earthprice.demos.demonstration import Demonstration
from earthprice.demos.lab import Lab
from earthprice.errors import OptionError
from earthprice.report.demonstration import claims_frame, picture
from tests.drawn import least_letters

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "mechanisms.md").read_text(encoding="utf-8")
ROWS = {f"S{i}" for i in range(1, 9)}
_made: dict[str, Demonstration] = {}


@pytest.fixture(params=DEMOS)
def demo(request: pytest.FixtureRequest, lab: Lab) -> Demonstration:
    name = request.param
    if name not in _made:
        _made[name] = demonstrate(name, lab)
    return _made[name]


def test_a_demonstration_shows_what_it_claims(demo: Demonstration) -> None:
    assert demo.name in DEMOS and demo.row == DEMOS[demo.name].row and demo.row in ROWS
    assert any(not math.isnan(c.without) for c in demo.claims), "nothing is switched off"
    for c in demo.claims:
        assert c.holds, f"{c.words}: {c.value:g} {c.unit} is not within {c.low:g} to {c.high:g}"
        assert c.needs_it, f"{c.words}: {c.without:g} {c.unit} without the mechanism is within the band as well"
        assert c.low < c.high and c.because
    for panel in demo.panels:
        assert panel.mark in ("line", "bar", "loop", "point") and not panel.rows.empty
        assert {"series", "x", "y"} <= set(panel.rows.columns) and panel.rows["y"].notna().all()
    _stands_in_the_docs(demo)


def test_it_names_the_numbers_it_rests_on(demo: Demonstration, lab: Lab) -> None:
    for pattern in demo.rests_on:
        assert any(fnmatchcase(str(k), pattern) for k in lab.world.numbers.table.index), pattern


def _stands_in_the_docs(demo: Demonstration) -> None:
    found = re.search(rf"<!-- made: demo {demo.name} -->\n(.*?)<!-- made: end -->", PAGE, re.DOTALL)
    assert found, f"docs/mechanisms.md has no place for {demo.name}"
    assert demo.title in found[1] and f"demo-{demo.name}.svg" in found[1], "run: make mechanisms"
    rows = [line.strip("| ").split(" | ") for line in found[1].splitlines() if line.startswith("| ")][2:]
    shown = claims_frame(demo)
    assert [r[0] for r in rows] == list(shown["claim"]), "run: make mechanisms"
    for row, claim in zip(rows, demo.claims, strict=True):
        printed = float(row[1].replace(",", "").replace("\N{MINUS SIGN}", "-"))
        small = 0.02 * min(abs(claim.low), abs(claim.high)) + 1e-3
        assert printed == pytest.approx(claim.value, rel=0.02, abs=small), "run: make mechanisms"


def test_its_picture_can_be_drawn(demo: Demonstration) -> None:
    drawn = picture(demo)
    assert drawn.startswith("<svg") and "NaN" not in drawn
    assert all(panel.title.split(",")[0][:12] in drawn for panel in demo.panels)
    assert least_letters(drawn) > 7.995


def test_every_row_has_a_demonstration() -> None:
    assert {entry.row for entry in DEMOS.values()} == ROWS


def test_an_unknown_name_is_answered_with_the_nearest(lab: Lab) -> None:
    with pytest.raises(OptionError, match="joint"):
        demonstrate("joit", lab)
