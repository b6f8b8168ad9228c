"""The outline of a tiny world: first district of a zone, first deposit of a concentrate, rows of the numbers."""

from __future__ import annotations

import pandas as pd

from earthprice.world.outline import Deposit, outline

DEPOSITS = [
    ("east", "CHN", "East", "clay", False),
    ("west", "CHN", "West", "clay", False),
    ("far", "USA", "", "rock", True),
]
TABLES = {
    "concentrates": pd.DataFrame([("clay", "ion_clay"), ("rock", "bastnaesite")], columns=["id", "ore"]),
    "deposits": pd.DataFrame(DEPOSITS, columns=["id", "zone", "district", "concentrate", "by_product"]),
    "districts": pd.DataFrame([("West", "CHN"), ("East", "CHN")], columns=["id", "zone"]),
    "elements": pd.DataFrame({"id": ["dy", "ce"]}),
}


def test_what_comes_first_in_its_table_leads() -> None:
    found = outline(TABLES, ["mine/east/cost", "mine/far/cost", "mine/east/level", "model/ore/years"])
    assert found.deposits[2] == Deposit("far", "USA", "", "rock", "bastnaesite", True)
    assert found.home == {"CHN": "West"} and found.near == {("CHN", "ion_clay"): "East"}
    assert {c: d.id for c, d in found.main.items()} == {"clay": "east", "rock": "far"}
    assert found.elements == ("dy", "ce") and found.ids("mine") == ("east", "far") and found.ids("none") == ()
