"""What a network says of where elements are, worked by hand on five goods and four activities."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from earthprice.measures.holding import Holding, holding

GOODS = ("dy_oxide", "dy_metal", "magnet_high", "magnet_high", "swarf_high")
STAGES = np.array(["metal", "magnet", "trade", "recycling"])
A = np.array(
    [
        [-1.2, 0.0, 0.0, 0.3],  # oxide: into metal, out of swarf
        [1.0, -0.1, 0.0, 0.0],  # metal: into magnets
        [0.0, 1.0, -1.0, 0.0],  # magnets here
        [0.0, 0.0, 1.0, 0.0],  # magnets there
        [0.0, 0.2, 0.0, -1.0],  # swarf: left by magnets
    ]
)


@pytest.fixture
def held() -> Holding:
    network = SimpleNamespace(matrix=A, nodes=pd.DataFrame({"good": GOODS}))
    return holding(network, lambda stage, **_: STAGES == stage, ("dy",), ("clay",), ("high",))  # type: ignore[arg-type]


def test_an_oxide_holds_itself_and_a_metal_the_oxide_that_went_into_it(held: Holding) -> None:
    assert held.raw[:, 0] == pytest.approx([1.0, 1.2, 0.0, 0.0, 0.0])


def test_a_magnet_is_made_of_metal_less_the_swarf_that_it_leaves(held: Holding) -> None:
    made = held.magnets
    assert made.nodes.tolist() == [2, 3] and made.parts.tolist() == [1, 4]
    assert made.needs == pytest.approx(np.array([[0.1, -0.2]])) and made.made == pytest.approx(np.array([[1.0], [0.0]]))


def test_a_shipment_of_magnets_brings_them_from_the_one_node_to_the_other(held: Holding) -> None:
    assert held.magnets.ships.tolist() == [2]
    assert held.magnets.moved == pytest.approx(np.array([[[0.0, 0.0], [1.0, 0.0]]]))


def test_swarf_is_recycled_to_oxide(held: Holding) -> None:
    swarf = held.swarf["high"]
    assert swarf.nodes.tolist() == [4] and swarf.at.tolist() == [3] and swarf.takes == pytest.approx([1.0])
    assert swarf.makes == pytest.approx(np.array([[0.3, 0.0, 0.0, 0.0, 0.0]]))
