"""Rules that countries really made: whom they name, that the market clears under them, who loses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from earthprice.errors import RulebookError
from earthprice.law import load_rulebook
from earthprice.study.draws import fitted_sample
from earthprice.study.ensemble import _pair
from earthprice.study.figures import export_table
from earthprice.study.frame import frame
from earthprice.study.options import Options
from earthprice.study.questions import Dates, _names, questions
from earthprice.world.world import World

CASES = Path(__file__).parent / "cases"
SHARES = re.compile(r" (\d+) %")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("crma-cap", "Article 5 names China."),
        ("ind-jpn", "Article 1 names Japan."),
        ("mys-hundred", "No measure names another country."),
        ("vnm-law", "No measure names another country."),
        ("usa-floor", "No measure names another country."),
    ],
)
def test_whom_a_rule_names_and_who_loses(text: str, names: str, world: World) -> None:
    f = frame(str(CASES / f"{text}.yaml"), Options(draws=8, years=(2022, 2027)), world)
    drawn = [_pair(f.plan, fitted_sample(f), draw) for draw in (0, 1, 2)]
    kept = [p for p in drawn if p.good]
    assert len(kept) > 1, [p.worst for p in drawn]
    dates = Dates(f.first, f.year, 0.03)
    hit = next(
        q for q in questions(f.plan, kept, [], export_table(f.plan, kept, [f.year]), dates) if "hit" in q["asked"]
    )
    assert hit["answer"].startswith(names)
    losses = hit["because"].partition("Shares of all losses abroad")[2].partition(";")[0]
    assert sum(map(int, SHARES.findall(losses))) <= 101 and "−" not in losses


def test_a_country_is_named_by_a_pattern_too(world: World, tmp_path: Path) -> None:
    book = tmp_path / "ind-jpn.yaml"
    book.write_text((CASES / book.name).read_text("utf-8").replace("partner: JPN", "partner: J*"), "utf-8")
    f = frame(str(book), Options(years=(2022, 2027), only="figures"), world)
    assert _names(f.plan, {"JPN": "Japan"}) == "Article 1 names Japan."


@pytest.mark.parametrize("draw", [0, 1])
def test_licences_that_refuse_all_clear_or_say_which_good_where_and_when(draw: int, world: World) -> None:
    asked = Options(draws=8, years=(2021, 2027), overrides={"april_licence.refused": 1})
    f = frame("china-export-control-2025", asked, world)
    pair = _pair(f.plan, fitted_sample(f), draw)
    goods, zones = "|".join(set(world.network.nodes["good"])), "|".join(world.structure["zones"]["id"])
    assert pair.good or re.search(rf"of ({goods}) in ({zones}), 20[0-9][0-9]", pair.worst), pair.worst


def test_a_subsidy_raises_what_is_subsidised(world: World, tmp_path: Path) -> None:
    """Ten per cent paid on top: more magnets leave than without; the same rate above nil is refused when it is read."""
    minus, plus = CASES / "subsidy-minus.yaml", tmp_path / "subsidy-plus.yaml"
    f = frame(str(minus), Options(draws=8, years=(2021, 2026), against=None), world)
    pair = _pair(f.plan, fitted_sample(f), 0)
    base, reform = (f.plan.engine.of_year(c.series["exports/magnets/all"], 2026) for c in (pair.baseline, pair.reform))
    assert pair.good and reform - base > 1000.0
    plus.write_text(minus.read_text("utf-8").replace("value: -0.10", "value: 0.10"), "utf-8")
    with pytest.raises(RulebookError, match=r"subsidy-plus.yaml.*rate: a subsidy of 0\.1 would take money.*-0\.1"):
        load_rulebook(plus)
