"""A stop of exports: the tables' names, and the order that refuses what it names for as long as it lasts."""

from __future__ import annotations

import pytest

from earthprice.errors import OptionError
from earthprice.study.stop import Stop, in_table_names, stop_order
from earthprice.world.world import World


def test_names_become_those_of_the_tables_and_all_means_all_who_buy(world: World) -> None:
    found = in_table_names(world, Stop(("all",), ("Dy", "tb", "DY")))
    assert found.elements == ("dy", "tb") and "CHN" not in found.to and {"JPN", "USA", "EUR"} <= set(found.to)
    assert found.as_of >= "2020-01-01"
    with pytest.raises(OptionError, match="no element is named"):
        in_table_names(world, Stop(("JPN",), ()))


def test_the_order_refuses_all_from_its_first_day_to_its_last(world: World) -> None:
    book = stop_order(world, in_table_names(world, Stop(("JPN",), ("Dy",), 9.0, 2022.5, magnets=True)))
    (article,) = book.articles
    (refusal,) = article.measures.values()
    begin, end = refusal.refused.values
    assert (begin.value, end.value) == (1.0, 0.0) and begin.year == pytest.approx(2022.5, abs=0.01)
    assert end.year == pytest.approx(2023.25, abs=0.01)
    on = refusal.acts_on.names()
    assert on["partner"] == ("JPN",) and on["doing"] == ("ship",) and on["zone"] == ("CHN",)
    assert set(on["good"]) == {"dy_oxide", "dy_metal", "magnet_high", "magnet_low"}
    plain = stop_order(world, in_table_names(world, Stop(("JPN",), ("Y",))))
    assert next(iter(plain.articles[0].measures.values())).acts_on.names()["good"] == ("y_oxide",)
