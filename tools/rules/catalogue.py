"""Every table that ships: made by a rule from sourced tables, or declared with where it came from."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from earthprice.facts.world import VALUE_FILES
from tools.rules import dates, demand_2008, demand_2015, demand_2024, drivers, observed, package, supply, supply_2024
from tools.rules.past import Past
from tools.rules.prices import prices_2008, prices_2015, prices_2024
from tools.rules.tables import DATA, FACTS

ROWS = "each row names its source, its day of publication and how it follows (docs/data.md)"
STRUCTURE = "names and places of the world, ours: no figures (docs/data.md)"
STRUCTURAL = (
    "zones",
    "districts",
    "elements",
    "concentrates",
    "deposits",
    "uses",
    "shipments",
    "factors",
    "benchmarks",
)
RULES = {
    2008: (
        *(supply.mines_2008, supply.feeds_2008, demand_2008.magnets, demand_2008.metals, demand_2008.uses),
        *(demand_2008.trade, prices_2008),
    ),
    2015: (
        *(supply.mines_2015, supply.feeds_2015, demand_2015.magnets, demand_2015.uses, demand_2015.trade),
        *(prices_2015,),
    ),
    2024: (
        *(supply_2024.mines, supply_2024.feeds, demand_2024.magnets, demand_2024.uses, demand_2024.trade),
        *(prices_2024,),
    ),
}
OURS = {2008: "2010-12-31", 2015: "2016-12-31", 2024: "2025-02-28"}
"""Day by which what we judge of a base year could have been judged."""
BY_FACTS = {2015: "published", 2024: "reported"}
"""Base years whose rows bear the day of the latest fact that they rest on: of its print, or of a first print."""


def benchmark(year: int, path: Path) -> None:
    """Write the benchmark of a past year, rule by rule.

    What no source of the time records is the structure of 2019 scaled to a recorded total, marked as an assumption.
    """
    t = Past(year)
    for rule in RULES[year]:
        rule(t)
    t.stocks(dict(basis="assumption", published=OURS[year], source="own judgement"))
    if year in BY_FACTS:
        t.date_by_facts(BY_FACTS[year])
    t.write(path)


FACT_TABLES = tuple(sorted(p.stem for p in FACTS.glob("*.csv") if p.name not in ("schema.csv", "choices.csv")))

MADE: dict[str, Callable[[Path], None]] = {
    **{f"facts/{name}.csv": partial(dates.make, name) for name in FACT_TABLES},
    "facts/datapackage.json": package.make,
    "world/observed.csv": observed.make,
    "world/drivers.csv": drivers.make,
    **{f"world/values_{year}.csv": partial(benchmark, year) for year in RULES},
}
"""Table and the rule that makes it, in the order in which they must be made. Of a fact the rule makes the days of
publication; the rest of its row is what its source prints."""
DECLARED = {
    **dict.fromkeys(("facts/schema.csv", "world/schema.csv"), "what the columns are; the loader and the docs read it"),
    "facts/choices.csv": "our choices between rival facts, each with its reason",
    "more/scrap/values_2024.csv": "assumptions for illustration; `copy world-scrap` lays them over a world",
    **{f"world/{name}.csv": STRUCTURE for name in STRUCTURAL},
    **{f"world/{name}.csv": ROWS for name in VALUE_FILES},
    **dict.fromkeys(("world/fitted.csv", "world/fitted.json"), "made by `make calibrate`"),
    **dict.fromkeys(("world/hindcast.csv", "world/replayed.csv", "world/rolling.csv"), "made by `make hindcast`"),
}
"""Table that no rule makes, and where it came from."""


def make(folder: Path = DATA) -> list[str]:
    """Make every table into a folder; returns those that differ from what stood there."""
    changed = []
    for name, rule in MADE.items():
        path = folder / name
        before = path.read_bytes() if path.is_file() else b""
        path.parent.mkdir(parents=True, exist_ok=True)
        rule(path)
        changed += [name] if path.read_bytes() != before else []
    return changed
