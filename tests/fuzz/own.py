"""Files of one's own: a private mine or plant, a purchase, rows for the record; read and checked as their verbs do."""

from __future__ import annotations

import csv
import io
import random
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from earthprice.cli.arguments import read_buyer
from earthprice.facts.addition import addition, worlds_of
from earthprice.facts.record import new_rows
from earthprice.facts.schema import packaged
from earthprice.facts.supplier import SupplierFile, read_supplier
from earthprice.facts.world import load_world
from earthprice.law.source import read
from earthprice.study.buyer import check_buyer
from earthprice.world.world import World
from tests.fuzz.harness import Target
from tests.fuzz.trees import DATES, NUMBERS, TEXTS, dump, mutant, spliced

MINE = {
    "id": "tres_moinhos",
    "name": "Três Moínhos",
    "zone": "ROW",
    "stage": "mining",
    "capacity": "5 (4 to 6) kt REO/yr",
    "cost": "3 USD2020/kg REO",
    "grade": "2.1 % REO",
    "assay": {"La": 20, "Ce": 44, "Nd": 22, "Pr": 6, "Sm": 2, "Gd": 1.5, "Tb": 0.1, "Dy": 0.5, "Y": 3},
    "start": 2027,
    "lead": "6 months",
    "reserve": "300 kt REO",
}
PLANT = {
    "id": "solvent_hall",
    "zone": "EUR",
    "stage": "separation",
    "capacity": "3000 t REO/yr",
    "cost": "5 USD2020/kg REO",
    "feed": "monazite",
    "start": 2028,
    "recovery": "90 %",
    "capex": "9 USD2020 per kg REO/yr",
}
BUYER = {
    "zone": "EUR",
    "tonnes": 1200,
    "recipe": {"ndpr": 0.3, "dy": 0.02},
    "suppliers": {"CHN": 0.8, "AUS": 0.2},
    "stock_months": 2,
}
OTHER_WORDS = {
    "zone": ("CHN", "USA", "AUS", "MMR", "XXX"),
    "like": ("songwe", "nolans", "mountain_pass", "EUR/monazite/imported/licensed"),
    "feed": ("bastnaesite", "xenotime", "clay_medium"),
    "stage": ("mining", "separation", "metal"),
    "capacity": ("900 t REO/yr", "1e3 kt REO/yr", "-1 kt REO/yr", "5(4 to 6)kt REO/yr", "5 (6 to 4) kt REO/yr"),
    "grade": ("800 ppm REO", "80 % REO", "0 % REO"),
}
HEAD = "series,zone,year,value,value_nominal,unit,date,published,source,confidence,fact"
ROWS = (
    "price_home/ndpr_oxide,CHN,2025,62,72,USD2020/kg,2025-10,2025-11-03,house,B,own-1",
    "exports_product_weight,CHN,2025,4.5,,kt product,2025-10,2025-11-20,customs,A,own-2",
    "exports_product_weight,CHN,2025,13,,kt product,2025-01/2025-03,2025-04-20,customs,A,own-3",
)
TODAY = "2026-02-01"


def _given(what: Callable[[Path], Any], text: str) -> None:
    """Hand a text to a reader of files."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mutant.txt"
        path.write_text(text, encoding="utf-8", errors="surrogatepass")
        what(path)


def _yaml(trees: tuple[dict[str, Any], ...]) -> Callable[[random.Random], str]:
    """Mutants of some files in YAML: other words, changed trees, spliced texts."""

    def make(rng: random.Random) -> str:
        tree = dict(rng.choice(trees))
        if rng.random() < 0.4:
            key = rng.choice(list(OTHER_WORDS))
            tree[key] = rng.choice(OTHER_WORDS[key])
            return dump(tree)
        return spliced(dump(tree), dump(trees[-1]), rng) if rng.random() < 0.2 else dump(mutant(tree, rng))

    return make


@cache
def _worlds() -> dict[int, World]:
    return worlds_of(packaged("world"))


def _add(path: Path) -> None:
    """A supplier's rows, whose amounts are numbers."""
    worlds, own = _worlds(), read(path)
    given = SupplierFile(own.name, own.tree, own.lines)
    made = addition(packaged("world"), worlds, read_supplier(given, worlds[max(worlds)]))
    for name, text in made.texts.items():
        rows = list(csv.reader(io.StringIO(text), strict=True))
        assert {len(row) for row in rows} == {len(rows[0])}, name


def _buy(path: Path) -> None:
    buyer = read_buyer(path)
    assert buyer is not None
    check_buyer(buyer, load_world())


def _rows(rng: random.Random) -> str:
    """Some rows with cells otherwise, or the file's text cut."""
    rows = [row.split(",") for row in rng.sample(ROWS, rng.choice((1, 2, 3)))]
    for _ in range(rng.choice((0, 1, 1, 1, 2, 4))):
        row = rng.choice(rows)
        at = rng.randrange(len(row))
        odd = (rng.choice(TEXTS), str(rng.choice(NUMBERS[:-1])), rng.choice(DATES), row[at][:-1], rng.choice(row))
        row[at] = rng.choice(odd)
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows([HEAD.split(","), *rows])
    return spliced(made.getvalue(), made.getvalue(), rng) if rng.random() < 0.15 else made.getvalue()


SUPPLIERS = Target("suppliers", _yaml((MINE, PLANT)), lambda text: _given(_add, text), str, small=40)
BUYERS = Target("buyers", _yaml((BUYER,)), lambda text: _given(_buy, text), str, small=40)
RECORDS = Target(
    "records", _rows, lambda text: _given(lambda path: new_rows(path, packaged("world"), TODAY), text), str, small=20
)
