"""S7, the wedge of 2010-11: export quotas and duties of the time put between the price at home and abroad."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from earthprice.demos.demonstration import RECORDED, Claim, Demonstration, Panel, marks
from earthprice.demos.lab import Lab
from earthprice.facts.world import load_world
from earthprice.law import load_rulebook
from earthprice.runs.engine import Outcome
from earthprice.world.terms import Terms

BASE_YEAR, LAST, HALF = 2008, 2016, 0.5
LAW, PERMIT = "china-in-force-2008", "export_quota"
NAMES = {"la": "lanthanum", "ce": "cerium", "ndpr": "neodymium"}
ABROAD = "JPN"
CUT, REMOVED = 2010.5, 2015.0
"""Start of the half-year whose batch was cut by 72 %, and end of the quotas."""
DAYS = (
    (2011.7, "quote_fob", "2011-09/2011-11", "quote_home", "2011-09"),
    (2012.2, "quote_fob", "2012-01", "quote_home", "2012-03"),
    (2014.5, "price_fob", "2014", "price_home", "2014"),
)
"""Where the record has FOB and home prices side by side: when, series and date of each."""
QUOTES = (
    "record, FOB less duty and VAT less price at home: 44 to 46 in September 2011 for each of lanthanum, cerium and "
    "neodymium; 22 at the end of 2011 and 91 in its second quarter with home prices of 15 and 20 USD/kg, which are ours"
)
RESTS_ON = (
    "use/*/elasticity_short",
    "smuggle/*",
    "model/smuggle/*",
    "storage/world/*",
    "stock/*",
    "use/*/growth_1",
    "trade/*/level",
)


def wedge(_: Lab) -> Demonstration:
    """The years 2008 to 2016 in half-years: law of the time, law of 2008 kept, single mechanisms removed."""
    lab = Lab(load_world(base_year=BASE_YEAR), last=LAST, dt=HALF, base=LAW)
    law = lab.terms()
    runs = {
        "law of the time": lab.baseline,
        "law of 2008 kept": lab.run(_kept(law, lab.years >= BASE_YEAR, 0)),
        "never removed": lab.run(_kept(law, lab.years >= REMOVED, lab.at(REMOVED) - 1)),
        "no smuggling": lab.run(_guarded(lab, law)),
        "no buying ahead": lab.run(law, at=lab.point({"storage/world/extrapolation": 0.0})),
    }
    return Demonstration(
        title="The wedge of 2010-11 between prices at home and abroad",
        words="From a benchmark of 2008 the law of the time runs in half-years: export quotas batch by batch, duties, "
        "mining totals, their end in 2015. Exporters need a licence for each kilogram of whatever element; what "
        "a licence is worth stands between the price at home and the price abroad, next to duty and VAT. "
        "Elasticities, growth and stocks are those that could be judged before 2010. The gap comes, is nearly "
        "alike for a kilogram of cheap and of dear oxide, and goes; it comes half a year before the record's "
        "height and is about three fifths of it. What a licence does not explain, and the model does not show, is "
        "the rise of the prices as such: in 2011 lanthanum and cerium were three to six times as dear at home "
        "as in 2008, here they fall; neodymium and dysprosium rose far beyond the gap.",
        removed="Quotas and duties stay as they were in 2008 (first two claims); stockholders expect no rise to go on "
        "(third); smugglers are shut out from July 2010 (fourth); the end of quota and duty in 2015 does not "
        "come (fifth).",
        claims=_claims(lab, runs),
        panels=_panels(lab, runs),
        rests_on=RESTS_ON,
        scenario="the quota's content in oxide, smuggling routes and the eagerness of stockholders are assumptions, "
        "and the growth of use is that foreseen in 2009; exports fill the quota, of which 56 to 61 % was used "
        "in 2011",
    )


def _claims(lab: Lab, runs: Mapping[str, Outcome]) -> tuple[Claim, ...]:
    peak = slice(lab.at(CUT), lab.at(2012.0))
    year = slice(lab.at(2011.0), lab.at(2012.0))
    worn, late = slice(lab.at(2014.0), lab.at(REMOVED)), slice(lab.at(2016.0), None)
    kept, now = "law of 2008 kept", "law of the time"

    def mean(run: str, when: slice) -> float:
        return float(lab.rent(runs[run], PERMIT)[when].mean())

    def dearest(run: str) -> float:
        return float(lab.rent(runs[run], PERMIT)[peak].max())

    def alike(run: str) -> float:
        at = lab.at(CUT) + int(lab.rent(runs[run], PERMIT)[peak].argmax())
        return float(_gap(lab, runs[run], "ndpr")[at] / _gap(lab, runs[run], "ce")[at])

    def ratio(run: str) -> float:
        return float((_fob(lab, runs[run], "ce") / lab.price(runs[run], "ce_oxide@CHN"))[late].mean())

    return (
        Claim("what a licence is worth in its dearest half-year, July 2010 to December 2011", "USD2020/kg",
              dearest(now), 22.0, 91.0, QUOTES, dearest(kept)),
        Claim("gap FOB less home of neodymium over that of cerium, in that half-year", "ratio", alike(now), 1.0, 2.5,
              "theory: a licence counts kilograms, so the gap is nearly alike, a duty counts value; "
              "record 1.8 in September 2011", alike(kept)),
        Claim("a miss: what a licence is worth on average in 2011", "USD2020/kg", mean(now, year), 12.0, 18.0,
              "record: at least the 18 to 21 left in March 2012, at most the 91 of the second quarter of 2011",
              mean("no buying ahead", year)),
        Claim("what a licence is worth in 2014", "USD2020/kg", mean(now, worn), 0.0, 3.0,
              "record: 1.3 for cerium and 1.2 for lanthanum, FOB rounded to a dollar; smugglers bound it",
              mean("no smuggling", worn)),
        Claim("FOB over home price of cerium in 2016, after quota and duty", "ratio", ratio(now), 0.95, 1.25,
              "theory: 1.17 by the VAT that is not given back, less what other sellers take off, all of it or more; "
              "record 2 to 1.2, both rounded", ratio("never removed")),
    )  # fmt: skip


def _kept(law: Terms, when: np.ndarray, row: int) -> Terms:
    """The law with one period's charges and permits in place of those of some periods."""

    def held(a: np.ndarray) -> np.ndarray:
        return np.where(when[:, None], a[row], a)

    return replace(law, advalorem=held(law.advalorem), permit_amount=held(law.permit_amount))


