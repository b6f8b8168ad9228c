"""world add: a cheap private mine opens, takes others' output, marks its world; what is wrong changes no file."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from earthprice.cli import main
from earthprice.cli.own import _show
from earthprice.facts.addition import addition, worlds_of
from earthprice.facts.made import digest
from earthprice.facts.schema import packaged
from earthprice.facts.supplier import SupplierFile, read_supplier
from earthprice.facts.world import load_world, loaded
from earthprice.law.source import read
from earthprice.law.texts import in_force
from earthprice.study.displaced import Extent, displaced
from tests.small import with_one_program

OWN = """\
id: own
name: Ônne Mîne
zone: ROW
stage: mining
capacity: 12 (10 to 14) kt REO/yr
cost: 0.5 USD2020/kg REO
grade: 6 % REO
start: 2025
lead: 6 months
capex: 2 USD2020 per kg REO/yr
assay: {La: 20, Ce: 44, Nd: 22, Pr: 6, Sm: 2, Gd: 1.5, Tb: 0.1, Dy: 0.5, Y: 3}
"""
"""With zone and elements of the mine that the pages add, in a world with scrap: one set of programs serves both."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_scrap(tmp_path_factory.mktemp("own") / "world")


def with_scrap(place: Path) -> Path:
    """A folder of the world's tables, and the rows of scrap."""
    shutil.copytree(packaged("world"), place)
    shutil.copy(packaged("more/scrap") / "values_2024.csv", place)
    return place


def with_own(place: Path, file: Path) -> None:
    """A folder's world gets a mine of one's own, without a look at what it displaces."""
    source, worlds = read(file), worlds_of(place)
    made = addition(place, worlds, read_supplier(SupplierFile(source.name, source.tree, source.lines), worlds[2024]))
    for name, text in made.texts.items():
        (place / name).write_text(text, encoding="utf-8")
    loaded.cache_clear()


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        (OWN, [], "the shipped world is not changed"),
        (OWN, ["--world", "nowhere"], "earthprice copy world nowhere"),
        (OWN.replace("kt REO/yr", "kt ore/yr"), ["--world", "HERE"], "the unit 'kt ore/yr' does not fit capacity"),
        (OWN.replace("2025", "2019"), ["--world", "HERE"], "2019 is not ahead of the last benchmark, 2024"),
        (re.sub("assay: .*", "assay: {Dy: 7}", OWN), ["--world", "HERE"], "the shares add up to 7 %"),
        (f"{OWN}like: nowhere\n", ["--world", "HERE"], "line 12, key like: no planned mine 'nowhere'"),
    ],
)
def test_what_is_wrong_ends_with_a_word_and_changes_nothing(
    text: str, where: list[str], said: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = digest(folder)
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    words = [str(folder) if w == "HERE" else w for w in where]
    assert main(["world", "add", str(tmp_path / "own.yaml"), *words]) == 2
    assert said in capsys.readouterr().err and digest(folder) == before
    assert sorted(p.name for p in folder.parent.iterdir()) == ["world"]


def test_a_cheap_mine_opens_displaces_others_and_marks_its_world(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with_one_program(monkeypatch)
    path = tmp_path / "own.yaml"
    path.write_text(OWN, encoding="utf-8")
    words = ["world", "add", str(path), "--world", str(folder), "--years", "2025-2029", "--draws", "2", "--json"]
    assert main(words) == 0
    said = json.loads(capsys.readouterr().out)
    mined = {r["supplier"]: r for r in said["output"] if r["stage"] == "mining"}
    assert 3.0 < mined["own"]["with"] < 14.0 and mined["own"]["without"] < 0.1 and said["draws"] == 2
    lost = sum(r["change"] for name, r in mined.items() if name != "own")
    assert -mined["own"]["change"] <= lost < -0.1 * mined["own"]["change"]
    assert all(r["low"] <= r["high"] for r in (*said["output"], *said["prices"]))
    assert said["words"].startswith("In 2029 own makes") and "recovery 0.6 share" in said["taken"]["songwe"]
    ndpr = {r["zone"]: r["change_pct"] for r in said["prices"] if r["oxide"] == "ndpr_oxide"}
    assert ndpr["CHN"] < 0.0
    found = load_world(folder, 2024)
    assert (
        found.private == ("own@ROW",) and found.structure["deposits"].set_index("id").at["own", "name"] == "Ônne Mîne"
    )
    assert main(words) == 2 and "'own' is in this world already" in json.loads(capsys.readouterr().out)["message"]
    assert main(["mine", "own", "--world", str(folder), "--years", "2025-2029"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("PRIVATE: this world holds own in ROW. From the benchmark") and "own opens" in told
    share = re.compile(r"makes \S+ kt REO, \d+ % of its plan of 12 kt REO/yr; a plan that pays grows by \d+ %")
    assert share.findall(told) == share.findall(said["words"]) != []
    assert "capacity, 12 kt REO/yr, is what it usually makes in the first year of its plan, 2025" in said["capacity"]
    assert "at a use of 0.85 it stands for 14.1 kt REO/yr" in said["capacity"]  # 12 / 0.85


def test_what_is_never_begun_displaces_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mine that starts after the last year moves no price, though its world is balanced anew for it."""
    with_one_program(monkeypatch)
    place, late = with_scrap(tmp_path / "world"), tmp_path / "late.yaml"
    late.write_text(OWN.replace("2025", "2050"), encoding="utf-8")
    with_own(place, late)
    world = load_world(place, 2024)
    assert world.private == ("own@ROW",)
    found = displaced(world, ["own"], in_force("2025-06-01"), Extent(2029, "2025-06-01"))
    assert found.output.empty and not found.prices["change_pct"].any()
    assert found.prices[["low", "high"]].isna().all(axis=None)
    _show(found)
    assert capsys.readouterr().out.strip() == found.words and found.words.startswith(
        "own makes next to nothing in 2029"
    )
