"""A private mine or plant as a stranger writes it: refused with what is accepted, or a world that stands."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from earthprice.errors import FactsError, InputError
from earthprice.facts.addition import Addition, addition, worlds_of
from earthprice.facts.schema import packaged
from earthprice.facts.supplier import Supplier, SupplierFile, read_supplier, slug
from earthprice.facts.world import load_world
from earthprice.law.source import parse_yaml
from earthprice.world.world import World

MINE = {
    "id": "tres_moinhos",
    "name": "Três Moínhos",
    "zone": "ROW",
    "stage": "mining",
    "capacity": "5 (4 to 6) kt REO/yr",
    "cost": "3 USD2020/kg REO",
    "grade": "2.1 % REO",
    "assay": "{La: 20, Ce: 44, Nd: 22, Pr: 6, Sm: 2, Gd: 1.5, Tb: 0.1, Dy: 0.5, Y: 3}",
    "start": "2027",
}
PLANT = {
    "id": "solvent_hall",
    "zone": "EUR",
    "stage": "separation",
    "capacity": "3000 t REO/yr",
    "cost": "5 USD2020/kg REO",
    "feed": "monazite",
    "start": "2028",
}
BAD = (
    (MINE, {"capacity": "5 kt/yr"}, "the unit 'kt/yr' does not fit capacity", "kt REO/yr or t REO/yr"),
    (MINE, {"capacity": "5"}, "capacity 5 has no unit", "such as 5 kt REO/yr"),
    (MINE, {"capacity": "5000 kt REO/yr"}, "out of bounds", "0.001 to 300 kt REO/yr"),
    (MINE, {"capacity": "5 (6 to 7) kt REO/yr"}, "lies outside 6 to 7", "in their order"),
    (MINE, {"cost": "3 USD/kg"}, "the unit 'USD/kg' does not fit cost", "USD2020/kg REO"),
    (MINE, {"start": "2015"}, "2015 is not ahead of the last benchmark, 2024", "2025 to 2050"),
    (MINE, {"start": "'2030'"}, "is no year", "a year such as 2030"),
    (MINE, {"id": "Três Moínhos"}, "'Três Moínhos' is no id", "such as tres_moinhos"),
    (MINE, {"id": "nolans"}, "is in this world already", "an id of its own"),
    (MINE, {"zone": "AUZ"}, "Did you mean 'AUS'?", "CHN"),
    (MINE, {"zone": "[AUS, ROW]"}, "no zone", "CHN"),
    (MINE, {"grad": "2 % REO"}, "Did you mean 'grade'?", "capacity"),
    (MINE, {"stage": "minig"}, "Did you mean 'mining'?", "separation"),
    (MINE, {"stage": None}, "'stage' is missing", "mining"),
    (MINE, {"assay": "{La: 20, Ce: 23}"}, "the shares add up to 43 %", "90 to 110 %"),
    (MINE, {"assay": "{Nx: 100}"}, "no element 'Nx'", "nd"),
    (MINE, {"assay": "12"}, "is no list of shares", "La: 25"),
    (MINE, {"cost": ""}, "'cost' is missing", "6 USD2020/kg REO"),
    (MINE, {"like": "nolens"}, "Did you mean 'nolans'?", "songwe"),
    (MINE, {"zone": "USA", "assay": None}, "neither an assay nor a like", "like: one of"),
    (PLANT, {"grade": "2 % REO"}, "'grade' says nothing of a supplier of stage separation", "feed"),
    (PLANT, {"feed": "monacite"}, "Did you mean 'monazite'?", "xenotime"),
    (PLANT, {"zone": "MMR"}, "no oxide leaves MMR", "CHN"),
)


@pytest.fixture(scope="module")
def worlds() -> dict[int, World]:
    return worlds_of(packaged("world"))


def supplier(text: str, worlds: dict[int, World]) -> Supplier:
    source = parse_yaml(text, "own.yaml")
    return read_supplier(SupplierFile(source.name, source.tree, source.lines), worlds[max(worlds)])


def written(keys: dict[str, str | None]) -> str:
    return "".join(f"{k}: {v}\n" for k, v in keys.items() if v is not None)


def added(worlds: dict[int, World], keys: dict[str, str | None]) -> Addition:
    return addition(packaged("world"), worlds, supplier(written(keys), worlds))


@pytest.mark.parametrize(("keys", "change", "what", "accepted"), BAD)
def test_what_is_wrong_is_said_with_what_is_accepted(
    keys: dict, change: dict, what: str, accepted: str, worlds: dict[int, World]
) -> None:
    with pytest.raises(FactsError) as refused:
        added(worlds, keys | change)
    assert what in str(refused.value) and accepted in str(refused.value) and "own.yaml" in str(refused.value)
    assert refused.value.exit_code == 2


def test_all_that_is_wrong_is_said_at_once(worlds: dict[int, World]) -> None:
    with pytest.raises(FactsError) as refused:
        added(worlds, MINE | {"capacity": "5", "start": "1990", "zone": "Mars"})
    assert all(words in str(refused.value) for words in ("no zone 'Mars'", "has no unit", "1990 is not ahead"))
    assert "line 5, key capacity" in str(refused.value)
    with pytest.raises(FactsError) as refused:
        added(worlds, MINE | {"stage": "minning", "capacity": "5", "zone": "Mars"})
    assert all(words in str(refused.value) for words in ("'minning' is no stage", "no zone 'Mars'", "has no unit"))


LONG = "9" * 5_000
"""More digits than Python reads as a number."""


@pytest.mark.parametrize("text", ["", "- 1\n", "id: [\n", "id: a\nid: b\n", "stage: [mining]\n", f"start: [{LONG}]\n"])
def test_what_is_no_supplier_is_refused(text: str, worlds: dict[int, World]) -> None:
    with pytest.raises(InputError) as refused:
        supplier(text, worlds)
    assert "own.yaml" in str(refused.value)


def test_what_is_left_empty_is_not_said(worlds: dict[int, World]) -> None:
    keys = MINE | {"name": "", "like": "", "recovery": "", "assay": ""}
    found = supplier(written(keys), worlds)
    assert found.name == "tres_moinhos" and not found.like and not found.assay and "recovery" not in found.amounts


def test_a_name_becomes_an_id() -> None:
    assert slug("Três Moínhos 2") == "tres_moinhos_2" and slug("鉱山") == "my_mine"


ODD = {"id": "odd", "zone": "AUS", "stage": "mining", "capacity": "900 t REO/yr", "cost": "2.5 USD2020/kg REO"}
ODD |= {"grade": "800 ppm REO", "start": "2026"}
CASES = {
    "own assay": (MINE, "dig/tres_moinhos/rich/licensed"),
    "no assay": (ODD, "dig/odd/rich/licensed"),
    "far from its like": (ODD | {"zone": "MMR", "like": "serra_verde"}, "dig/odd/rich/licensed"),
    "plant on brought feed": (PLANT, "separate/EUR/monazite/imported/licensed/solvent_hall"),
    "plant at home": (PLANT | {"zone": "AUS"}, "separate/AUS/monazite/home/licensed/solvent_hall"),
}


@pytest.mark.parametrize("name", list(CASES))
def test_the_world_with_it_stands_at_every_benchmark(name: str, tmp_path: Path, worlds: dict[int, World]) -> None:
    keys, activity = CASES[name]
    made = added(worlds, keys)
    shutil.copytree(packaged("world"), tmp_path / "world")
    for table, text in made.texts.items():
        (tmp_path / "world" / table).write_text(text, encoding="utf-8")
    for year in (2015, 2024):
        found = load_world(tmp_path / "world", year)
        assert found.private == (f"{keys['id']}@{keys['zone']}",) and keys["id"] in found.private_words
        assert activity in found.network.activities.index and found.hash != worlds[year].hash
        before = worlds[year].network.activities["level"]
        after = found.network.activities["level"].reindex(before.index)
        assert after.to_numpy() == pytest.approx(before.to_numpy(), rel=0.01, abs=0.01)  # a plan moves no record
    assert made.taken and all(made.taken.values())


def test_amounts_stand_in_the_units_of_the_tables(worlds: dict[int, World]) -> None:
    s = supplier(written(ODD), worlds)
    assert s.amounts["capacity"].value == 0.9 and s.amounts["grade"].value == pytest.approx(0.08)
    own = supplier(written(MINE), worlds)
    assert (own.amounts["capacity"].low, own.amounts["capacity"].high) == (4.0, 6.0) and own.name == "Três Moínhos"
    assert sum(own.assay.values()) == pytest.approx(100) and own.assay["ndpr"] == pytest.approx(100 * 28 / 99.1)


def test_a_dearer_assay_makes_a_dearer_concentrate(worlds: dict[int, World]) -> None:
    """Base price over that of the like: the worth of its oxides over theirs, in every base year."""

    def price(assay: str) -> np.ndarray:
        made = added(worlds, MINE | {"assay": assay, "like": "songwe"})
        rows = [line.split(",") for text in made.texts.values() for line in text.splitlines() if "tres_moinhos" in line]
        return np.array([float(r[3]) for r in rows if r[:2] == ["price", "conc_tres_moinhos@ROW"]])

    light, heavy = price("{La: 40, Ce: 55, Nd: 5}"), price("{La: 20, Ce: 50, Nd: 20, Dy: 10}")
    assert len(light) == len(worlds) == 4 and (heavy > 2 * light).all()
