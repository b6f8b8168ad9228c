"""Answers: runs read off as charts, figures and sentences; the numbers are those of `assess`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from earthprice.measures.spread import FEW, FEWEST, SAME, among, changed, gained, ranged, verdict
from earthprice.measures.welfare import worth
from earthprice.report.page_one import ten_row
from earthprice.report.words import Words, sign_key
from earthprice.study.assessment import EXPORT_COLUMNS
from earthprice.study.bands import Bands, series_behind
from earthprice.study.ensemble import Pair, Summary, by_law
from earthprice.study.figures import Figure, symbols, table, unit_of
from earthprice.study.frame import Frame
from earthprice.study.phrases import ENGLISH, Phrases
from earthprice.study.questions import Dates, questions

GROUPS = 10
"""Groups that gain or lose most, drawn one by one."""
PLACES = 7
"""Places with the most damage, drawn one by one."""
DIGITS = 6
"""Significant digits of what is drawn."""


@dataclass(frozen=True)
class Line:
    """One measure drawn through time: chart, panel, kind of line, and the measures of which it is the sum."""

    chart: str
    panel: str
    kind: str
    measure: tuple[str, ...]

    @property
    def unit(self) -> str:
        """The unit that it has in the report too; a price abroad has that of the price at home."""
        return unit_of("price/" if self.chart == "price" else self.measure[0])


class Reader:
    """How the runs of a frame are read off.

    Args:
        f: the frame.
        words: labels.
        verdicts: of the hindcast, by figure (`verdicts_of`).
        figures: the ten figures; those of rare prices, which take a search, apart (`of_rare`).
    """

    def __init__(self, f: Frame, words: Words, verdicts: Mapping[str, str], figures: Sequence[Figure]) -> None:
        self.f, self.words, self.verdicts = f, words, verdicts
        self.figures, self.of_rare = ([g for g in figures if g.rare is rare] for rare in (False, True))
        self.lines = lines(f)

    def central(self, pair: Pair) -> dict[str, Any]:
        """The charts of the central run over the years on screen, all but that of money (`money`)."""
        return {
            "year": self.f.year,
            "years": [round(float(y), 2) for y in self.f.plan.engine.years],
            "lines": self._paths([pair], None),
            "bars": {"exports": self._exports([pair]), "damage": self._damage([pair])},
            "status": pair.status,
            "worst": "" if pair.good else pair.worst,
        }

    def rows(self, pair: Pair, answered: Summary | None) -> list[dict[str, Any]]:
        """The figures of the central run over the years on screen, all but those of money (`money`)."""
        return [*self.rare(pair), *(self._central_row(g, pair, answered) for g in self.figures if not g.gain)]

    def rare(self, pair: Pair) -> list[dict[str, Any]]:
        """The earth price over the rare price in the central run; without numbers where rare prices are not at hand."""
        return [self._central_row(g, pair, None) for g in self.of_rare]

    def money(self, pair: Pair, answered: Summary | None) -> dict[str, Any]:
        """What the whole central run adds: who gains, the figures of money, the sentences, and its audit."""
        shown = [g for g in self.figures if g.gain]
        return {
            "groups": self._groups([pair]),
            "figures": [self._central_row(g, pair, answered) for g in shown],
            "sentences": self.sentences([pair], []),
            "same": pair.unchanged,
            "status": pair.status if pair.good else "not_cleared",
            "worst": "" if pair.good else pair.worst,
        }

    def over(self, pairs: Sequence[Pair], bands: Bands) -> dict[str, Any]:
        """The same over draws that cleared: bands, medians, sign words."""
        rows = table(self.figures, pairs, self.f.year, self.verdicts, bands).to_dict("records")
        return {
            "lines": self._paths(pairs, bands),
            "bars": {"exports": self._exports(pairs), "damage": self._damage(pairs)},
            "groups": self._groups(pairs),
            "figures": [self._row(dict(r)) for r in rows],
            "among": among(len(pairs)),
        }

    def observed(self) -> dict[str, list[list[float]]]:
        """The record of prices known on the day, by measure."""
        seen = self.f.world.observed
        seen = seen[(seen["published"] <= self.f.texts.as_of)]
        out: dict[str, list[list[float]]] = {}
        for line in self.lines:
            series = series_behind(self.f.plan.lens, line.measure[0]) if line.chart == "price" else ""
            mine = seen[seen["series"] == series]
            out[line.measure[0]] = [[float(y), float(v)] for y, v in zip(mine["year"], mine["value"], strict=True)]
        return {k: v for k, v in out.items() if v}

    def sentences(
        self, pairs: Sequence[Pair], delayed: Sequence[Pair], bands: Bands | None = None
    ) -> list[dict[str, str]]:
        """The questions asked, each answered in a sentence; levels hold what is left out, as in the figures."""
        f, none = self.f, pd.DataFrame(columns=list(EXPORT_COLUMNS))
        say = ENGLISH if self.words.language == "en" else Phrases(self.words.labels)
        asked = questions(f.plan, pairs, delayed, none, Dates(f.first, f.year, f.options.discount), say, bands)
        return [
            {"question": q["question"], "asked": self.words(f"question.{q['question']}"), "answer": q["answer"]}
            for q in asked
        ]

    def _sign(self, change: np.ndarray) -> str:
        """The sign word of a change over draws; none of a single run."""
        return self.words(sign_key(verdict(change))) if len(change) > 1 else ""

    def _paths(self, pairs: Sequence[Pair], bands: Bands | None) -> list[dict[str, Any]]:
        """Both laws of every line: the run where there is one, else 5, 50 and 95 % of the draws."""
        out = []
        for line in self.lines:
            both = {}
            for side, cases in zip(("base", "reform"), by_law(pairs), strict=True):
                both[side] = self._path(line, cases, [p.draw for p in pairs], bands)
            out.append({"chart": line.chart, "panel": line.panel, "kind": line.kind, "unit": line.unit,
                        "measure": line.measure[0], **both})  # fmt: skip
        return out

    def _path(self, line: Line, cases: Sequence[Summary], draws: Sequence[int], bands: Bands | None) -> Any:
        if bands is None:
            return rounded_numbers(np.sum([cases[0].series[m] for m in line.measure], axis=0))
        values = np.sum([bands.paths(m, cases, draws) for m in line.measure], axis=0)
        return [rounded_numbers(x) for x in ranged(values)]

    def _exports(self, pairs: Sequence[Pair]) -> list[dict[str, Any]]:
        """Exports by partner in the figures' year, of the leading element and of the scarce ones [t REO/yr]."""
        lens = self.f.plan.lens
        of = {"scarce": lens.role("value_heavy"), "lead": lens.headline[:1], "magnets": ("magnets",)}
        rows = [(key, partner, names) for key, names in of.items() for partner in (*lens.partners, "all")]
        found = self._levels(pairs, [[f"exports/{n}/{partner}" for n in names] for _, partner, names in rows])
        return [
            level | {"of": key, "label": self.words.name("zone", partner), "all": partner == "all"}
            for (key, partner, _), level in zip(rows, found, strict=True)
        ]

    def _damage(self, pairs: Sequence[Pair]) -> list[dict[str, Any]]:
        """External damage by place in the figures' year [MUSD/yr], the heaviest first."""
        names = self.f.plan.engine.names.places
        found = self._levels(pairs, [[f"damage/{p}"] for p in names])
        rows = [
            level | {"place": p, "label": self.words.name("zone", p)} for p, level in zip(names, found, strict=True)
        ]
        return sorted(rows, key=lambda r: -max(r["base"], r["reform"]))[:PLACES]

    def _levels(self, pairs: Sequence[Pair], rows: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
        """Sums of measures in the figures' year in both laws: medians, and the range of the change; a row each."""
        base, reform = (
            np.array([[sum(self._in_year(c.series[m]) for m in row) for c in side] for row in rows])
            for side in by_law(pairs)
        )
        change = changed(base, reform)
        named = {"base": ranged(base, 1)[1], "reform": ranged(reform, 1)[1]}
        named |= dict(zip(("low", "change", "high"), ranged(change, 1), strict=True))
        told = {k: rounded_numbers(x) for k, x in named.items()}
        return [{k: x[i] for k, x in told.items()} | {"sign": self._sign(change[i])} for i in range(len(rows))]

    def _in_year(self, path: np.ndarray) -> float:
        """Mean of a path over the figures' year, as `Engine.of_year`."""
        return float(path[self.of_year[0]] @ self.of_year[1])

    @cached_property
    def of_year(self) -> tuple[np.ndarray, np.ndarray]:
        """Periods of the figures' year, and the share of the year that each is."""
        e = self.f.plan.engine
        share = e.of_year(np.eye(len(e.years)), self.f.year)
        return np.flatnonzero(share), share[share > 0]

    def _groups(self, pairs: Sequence[Pair]) -> list[dict[str, Any]]:
        """Who gains and who pays, present value of the change [bn USD]: the largest, then all others by zone."""
        f = self.f
        value = worth(f.plan.engine, f.first, f.options.discount, f.plan.rates)
        names = list(pairs[0].baseline.money)
        gains = [gained([(value(p.reform, [k]) - value(p.baseline, [k])) / 1e3 for p in pairs]) for k in names]
        rows = []
        for (zone, group), gain, low, middle, high in zip(names, gains, *ranged(np.array(gains), 1), strict=True):
            label = f"{self.words.name('zone', zone)}: {self.words.name('group', group)}"
            ends = {"change": rounded_number(middle), "low": rounded_number(low), "high": rounded_number(high)}
            rows.append({"label": label, **ends, "sign": self._sign(gain)})
        return sorted(sorted(rows, key=lambda r: -abs(r["change"]))[:GROUPS], key=lambda r: -r["change"])

    def _central_row(self, g: Figure, pair: Pair, answered: Summary | None) -> dict[str, Any]:
        base, reform = g.read(pair.baseline), g.read(pair.reform)
        change = float(g.change(np.array([base]), np.array([reform]))[0])
        base, reform = (0.0, change) if g.gain else (base, reform)
        row = {f"{k}_{q}": v for k, v in (("base", base), ("reform", reform), ("diff", change))
               for q in ("p05", "p50", "p95")}  # fmt: skip
        other = float("nan") if answered is None else g.read(answered)
        if answered is not None and g.gain:
            other = float(other - g.read(pair.baseline))
        said = SAME if change == 0 else FEW
        return self._row({**row, "number": g.number, "key": g.key, "label": g.label, "unit": g.unit, "sign": said,
                          "answered_p50": other, "readings_low": np.nan, "readings_high": np.nan,
                          "hindcast": self.verdicts.get(g.key, "not scored"), "draws": 1})  # fmt: skip

    def _row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row of the ten figures as words, with the plain numbers beside."""
        said = ten_row(dict(row), self.words)
        signs = said["sign"] if row["draws"] >= FEWEST or row["sign"] == SAME else ""
        return said | {
            "number": row["number"],
            "key": row["key"],
            "sign": signs,
            "draws": int(row["draws"]),
            "raw": {k: rounded_number(row[f"{k}_p50"]) for k in ("base", "reform", "diff")},
        }


def lines(f: Frame) -> list[Line]:
    """What is drawn through time: prices at home and abroad, digging, ore."""
    lens, home = f.plan.lens, f.plan.lens.home
    names, out = symbols(lens), []
    for x in lens.headline[:2]:
        out.append(Line("price", names[x], "home", (f"price/{x}_oxide@{home}",)))
        out.append(Line("price", names[x], "abroad", (f"fob/{x}",)))
    feeds = ("feed/licensed_light", "feed/licensed_heavy"), ("feed/unlicensed",)
    out += [Line("digging", k, "home", m) for k, m in zip(("licensed", "unlicensed"), feeds, strict=True)]
    out.append(Line("ore", "recovered", "home", ("recovery/own",)))
    out.append(Line("ore", "wasted", "home", ("ore_wasted/own",)))
    return out


def rounded_number(x: float) -> float | None:
    """A number with few digits; None where there is none."""
    return float(f"{float(x):.{DIGITS}g}") if np.isfinite(x) else None


def rounded_numbers(values: np.ndarray) -> list[float | None]:
    """Numbers with few digits; None where there is none."""
    return [rounded_number(v) for v in values]
