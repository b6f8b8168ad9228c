"""Rules of the benchmark of 2015 for prices, stocks and behaviour; see build_2015.py."""

from __future__ import annotations

from benchmark_table import Table, fact

OURS = dict(basis="assumption", published="2016-12-31", date="2015", source="own judgement")
HOME = {"la": "prices-0447", "ce": "prices-0423"}
FOB = {"dy": ("prices-0260", 0.25), "tb": ("prices-0269", 0.25), "y": ("prices-0588", 0.25)}
"""FOB means of 2015, and the duty that held for the first four months of it."""
EUROPIUM_SHARE, GADOLINIUM = 0.15, 12.0
"""Europium in its group, as in 2019; FOB price of gadolinium oxide in 2015 [USD/kg], ours."""
VAT_2019 = 0.13
LATER = "2019-02-01"
GROWTH = {
    "magnet_uses_high": (0.08, "between 4 % a year in 2011-2016 and the 9.3 % foreseen in 2015"),
    "magnet_uses_low": (0.04, "as all magnets in 2011-2016"),
    "phosphors": (-0.05, "foreseen without growth in 2015; lamps of diodes take their place"),
}
FORESEEN = "3.5 to 3.9 % a year for all uses in forecasts of 2014 and 2016, less for those without magnets"


def prices(t: Table) -> None:
    """At home quotes without VAT, or FOB less VAT and the duty of four months; all else moves as its oxides did."""
    rules = dict(published="2016-02-01", date="2015", basis="derived")
    daily = "daily quotes inside China, mean of 2015 without VAT"
    home = {e: (fact(i), i, daily, 0.06) for e, i in HOME.items()}
    nd = 0.75 * fact("prices-0399") + 0.25 * fact("prices-0471")
    home["ndpr"] = (nd, "prices-0399;prices-0471", f"{daily}; three quarters Nd", 0.06)
    for e, (i, duty) in FOB.items():
        home[e] = (_less(t, fact(i), duty), i, "USGS FOB mean of 2015 less VAT and the duty of four months", 0.12)
    mix = EUROPIUM_SHARE * fact("prices-0262") + (1.0 - EUROPIUM_SHARE) * GADOLINIUM
    home["eugd"] = (_less(t, mix, 0.25), "prices-0262", "15 % Eu at its FOB mean, Gd at 12 USD/kg ours", 0.35)
    for e in t.elements:
        key = f"price/{e}_oxide@CHN/price"
        if e not in home:
            t.put(key, t.old(key), why="as in 2019: no quote of 2015 is held", **OURS)
            continue
        value, ids, why, part = home[e]
        value *= t.deflator
        words = rules | (dict(published=LATER, source="USGS summaries") if e in FOB or e == "eugd" else
                         dict(source="daily price file 2013-2024"))  # fmt: skip
        t.put(key, value, low=(1 - part) * value, high=(1 + part) * value, facts=ids,
              why=f"{why}, x {t.deflator} (deflator)", **words)  # fmt: skip
    for k in [k for k in t.keys("price") if "_oxide@" in k and "@CHN" not in k]:
        good = k.split("/")[1].split("@")[0]
        t.put(k, t.old(k) * _ratio(t, good) * (1.0 + t.vat) / (1.0 + VAT_2019),
              why="price of 2019, moved as the price in China and the VAT in it", source="prices of this table",
              **rules)  # fmt: skip
    _others(t, rules | dict(source="prices of this table"))


def _less(t: Table, fob: float, duty: float) -> float:
    return fob / (1.0 + t.vat) / (1.0 + duty * 4.0 / 12.0)


def _ratio(t: Table, good: str) -> float:
    key = f"price/{good}@CHN/price"
    return t[key] / t.old(key)


def _others(t: Table, words: dict[str, str]) -> None:
    """Metals keep the maker's margin; magnets and swarf move by their metals, concentrates by their oxides."""
    for k in [k for k in t.keys("price") if "_metal@CHN" in k]:
        good = k.split("/")[1].split("@")[0]
        oxide, per = f"price/{good.split('_')[0]}_oxide@CHN/price", t.old(f"metal/{good}/CHN/oxide_per_metal")
        t.put(k, t.old(k) + per * (t[oxide] - t.old(oxide)), why="its oxide and the metal maker's margin of 2019",
              **words)  # fmt: skip
    for k in [k for k in t.keys("price") if "_metal@" in k and "@CHN" not in k]:
        good = k.split("/")[1].split("@")[0]
        t.put(k, t.old(k) * _ratio(t, good) * (1.0 + t.vat) / (1.0 + VAT_2019), why="as its oxide abroad", **words)
    for tier in ("high", "low"):
        recipe = f"magnet/magnet_{tier}/CHN/standard/"
        change = sum(
            t.old(recipe + m) * (t[f"price/{m}@CHN/price"] - t.old(f"price/{m}@CHN/price"))
            for m in ("ndpr_metal", "dy_metal", "tb_metal")
        )
        share = {e: t.get(f"recycling/swarf_{tier}/CHN/share_{e}") for e in t.elements}
        worth = [sum(s * read(f"price/{e}_oxide@CHN/price") for e, s in share.items()) for read in (t.old, t.get)]
        change -= t.old(recipe + "swarf") * 0.9 * (worth[1] - worth[0])
        for k in [k for k in t.keys("price") if f"/swarf_{tier}@" in k]:
            t.put(k, t.old(k) * worth[1] / worth[0], why="2019 price in proportion to its oxides", **words)
        for k in [k for k in t.keys("price") if f"/magnet_{tier}@" in k]:
            t.put(k, t.old(k) + change, why="2019 price moved by its metals", **words)
    for k in [k for k in t.keys("price") if "/conc_" in k]:
        concentrate = k.split("/conc_")[1].split("@")[0].split("/")[0]
        shares = [s for s in t.keys(f"concentrate/{concentrate}") if "/share_" in s]
        worth = [sum(t.old(s) * read(f"price/{s.rsplit('share_', 1)[1]}_oxide@CHN/price") for s in shares)
                 for read in (t.old, t.get)]  # fmt: skip
        t.put(k, t.old(k) * worth[1] / worth[0], why="2019 price in proportion to its oxides at home", **words)


def stocks(t: Table) -> None:
    """Private stocks."""
    t.stocks(**OURS)


def behaviour(t: Table) -> None:
    """Growth as foreseen by 2016, stockholders as the benchmark of 2008 has them, elasticities those of 2019."""
    for use in dict.fromkeys(k.split("/")[1] for k in t.keys("use")):
        rate, why = GROWTH.get(use, (0.025, FORESEEN))
        t.put(f"use/{use}/growth_1", rate, low=rate - 0.03, high=rate + 0.03, why=why,
              **OURS | dict(facts="demand-0065;demand-0094;demand-0095;demand-0096;demand-0225"))  # fmt: skip
    run = "as in the benchmark of 2008: what 2011 showed does not speak against it"
    t.put("storage/world/pace", 2.0, low=0.5, high=3.0, why=run, **OURS)
    t.put("storage/world/extrapolation", 0.5, low=0.0, high=1.0, why=run, **OURS)
