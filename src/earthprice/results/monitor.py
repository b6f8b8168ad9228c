"""Monitor: facts printed after an assessment, held to the bands that its result keeps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from earthprice.errors import OptionError, ResultError
from earthprice.results.result import Result
from earthprice.study.indicators import REVIEW, TEXT

TABLE = "indicators"
INSIDE, ABOVE, BELOW = "inside", "above", "below"


@dataclass(frozen=True)
class HeldFact:
    """A fact held to one band.

    Attributes:
        series, zone, date, year, value, unit, source: of the fact.
        band: whose band: `text`, `no text`, or a review's.
        low, high: its ends; None where it is open.
        side: inside, above or below.
        since: date of the first fact of this series that has lain out on this side ever since; empty if inside.
        latest: whether it is the last fact of the series.
        looks: year in which a review looks at it; None of a band of the assessment.
    """

    series: str
    zone: str
    date: str
    year: int
    value: float
    unit: str
    source: str
    band: str
    low: float | None
    high: float | None
    side: str
    since: str
    latest: bool
    looks: int | None


@dataclass(frozen=True)
class Monitored:
    """What facts say of a result.

    Attributes:
        seen: every fact with every band asked for.
        unheld: facts for which no band is kept: series, zone, year, and why.
    """

    seen: tuple[HeldFact, ...]
    unheld: tuple[tuple[str, str, int, str], ...]

    @property
    def out(self) -> tuple[HeldFact, ...]:
        """Indicators whose last fact lies out of a band."""
        return tuple(s for s in self.seen if s.latest and s.side != INSIDE)

    @property
    def due(self) -> bool:
        """Whether a review is due: some indicator lies out of its band now."""
        return bool(self.out)


def monitor(result: Result, facts: pd.DataFrame, law: str = TEXT) -> Monitored:
    """Hold facts to the bands of a result under a law, and to those of the reviews in the law.

    Args:
        result: the result.
        facts: rows as of the world's table `observed`: series, zone, year, value, unit, date, source.
        law: whose bands: `text`, or `no text` where it was not adopted.

    Raises:
        ResultError: the result keeps no bands.
        OptionError: no fact is of a series and year for which a band is kept, or one is in another unit.
    """
    if TABLE not in result.tables:
        raise ResultError(
            f"{result.folder} keeps no bands",
            where=f"tables/{TABLE}.csv",
            accepted="a result of version 0.2.0 or later",
        )
    kept = result.rows(TABLE)
    kept = kept[(kept["band"] == law) | kept["band"].str.startswith(REVIEW)]
    seen, unheld = [], []
    ordered = facts.sort_values("date", kind="stable")
    for (series, zone), rows in ordered.groupby(["series", "zone"], sort=False):
        mine = kept[(kept["series"] == series) & (kept["zone"] == zone)]
        for year in sorted(set(rows["year"]) - set(mine["year"])):
            unheld.append((str(series), str(zone), int(year), _why(kept, mine)))
        for band, ends in mine.groupby("band", sort=False):
            seen += _held(rows, ends.set_index("year"), str(band))
    if not seen:
        known = sorted(set(kept["series"]))
        years = [f"{series} {zone}: {why}" for series, zone, _, why in unheld if series in known]
        raise OptionError(
            f"none of {len(facts)} facts is of a series and a year with a band",
            where="--facts",
            accepted="; ".join(dict.fromkeys(years)) or known,
            given="" if years else str(facts["series"].iloc[0]),
        )
    return Monitored(tuple(seen), tuple(unheld))


def _why(kept: pd.DataFrame, mine: pd.DataFrame) -> str:
    if mine.empty:
        return "no band is kept for this series"
    return f"bands are kept from {kept['year'].min()} to {kept['year'].max()}"


def _held(rows: pd.DataFrame, ends: pd.DataFrame, band: str) -> Iterator[HeldFact]:
    """Facts of one series, oldest first, held to one band."""
    there = rows[rows["year"].isin(ends.index)]
    side, since = INSIDE, ""
    for number, fact in enumerate(there.itertuples(), start=1):
        at = ends.loc[fact.year]
        if fact.unit != at["unit"]:
            raise OptionError(
                f"{fact.series} of {fact.date} is in '{fact.unit}'", where="--facts", accepted=str(at["unit"])
            )
        low, high = (None if pd.isna(at[q]) else float(at[q]) for q in ("p05", "p95"))
        now = (
            ABOVE
            if high is not None and fact.value > high
            else BELOW
            if low is not None and fact.value < low
            else INSIDE
        )
        since = "" if now == INSIDE else (since if now == side else str(fact.date))
        side = now
        yield HeldFact(
            series=str(fact.series),
            zone=str(fact.zone),
            date=str(fact.date),
            year=int(fact.year),
            value=float(fact.value),
            unit=str(fact.unit),
            source=str(fact.source),
            band=band,
            low=low,
            high=high,
            side=now,
            since=since,
            latest=number == len(there),
            looks=int(fact.year + at["late"]) if band.startswith(REVIEW) else None,
        )
