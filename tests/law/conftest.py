"""A toy network with every kind of activity that the law can reach, and a maker of small rulebooks."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
import pytest

from earthprice.law import compile_terms, rulebook_from_text, stack
from earthprice.world.network import ACTIVITY_COLUMNS, NODE_COLUMNS, Network

HEAD = """\
format: earthprice-rulebook/1
rulebook: {name}
title: A small book
jurisdiction: {zone}
status: draft
announced: "{told}"
in_force: {{date: "{start}", basis: assumption, why: A test.}}
{builds}text_status: A test.
sources:
  law: {{cite: A law, confidence: A}}
readings:
  as_before: {{default: true, words: As before.}}
  tight: {{words: Tight.}}
"""

NODES = {
    "conc_clay@CHN": 10.0,
    "conc_clay/imported@CHN": 12.0,
    "dy_oxide@CHN": 200.0,
    "dy_oxide@JPN": 240.0,
    "magnet_high@JPN": 60.0,
}

#  id: doing, stage, zone, level, entries, more
ACTIVITIES = {
    "dig/east": ("run", "mining", "CHN", 3.0, {"conc_clay@CHN": 1},
                 {"district": "East", "ore": "ion_clay", "status": "licensed", "deposit": "east"}),
    "dig/west": ("run", "mining", "CHN", 1.0, {"conc_clay@CHN": 1},
                 {"district": "West", "ore": "ion_clay", "status": "licensed", "deposit": "west"}),
    "dig/wild": ("run", "mining", "CHN", 2.0, {"conc_clay@CHN": 1},
                 {"district": "East", "ore": "ion_clay", "status": "unlicensed", "deposit": "east"}),
    "separate/home": ("run", "separation", "CHN", 4.0, {"conc_clay@CHN": -1, "dy_oxide@CHN": 0.05},
                      {"district": "East", "feed": "home", "status": "licensed"}),
    "separate/imported": ("run", "separation", "CHN", 2.0, {"conc_clay/imported@CHN": -1, "dy_oxide@CHN": 0.05},
                          {"district": "East", "feed": "imported", "status": "licensed"}),
    "separate/wild": ("run", "separation", "CHN", 1.0, {"conc_clay@CHN": -1, "dy_oxide@CHN": 0.05},
                      {"district": "East", "feed": "home", "status": "unlicensed"}),
    "make/magnet": ("run", "magnet", "JPN", 1.0, {"dy_oxide@JPN": -0.1, "magnet_high@JPN": 1},
                    {"good": "magnet_high", "tier": "high", "status": "licensed"}),
    "ship/dy": ("ship", "trade", "CHN", 0.2, {"dy_oxide@CHN": -1, "dy_oxide@JPN": 1},
                {"good": "dy_oxide", "partner": "JPN", "status": "licensed"}),
    "smuggle/dy": ("ship", "trade", "CHN", 0.1, {"dy_oxide@CHN": -1, "dy_oxide@JPN": 1},
                   {"good": "dy_oxide", "partner": "JPN", "status": "unlicensed"}),
    "dy_oxide@JPN/reserve_buy": ("hold", "stock", "JPN", 0.0, {"dy_oxide@JPN": -1},
                                 {"good": "dy_oxide", "status": "state"}),
    "dy_oxide@JPN/reserve_sell": ("hold", "stock", "JPN", 0.0, {"dy_oxide@JPN": 1},
                                  {"good": "dy_oxide", "status": "state"}),
    "dy_oxide@JPN/floor_buy": ("hold", "stock", "JPN", 0.0, {"dy_oxide@JPN": -1},
                               {"good": "dy_oxide", "status": "state"}),
}  # fmt: skip


@pytest.fixture(scope="session")
def network() -> Network:
    rows, entries = {}, []
    for name, (doing, stage, zone, level, coefficients, more) in ACTIVITIES.items():
        known = {"doing": doing, "stage": stage, "zone": zone, "level": level, "capacity": 1.5 * level}
        rows[name] = [{**known, **more}.get(c, "") for c in ACTIVITY_COLUMNS]
        entries += [(name, node, float(c)) for node, c in coefficients.items()]
    activities = pd.DataFrame.from_dict(rows, orient="index", columns=list(ACTIVITY_COLUMNS))
    nodes = pd.DataFrame(
        [(n.split("@")[0], n.split("@")[1], "", "", "", "kt", p) for n, p in NODES.items()],
        columns=list(NODE_COLUMNS),
        index=list(NODES),
    )
    burdens = pd.DataFrame({"waste_water": 0.2, "residue": 20.0}, index=activities.index)
    reo = pd.Series(1.0, index=activities.index)
    reo["make/magnet"] = 0.3
    table = pd.DataFrame(entries, columns=["activity", "node", "coefficient"])
    return Network(nodes, activities, table, burdens, reo)


@pytest.fixture
def years() -> np.ndarray:
    return np.arange(2020.0, 2026.0)


def q(unit: str, value: float | str, start: object = 2022, end: object = None) -> str:
    """A parameter with one assumed value from a day on, to another where one is given."""
    ends = f", {{from: {end}, lifted: true, basis: assumption, why: A test.}}" if end else ""
    return f"{{unit: {unit}, values: [{{from: {start}, value: {value}, basis: assumption, why: A test.}}{ends}]}}"


def text_of(measures, name="small", zone="CHN", start="2022-01-01", builds="", tail=""):
    """A book of one article with these measures."""
    told = min(start, "2021-01-01")
    head = HEAD.format(name=name, zone=zone, start=start, told=told, builds=f"builds_on: {builds}\n" if builds else "")
    article = 'articles:\n- number: "1"\n  heading: One\n  says: One.\n  source: law\n  modelled: fully\n  measures:\n'
    return head + article + textwrap.indent(textwrap.dedent(measures), "    ") + textwrap.dedent(tail)


@pytest.fixture(scope="session")
def small():
    def make(measures: str, **head):
        return rulebook_from_text(text_of(measures, **head))

    return make


@pytest.fixture
def terms(network, years, small):
    """Terms of a small book on the toy network; `head` as of `text_of`."""

    def run(measures: str, head=None, **use):
        return compile_terms(stack(small(measures, **(head or {}))), network, years, **use)

    return run
