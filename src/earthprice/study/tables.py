"""The small print of an assessment: assumptions, observed dots, sources, meta, what is not claimed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from importlib.metadata import PackageNotFoundError, version

import numpy as np
import pandas as pd

from earthprice.law import Rulebook
from earthprice.market.audit import CLEARED_AT
from earthprice.study.assessment import ASSUMPTION_COLUMNS, SERIES_COLUMNS
from earthprice.study.ensemble import Pair, Plan, Summary
from earthprice.study.meta import Counts, Meta, MoneyAudit, ReportHead
from earthprice.world.factors import OWN
from earthprice.world.numbers import GRADES

FLOW_KINDS = ("stage", "zone", "district", "partner", "good", "status", "group")
"""What a flow is, from the table of activities."""


def assumptions(plan: Plan, law: pd.DataFrame) -> pd.DataFrame:
    """Every number of the law and of the world with its basis: columns `ASSUMPTION_COLUMNS`, factor, own, grade."""
    numbers, alike = plan.engine.world.numbers, list(ASSUMPTION_COLUMNS[2:])
    ours = numbers.table[alike].assign(
        parameter=numbers.table.index,
        words=numbers.table.index.str.replace("/", ", "),
        factor=_movers(plan, own=False),
        own=_movers(plan, own=True),
        grade=numbers.grades,
    )
    words = law["measure"].astype(str) + ", " + law["parameter"].astype(str)
    theirs = law.rename(columns={"from": "date"})[alike].assign(
        parameter=law["key"], words=words, factor=law["key"], own="", grade=""
    )
    both = pd.concat([theirs, ours], ignore_index=True)
    return both[[*ASSUMPTION_COLUMNS, "factor", "own", "grade"]].fillna({"why": "", "source": ""})


def _movers(plan: Plan, *, own: bool) -> list[str]:
    """The factor, or the own part, that moves each number of the world; empty where none does."""
    numbers = plan.engine.world.numbers
    out = [""] * len(numbers.table)
    for mover, rows in numbers.members.items():
        for i in rows if mover.startswith(OWN) == own else ():
            out[int(i)] = mover
    return out


def observed(plan: Plan, as_of: str) -> pd.DataFrame:
    """Prices observed at home up to the as-of day, in the columns of `SERIES_COLUMNS`."""
    table, home = plan.engine.world.observed, plan.lens.home
    table = table[(table["published"] <= as_of) & (table["zone"] == home)]
    known = table[table["series"].str.startswith("price_home/")]
    rows = [
        ("price", s.split("/")[1].removesuffix("_oxide"), home, "observed", float(y), u, v, v, v)
        for s, y, v, u in zip(known["series"], known["year"], known["value"], known["unit"], strict=True)
    ]
    return pd.DataFrame(rows, columns=list(SERIES_COLUMNS))


def flows(plan: Plan, cases: dict[str, np.ndarray]) -> pd.DataFrame:
    """Central flows by scenario [kt/yr]: scenario, year, activity, what it is (`FLOW_KINDS`), level."""
    act = plan.engine.world.network.activities
    parts = [
        pd.DataFrame(level, index=plan.engine.years, columns=act.index)
        .rename_axis(index="year", columns="activity")
        .stack()
        .rename("level")
        .reset_index()
        .assign(scenario=name)
        for name, level in cases.items()
    ]
    both = pd.concat(parts).join(act[list(FLOW_KINDS)], on="activity")
    return both[["scenario", "year", "activity", *FLOW_KINDS, "level"]]


def sources(plan: Plan, law: pd.DataFrame) -> pd.DataFrame:
    """Every source cited by a number that the answer rests on: key, source, confidence."""
    world = plan.engine.world.numbers.table
    both = pd.concat([world[["source", "confidence"]], law[["source", "confidence"]]])
    both = both[(both["source"].fillna("") != "") & ~both["source"].str.contains("assumption|judgement", na=False)]
    out = both.drop_duplicates("source").reset_index(drop=True)
    out.insert(0, "key", [f"s{i + 1}" for i in range(len(out))])
    return out


def counts(plan: Plan, law: pd.DataFrame) -> Counts:
    """How many of the world's numbers have each grade, and how many of the rulebooks' are assumptions."""
    found = plan.engine.world.numbers.grades
    each = (int((found == grade).sum()) for grade in GRADES)
    return Counts(*each, len(law), int((law["basis"] == "assumption").sum()))


def meta(plan: Plan, every: Sequence[Pair], asked: ReportHead, law: pd.DataFrame) -> Meta:
    """Head of the assessment: what was run, on what, and how well it cleared."""
    good = [p for p in every if p.status == "cleared" and p.good]
    cases = [c for p in every for c in (p.baseline, p.reform)]
    rare = sum(bool(c.rare) for c in cases)
    by_status = {s: sum(p.status == s for p in every) for s in ("cleared", "almost", "not_cleared")}
    return Meta(
        **{f.name: getattr(asked, f.name) for f in fields(asked)},
        cleared=len(good) / max(len(every), 1),
        statuses=by_status,
        markets=len(cases) * len(plan.whole.engine.years) + rare * len(plan.engine.years),
        lost=[f"draw {p.draw}, {p.worst}" for p in every if not p.good],
        worst_residual=max(max(p.baseline.residual, p.reform.residual) for p in every),
        tolerance=CLEARED_AT,
        money_audit=money(every),
        versions={"earthprice": _version("earthprice"), "jax": _version("jax")},
        facts_hash=plan.engine.world.hash,
        counts=counts(plan, law),
    )


def money(every: Sequence[Pair], more: Mapping[str, Sequence[Summary]] | None = None) -> MoneyAudit:
    """The audit of money: runs checked, draws that it rejects, the largest miss as a share of turnover, in words.

    Args:
        every: baseline and reform of every draw.
        more: other runs by what they are of: delay, options, readings.
    """
    others = [c for cases in (more or {}).values() for c in cases]
    runs = [c for p in every for c in (p.baseline, p.reform)] + others
    broken = [p.draw for p in every if not (p.baseline.booked and p.reform.booked)]
    worst = max(runs, key=lambda c: c.miss)
    beside = [
        f"{sum(not c.booked for c in cases)} of {what}"
        for what, cases in (more or {}).items()
        if not all(c.booked for c in cases)
    ]
    where = "" if worst.booked else f", {worst.missed}"
    said = f"largest miss {worst.miss:.1e} of a year's turnover{where}" if worst.miss > 0 else "no miss"
    lost = f"; left out of every figure: draws {', '.join(map(str, broken))}" if broken else ""
    lost += f"; left out of their tables: {', '.join(beside)}" if beside else ""
    words = f"Money booked twice, by accounts and by what things cost and are worth: {said}{lost}."
    count = len(broken) + sum(not c.booked for c in others)
    return MoneyAudit(len(runs), count, worst.miss, words)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def not_claimed(book: Rulebook) -> list[str]:
    """What the report of a text must say it does not claim."""
    unsure = sum(not a.number_sure for a in book.articles)
    numbers = f", and {unsure} of their {len(book.articles)} numbers are uncertain (?)" if unsure else ""
    return [
        "Why anyone acts: purpose cannot be read from a model.",
        "Prices in a given month; of a stop shorter than a period only its share of the days is seen.",
        "The true price of an element, or illegal output as a fact: both are ranges that rest on assumptions.",
        "Tonnes of one element to one partner without its range: bilateral trade by element is inferred.",
        "Any single firm, military use, jobs, or health beyond the damage values used.",
        f"Legal advice: the texts of the articles are our words{numbers}.",
        "That the text will be applied as in any reading.",
        "That what cleared is true: 'cleared' is a statement about arithmetic.",
        "Levels of prices in a crisis: in the hindcast most of the spike of 2011 lies outside the ranges.",
    ]
