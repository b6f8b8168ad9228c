"""The heading of an assessment: what was asked, of which texts, on what it rests, and what must be said beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from earthprice.law import base_of, contested, load_rulebook, patch, shipped
from earthprice.measures.spread import ranged
from earthprice.past.hindcast import PASTS
from earthprice.past.posterior import fit_words
from earthprice.runs.rare import HORIZON_BAND
from earthprice.runs.sample import Sample
from earthprice.study.at_home import absent_words
from earthprice.study.draws import DrawResults
from earthprice.study.figures import symbols
from earthprice.study.frame import BEYOND, RARE_DRAWS, Frame
from earthprice.study.meta import Fine, ReportHead
from earthprice.study.periods import remarks
from earthprice.study.precedent import unprecedented

CAUGHT_DRAWS = 50
"""Draws over which the share caught is ranged."""
KINDS = {"price_home": "price at home of", "price_fob": "price FOB of", "gap": "price abroad less at home of"}
"""Kinds of series of the record by good, in words."""


def _damages(f: Frame) -> dict[str, str]:
    """Damage values of the home zone's districts, low to high over places, in words."""
    table, out = f.world.numbers.table, {}
    for burden in f.world.network.burdens.columns:
        rows = table[table.index.str.match(rf"damage/[^/]+/{burden}$")]
        low, high = rows["value"].min(), rows["value"].max()
        if high > 0:
            out[str(burden).replace("_", " ")] = f"{low:g} to {high:g} {rows['unit'].iloc[0]}"
    return out


def _at_home(f: Frame, law: pd.DataFrame) -> pd.DataFrame:
    """Numbers of the books of home; none where nobody there digs without a licence, whom fines would deter."""
    lens = f.plan.lens
    own = [b.rulebook for b in f.texts.reform.stack.books if b.jurisdiction == lens.home]
    wild = lens.mask(zone=lens.home, stage="mining", status="unlicensed").any()
    return law[law["book"].isin(own if wild else [])]


def _fines(law: pd.DataFrame) -> list[Fine]:
    """Fines as multiples of the gain in the texts stacked."""
    rows = law[(law["parameter"] == "times_gain") & law["low"].notna()]
    return [Fine(str(r.book), float(r.low), float(r.high)) for r in rows.itertuples()]


def _caught(f: Frame, draws: Sample) -> list[float] | None:
    """Share of unlicensed mining caught in the year of the figures, inspections and records together: 9 in 10 draws."""
    here = f.plan.lens.mask(zone=f.plan.lens.home, stage="mining", status="unlicensed")
    if not here.any():
        return None
    e, reform, law = f.plan.engine, f.plan.texts.reform, f.plan.changes.law
    count = min(len(draws.quantiles), CAUGHT_DRAWS)
    uses = (f.plan.use(draws.of_law(i)) for i in range(count))
    paths = [reform.caught(e.years, **use, overrides=law, last=e.dt[-1])[:, here].mean(1) for use in uses]
    shares = [float(e.of_year(path, f.year)) for path in paths]
    low, _, high = ranged(shares)
    return [round(float(low), 2), round(float(high), 2)]


def _wealth(law: pd.DataFrame) -> list[float] | None:
    """Largest fine that can be collected in multiples of revenue: value, low, high."""
    rows = law[law["parameter"] == "wealth"]
    return [float(rows[c].iloc[0]) for c in ("value", "low", "high")] if len(rows) else None


def _ranges(rolling: pd.DataFrame) -> str:
    """How the ranges of levels, drawn as here, did from the cut-offs of every year, in a sentence."""
    if rolling.empty:
        return ""
    every = rolling.set_index("ahead").loc["all"]
    return (
        f" Ranges of levels, drawn as here from the end of every year, held {100 * every['coverage']:.0f} % of what "
        "was recorded later; those of differences hold parameters alone."
    )


def _hindcast(scores: pd.DataFrame, whose: str, names: Mapping[str, str]) -> str:
    """What the hindcast shipped with the facts says, in a sentence.

    Args:
        scores: the scores that ship.
        whose: whose record it is, where not that of home.
        names: symbols by element.
    """
    if scores.empty:
        return "Not yet held against history: no figure here carries a hindcast score."
    parts = []
    for past, rows in scores.groupby("past", sort=False):
        lost = [str(s) for s in rows.loc[rows["ratio_no_change"] >= 1, "series"]]
        inside = 100 * float((rows["coverage"] * rows["n"]).sum() / rows["n"].sum())
        but = f", not for {series_words(lost, names)}" if lost else ""
        parts.append(
            f"Held against {whose}{past}, from what was known before: better than no change for "
            f"{len(rows) - len(lost)} of {len(rows)} series{but}; {inside:.0f} % of the years lie within ranges that "
            "should hold 90 %."
        )
    return " ".join(parts)


def series_words(series: Sequence[str], names: Mapping[str, str]) -> str:
    """Series of the record in words, those of a kind together: "price at home of Tb, La; mining elsewhere".

    Args:
        series: names as the hindcast has them, `kind/good` or a name.
        names: symbols by element.
    """
    by_kind: dict[str, list[str]] = {}
    for kind, _, good in (name.partition("/") for name in series):
        by_kind.setdefault(kind, []).append(names.get(good.removesuffix("_oxide"), good))
    return "; ".join(f"{KINDS[k]} {', '.join(of)}" if k in KINDS else k for k, of in by_kind.items())