def _guarded(lab: Lab, law: Terms) -> Terms:
    """The law with customs that let hardly anything past from the cut on."""
    past = lab.lens.mask(doing="ship", zone="CHN", status="unlicensed")
    shut = (lab.years >= CUT)[:, None] & past[None, :]
    return replace(law, capacity=np.where(shut, 0.01, law.capacity))


def _fob(lab: Lab, run: Outcome, element: str) -> np.ndarray:
    """Price abroad less freight [USD2020/kg; T]."""
    good = f"{element}_oxide"
    return lab.price(run, f"{good}@{ABROAD}") - run.point.values[f"trade/{good}/CHN/{ABROAD}/freight"]


def _gap(lab: Lab, run: Outcome, element: str) -> np.ndarray:
    return _fob(lab, run, element) - lab.price(run, f"{element}_oxide@CHN")


def _panels(lab: Lab, runs: Mapping[str, Outcome]) -> tuple[Panel, ...]:
    shown = ("law of the time", "law of 2008 kept", "no smuggling", "no buying ahead")
    licence = [_rows(lab, name, lab.rent(runs[name], PERMIT)) for name in shown]
    licence += [_record(lab, e).assign(series=f"{RECORDED}, {NAMES[e]}") for e in NAMES]
    now, unit = runs["law of the time"], "USD2020/kg"
    return (
        Panel("What a licence is worth", "year", unit, pd.concat(licence)),
        Panel("Cerium oxide, law of the time (dots: recorded)", "year", unit, _prices(lab, now, "ce"), log=True),
        Panel("Neodymium oxide, law of the time (dots: recorded)", "year", unit, _prices(lab, now, "ndpr"), log=True),
        Panel("Exports of oxides and metals", "year", "kt of product a year", _exports(lab, now)),
    )


def _prices(lab: Lab, run: Outcome, element: str) -> pd.DataFrame:
    good = f"{element}_oxide"
    return pd.concat(
        [
            _rows(lab, "FOB", _fob(lab, run, element)),
            _rows(lab, "at home", lab.price(run, f"{good}@CHN")),
            _dots(lab, f"price_fob/{good}", f"{RECORDED} FOB"),
            _dots(lab, f"quote_home/{good}", f"{RECORDED} at home"),
            _dots(lab, f"price_home/{good}", f"{RECORDED} at home"),
        ]
    )


def _exports(lab: Lab, run: Outcome) -> pd.DataFrame:
    goods = tuple(g for g in dict.fromkeys(lab.lens.act["good"]) if g.endswith(("_oxide", "_metal")))

    def sent(status: str) -> np.ndarray:
        return lab.level(run, doing="ship", zone="CHN", status=status, good=goods) / _content()

    return pd.concat(
        [
            _rows(lab, "with a licence", sent("licensed")),
            _rows(lab, "smuggled", sent("unlicensed")),
            _dots(lab, "exports_product_weight", f"{RECORDED} by customs"),
        ]
    )


def _content() -> float:
    """Oxide in a tonne of exports, as the rulebook has it [t REO/t]."""
    (measure,) = (a.measures[PERMIT] for a in load_rulebook(LAW).articles if a.measures and PERMIT in a.measures)
    return float(measure.quantities()["content"].values[0].value or 1.0)


def _record(lab: Lab, element: str) -> pd.DataFrame:
    """FOB less duty and VAT less price at home: when there are quotes of both, and the year 2014."""
    seen = lab.world.observed
    ship = lab.lens.act.index.get_loc(f"ship/{element}_oxide/CHN/{ABROAD}")
    taxes = float(lab.baseline.terms.advalorem[lab.at(2011.5), ship])

    def value(kind: str, start: str) -> float:
        mine = (seen["series"] == f"{kind}/{element}_oxide") & seen["date"].astype(str).str.startswith(start)
        return float(seen.loc[mine, "value"].mean())

    rows = [(element, when, (1.0 - taxes) * value(fob, a) - value(home, b)) for when, fob, a, home, b in DAYS]
    return marks(rows).dropna()


def _dots(lab: Lab, series: str, words: str) -> pd.DataFrame:
    """Recorded values in the years that are run, at the month of a quote or the middle of its year."""
    seen = lab.world.observed
    found = seen[(seen["series"] == series) & seen["year"].between(BASE_YEAR, LAST)]
    month = pd.to_numeric(found["date"].astype(str).str[5:7], errors="coerce").fillna(6.0)
    return pd.DataFrame({"series": words, "x": found["year"] + month / 12.0, "y": found["value"]})


def _rows(lab: Lab, series: str, y: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"series": series, "x": lab.years + 0.5 * HALF, "y": y})
