"""Origin inside a good, by mass: mixing by hand, what a new label and dilution change, and what is refused."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from earthprice.errors import RulebookError
from earthprice.law import compile_terms, prose, stack
from earthprice.law.origins import Holds, listed_origin
from earthprice.world.network import Network
from tests.law.conftest import q

CHN = Holds(origin=["CHN"], stages=["separation"])


def chain(round_about: bool, own: float = 1.0) -> Network:
    """2 t of oxide out of China, straight or through Vietnam, and `own` t out of Australia go into magnets in Japan."""
    way = [("ship/a", "ship", "trade", "CHN", 2.0, {"oxide@CHN": -1, "oxide@JPN": 1})]
    if round_about:
        way = [
            ("ship/a", "ship", "trade", "CHN", 2.0, {"oxide@CHN": -1, "oxide@SEA": 1}),
            ("ship/b", "ship", "trade", "SEA", 2.0, {"oxide@SEA": -1, "oxide@JPN": 1}),
        ]
    rows = [
        ("separate/c", "run", "separation", "CHN", 2.0, {"oxide@CHN": 1}),
        *way,
        ("separate/a", "run", "separation", "AUS", own, {"oxide@JPN": 1}),
        ("make/j", "run", "magnet", "JPN", 2.0 + own, {"oxide@JPN": -1, "magnet@JPN": 1, "swarf@JPN": 0.25}),
        ("recycle/j", "run", "recycling", "JPN", 0.25 * (2.0 + own), {"swarf@JPN": -1, "oxide@JPN": 0.0}),
        ("sell", "hold", "stock", "JPN", 5.0, {"oxide@JPN": 1}),
    ]
    names = [r[0] for r in rows]
    nodes = ["oxide@CHN", "oxide@SEA", "oxide@JPN", "magnet@JPN", "swarf@JPN"]
    act = pd.DataFrame([r[1:5] for r in rows], index=names, columns=["doing", "stage", "zone", "level"])
    entries = [(r[0], n, float(c)) for r in rows for n, c in r[5].items()]
    table = pd.DataFrame(entries, columns=["activity", "node", "coefficient"])
    places = pd.DataFrame({"good": [n.split("@")[0] for n in nodes], "zone": [n.split("@")[1] for n in nodes]}, nodes)
    return Network(places, act, table, pd.DataFrame(index=names), pd.Series(1.0, names))


def of(network: Network, name: str, holds: Holds = CHN) -> float:
    found = listed_origin(network, np.ones(len(network.nodes)), holds)
    return float(found[network.activities.index.get_loc(name)])


def test_goods_that_meet_mix_by_mass_and_stocks_are_like_what_is_there():
    """2 of 3 t came from Chinese plants: so do two thirds of the magnets."""
    assert of(chain(False), "make/j") == pytest.approx(2 / 3)
    assert of(chain(False), "separate/a") == 0 and of(chain(False), "separate/c") == 1


def test_a_new_label_changes_nothing():
    """Abuse: sold through a third zone, it is still what it was."""
    assert of(chain(True), "make/j") == pytest.approx(of(chain(False), "make/j"))
    assert of(chain(True), "ship/b") == pytest.approx(1.0)


def test_dilution_escapes_a_threshold_but_not_a_count_by_mass():
    """Abuse: with 998 t more from elsewhere, 2 t are 0.2 % of 1,000 t: below 1 %, yet 2 t are counted."""
    thin = chain(False, own=998.0)
    share, made = of(thin, "make/j"), 1000.0
    assert share < 0.01 and share * made == pytest.approx(2.0)


def test_a_later_stage_done_there_lists_all_of_it():
    assert of(chain(False), "make/j", Holds(origin=["JPN"], stages=["magnet"])) == 1
    assert of(chain(False), "make/j", Holds(origin=["CHN"], stages=["magnet"])) == 0


def test_swarf_that_comes_back_keeps_its_origin():
    """Of 4 t of oxide 1 is out of swarf: s = (2 + s) / 4 + 0 gives two thirds again."""
    network = chain(False)
    table = network.entries.assign(
        coefficient=np.where(
            (network.entries["activity"] == "recycle/j") & (network.entries["node"] == "oxide@JPN"),
            1.0,
            network.entries["coefficient"],
        )
    )
    assert of(dataclasses.replace(network, entries=table), "make/j") == pytest.approx(2 / 3)


MAGNETS = "acts_on: {stage: magnet}, holds: {origin: [CHN], stages: [separation], at_least: %s}"


def test_a_measure_acts_on_what_holds_enough_and_on_nothing_else(network, years, small):
    """All oxide in Japan came from Chinese plants: its magnets hold it, the plants of China do not pass Japan."""
    made = MAGNETS.replace("{stage: magnet}", "{stage: magnet, doing: run}")
    book = small(f"mine: {{instrument: licence, kind: duty, {made % 0.001}, refused: {q('share', 0.1)}}}")
    t = compile_terms(stack(book), network, years)
    assert t.capacity[-1, network.activities.index.get_loc("make/magnet")] == pytest.approx(0.9)
    assert "at least 0.1 % of rare earths that went through separation in CHN" in " ".join(prose(book).split())
    there = MAGNETS.replace("[CHN]", "[JPN]") % 0.001
    none = small(f"mine: {{instrument: charge, kind: duty, {there}, base: t, rate: {q('USD2020/t', 5)}}}")
    with pytest.raises(RulebookError, match="'mine' reaches no activity"):
        compile_terms(stack(none), network, years)


def test_switched_off_it_changes_no_number(network, years, small):
    """Switched off, a charge on content leaves every array as it was; on, 5 dollars a tonne are 0.005 a kg."""
    charge = f"mine: {{instrument: charge, kind: duty, {MAGNETS % 0.001}, base: t, rate: {q('USD2020/t', 5)}}}"
    off, on = (compile_terms(stack(small(charge)), network, years, without=w) for w in (["1"], []))
    assert not off.specific.any() and not off.awaited.any()
    assert on.specific[-1, network.activities.index.get_loc("make/magnet")] == pytest.approx(0.005)


def test_a_share_counts_by_the_mass_that_is_held(network, years, small):
    """Plants of China take 4 and 1 of what is dug there and 2 of concentrate that no mine here dug: 5 of 7."""
    rest = f"acts_on: {{doing: ship, partner: JPN}}, at_most: {q('share', 0.5)}"
    plain, listed = (
        compile_terms(stack(small(f"mine: {{instrument: share, kind: duty, {rest}{more}}}")), network, years)
        for more in ("", ", holds: {origin: [CHN], stages: [mining]}")
    )
    at = network.activities.index.get_loc("ship/dy")
    home, wild, imported = 4.0, 1.0, 2.0
    assert plain.permit_use[0, at] == 1.0
    assert listed.permit_use[0, at] == pytest.approx((home + wild) / (home + wild + imported))


CHARGED = "instrument: charge, base: t, rate: RATE, "


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        (f"instrument: share, at_most: SHARE, {MAGNETS % 0.1}", "a share of use counts by what is held"),
        (
            CHARGED + (MAGNETS % 0.1).replace(", at_least: 0.1", ""),
            "from which share it acts is not said.*at_least: 0.001",
        ),
        (CHARGED + (MAGNETS % 0.1).replace("[CHN]", "[CHM]"), "no zone 'CHM'.*Did you mean 'CHN'"),
        (CHARGED + (MAGNETS % 0.1).replace("separation", "separate"), "separation"),
        (CHARGED + MAGNETS % 1.5, "less than or equal to 1"),
    ],
)
def test_what_says_nothing_is_refused(network, years, small, measure, said):
    text = measure.replace("SHARE", q("share", 0.5)).replace("RATE", q("USD2020/t", 5))
    with pytest.raises(RulebookError, match=said):
        compile_terms(stack(small(f"mine: {{kind: duty, {text}}}")), network, years)