def _whose(f: Frame) -> str:
    """Whose record the hindcast is held against, where it is not that of home."""
    names = f.world.structure["zones"].set_index("id")["name"]
    return "" if f.plan.lens.home == PASTS[-1].home else f"{names[PASTS[-1].home]}'s record of "


def _fit(f: Frame) -> str:
    """What was fitted to which record, in a sentence."""
    return fit_words(f.world.fit(f.texts.as_of), f.world.facts, f.world.numbers.words)


def heading(f: Frame, d: DrawResults, law: pd.DataFrame) -> ReportHead:
    """The heading: names, dates, options, what must be said beside the figures (`flags`), the texts of all books."""
    flags = [*_private(f), *map(str, f.texts.notes), *contested(f.texts.reform.stack), *absent_words(f.plan.lens)]
    flags += [f"override: {k} = {v}" for k, v in f.options.overrides.items()]
    flags += f.plan.changes.notices
    lost = [p for p in d.every if not p.good]
    if lost:
        of = f"{len(lost)} of {len(d.every)} draws are in no figure: they did not clear, or their money does not add up"
        flags.append(f"{of}; the first: {lost[0].worst}")
    if f.options.delay_years:
        flags.append(f"entry into force {f.options.delay_years:g} years later than the text says")
    if f.options.only:
        readings = "" if f.options.reading == "all" else "readings, "
        flags.append(f"only the figures were asked for: no articles, {readings}delay, drivers or options")
    flags += [*unprecedented(f.plan, d.cleared, f.year, f.texts.as_of), *remarks(f.plan)]
    base, changed = f.texts.baseline.stack, (f.answered or f.plan).changes.law
    options = {**asdict(f.options), "overrides": dict(f.options.overrides)}
    ids = {b.rulebook for b in f.texts.reform.stack.books} | {i.id for i in f.texts.reform.stack.items}
    return ReportHead(
        title=f.texts.book.title,
        rulebook=f.rulebook,
        book=f.texts.book.rulebook,
        baseline=base.name,
        stack=f.texts.reform.stack.name,
        kind=f.texts.kind,
        against=f.texts.against,
        answers=[load_rulebook(a).rulebook for a in f.options.answers],
        reading=f.texts.reading,
        readings=list(f.texts.readings),
        reading_words={r: f.texts.reform.stack.readings[r] for r in f.texts.readings},
        as_of=f.texts.as_of,
        first_year=f.first,
        last_year=f.plan.engine.last,
        figure_year=f.year,
        base_year=f.world.base_year,
        known_from=f.world.known,
        recorded_to=f.world.recorded(f.texts.as_of),
        money="USD of 2020",
        discount=f.options.discount,
        seed=f.options.seed,
        draws=f.options.draws,
        rare_draws=min(RARE_DRAWS, f.options.draws),
        home=f.plan.lens.home,
        panels=list(f.plan.lens.panels),
        flags=[_sentence(flag, ids) for flag in flags],
        options=options,
        terminal_value=f"user cost over {BEYOND} years from {f.world.base_year}; ore left then is worth what its "
        "mines last earn on it, discounted over the years it lasts at their last pace; over "
        f"{2 * BEYOND} years the rare price is the same within {HORIZON_BAND:g} %; the iteration "
        f"agrees with itself within {max(u.moved for u in d.user_costs):.2g} USD/kg of ore",
        damage_values=_damages(f),
        fines=_fines(_at_home(f, law)),
        caught_prior=_caught(f, d.sample),
        wealth=_wealth(law) if _fines(_at_home(f, law)) else None,
        hindcast=_hindcast(f.world.hindcast, _whose(f), symbols(f.plan.lens)) + _ranges(f.world.rolling),
        fit=_fit(f),
        patch=patch(f.texts.reform.stack, changed, f.texts.reading, f.texts.as_of) if changed else "",
        books=_books(f),
        private=list(f.world.private),
    )


def _sentence(said: str, ids: set[str]) -> str:
    """A note as a sentence; what begins with an id keeps it as it is."""
    first = said.split()[0].rstrip(":")
    begun = said if first in ids or not first.isalpha() else said[0].upper() + said[1:]
    return begun if begun.endswith((".", "!", "?")) else f"{begun}."


def _private(f: Frame) -> list[str]:
    """That the world holds suppliers of the user's own, and what may be passed on."""
    words = f.world.private_words
    return [f"{words}Do not pass this on; `earthprice export --public` makes a copy for it"] if words else []


def _books(f: Frame) -> list[dict[str, Any]]:
    """Every rulebook of both stacks with its text, and the names or paths under which it was asked for."""
    asked = [f.rulebook, *f.options.answers, *([f.options.against] if f.options.against else [])]
    given = {load_rulebook(name).rulebook: str(name) for name in asked}
    books = {b.rulebook: b for s in (f.texts.baseline.stack, f.texts.reform.stack) for b in s.books}
    named = {(base_of(b, name, books).rulebook, name) for b in books.values() for name in b.bases}
    return [
        {
            "rulebook": name,
            "version": b.version,
            "given": given.get(name, ""),
            "text": b.text,
            "named": sorted(asked for found, asked in named if found == name),
            "ships": given.get(name, name) in shipped(),
        }
        for name, b in books.items()
    ]
