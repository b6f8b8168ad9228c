"""Why a planned mine opens or does not: each of the four that can hold it back, and one that opens."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from earthprice.cli import main
from earthprice.errors import OptionError
from earthprice.law import Stack, load_rulebook
from earthprice.law.texts import in_force, placed
from earthprice.study.opening import MineOpening, _words, plan_words, why_it_opens
from earthprice.world.assembly import assemble
from earthprice.world.world import World
from tests.small import proposal

REFUSED = """\
refusal:
  instrument: licence
  kind: duty
  acts_on: {doing: build, stage: [mining, milling], zone: AUS}
  refused: {unit: share, values: [{from: 2021, value: 0.9, basis: assumption, why: Test.}]}
"""
YEARS, DAY = (2019, 2035), "2020-12-31"


def in_australia(folder: Path, measure: str) -> str:
    return proposal(folder, measure, "of-australia", "AUS", "2021-01-01", "2020-06-01")


@pytest.fixture(scope="module")
def law() -> Stack:
    return in_force("2019-12-31")


@pytest.mark.parametrize(
    ("mine", "held", "says"),
    [
        ("norra_karr", "lead", "What holds it back is the lead: what is begun at once stands in 2036"),
        ("songwe", "break-even", "its break-even: "),
        ("nolans", "price", "the price: "),
    ],
)
def test_what_holds_a_mine_back(mine: str, held: str, says: str, world: World, law: Stack) -> None:
    table = world.numbers.table.copy()
    table.loc["deposit/songwe/cost", ["value", "low", "high"]] *= 4.0  # far beyond all that its oxides are worth
    world = replace(world, numbers=replace(world.numbers, table=table))
    o = why_it_opens(world, mine, law, YEARS, DAY)
    assert o.opens is None and o.held_by[0] == held and f"{mine} does not open." in o.words and says in o.words
    assert o.built < 0.5 and o.granted == 1.0
    if held != "lead":
        assert o.held_by == (held,) and o.price < o.break_even and (o.worth < o.break_even) == (held == "break-even")


def test_what_is_told_is_of_the_years_asked_for(world: World, law: Stack) -> None:
    """A first year changed nothing, and where nothing may be begun in time the year told was 9999."""
    late, short = (why_it_opens(world, "nolans", law, years, DAY) for years in ((2034, 2035), (2021, 2022)))
    assert late.year >= 2034 and f"in {late.year}, its best year" in late.words
    assert short.ready is None and "it may not be begun by 2022" in short.words and "9999" not in short.words


@pytest.mark.parametrize(("price", "passes"), [(13.3, True), (11.9, False)])
def test_a_price_above_the_break_even_is_told_as_not_yet_expected(price: float, passes: bool) -> None:
    o = MineOpening("m", None, ("price",), "", 2030, 0.0, 2027, 2035, 1.0, 0.0, 12.1, price, 20.0, 0.001)
    assert ("which that price passes" in _words(o)) == passes


def test_a_permit_holds_back_a_mine_that_opens_without(world: World, law: Stack, tmp_path: Path) -> None:
    free = why_it_opens(world, "browns_range", law, YEARS, DAY)
    assert free.opens and free.held_by == () and free.built > 0.5 and free.pays > 0.5
    stands = f"browns_range opens: half of its plan stands in {free.opens}, {100 * free.built:.0f} % by 2035."
    assert free.words.startswith(f"{stands} In 2035 it makes {free.makes:.2g} kt REO, ")
    assert f"of its plan of {free.plan:.3g} kt REO/yr; a plan that pays grows by" in free.words
    assert 0.5 * free.plan < free.makes < free.built * free.plan / 0.7  # capacity is plan / use; use is 0.85
    banned = placed(load_rulebook(in_australia(tmp_path, REFUSED)), "2019-12-31")
    held = why_it_opens(world, "browns_range", banned, YEARS, DAY)
    assert held.opens is None and held.held_by == ("permit",) and held.granted == pytest.approx(0.1)
    assert "its permit: the law grants 10 % of what is asked for" in held.words


def test_a_plan_is_told_beside_what_is_made_of_it() -> None:
    """8.1 of 5 kt is 162 %."""
    said = plan_words(8.1, 5.0, 0.1)
    assert said == "8.1 kt REO, 162 % of its plan of 5 kt REO/yr; a plan that pays grows by 10 % of itself a year"
    assert plan_words(2.4, 3.0, 0.0, " of feed") == "2.4 kt REO, 80 % of its plan of 3 kt REO/yr of feed"


def test_a_mine_that_is_dug_or_is_not_there_is_refused(world: World, law: Stack) -> None:
    with pytest.raises(OptionError, match="MINE: 'mt_weld' is dug already"):
        why_it_opens(world, "mt_weld", law, YEARS, DAY)
    with pytest.raises(OptionError, match="no deposit 'nolan'. Did you mean 'nolans'"):
        why_it_opens(world, "nolan", law, YEARS, DAY)


def test_a_world_of_ones_own_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A cheaper mine opens where the shipped one does not."""
    mine = tmp_path / "mine"
    assert main(["copy", "world", str(mine)]) == 0 and main(["copy", "world", str(mine)]) == 2
    assert "exists and is not overwritten" in capsys.readouterr().err
    table = mine / "values_mining.csv"
    lines = table.read_text("utf-8").splitlines()
    cheap = [line.split(",") for line in lines]
    for row in cheap:
        if row[:3] in (["deposit", "nolans", "cost"], ["deposit", "nolans", "capex"]):
            row[3] = row[4] = "0.5"
    table.write_text("\n".join(",".join(row) for row in cheap) + "\n", "utf-8")
    assert main(["mine", "nolans", "--json", "--as-of", "2021-03-01", "--world", str(mine)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["status"] == "ok" and said["opens"] and said["held_by"] == []
    assert main(["mine", "nolans", "--world", str(tmp_path / "none")]) == 2
    assert "none" in capsys.readouterr().err


CONTRACT = """\
floor:
  instrument: contract
  kind: duty
  acts_on: {stage: mining, zone: AUS, deposit: nolans, status: licensed}
  good: %s
  strike: {unit: USD2020/kg, values: [{from: 2021, value: %s, basis: assumption, why: Test.}]}
"""


def test_a_mine_under_a_contract_is_asked_with_what_the_contract_pays(world: World, law: Stack, tmp_path: Path) -> None:
    """What opens it is expected with the contract; why it does not open was told without."""
    entries = {d.id: d.entries for d in assemble(world.numbers.central, world.outline)}
    good = entries["dig/nolans/rich/licensed"][0][0].split("@")[0]
    free = why_it_opens(world, "nolans", law, YEARS, DAY)
    floor = load_rulebook(in_australia(tmp_path, CONTRACT % (good, 0.95 * free.break_even)))
    insured = why_it_opens(world, "nolans", placed(floor, "2019-12-31"), YEARS, DAY)
    assert insured.built > free.built and insured.pays > 10.0 * free.pays
    assert insured.break_even < free.break_even
