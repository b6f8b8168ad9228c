"""Rules of the benchmark of 2008 for prices, stocks and behaviour; see build_2008.py."""

from __future__ import annotations

from benchmark_table import Table, fact

LYNAS = "Lynas table of FOB prices, reproduced at raremetalblog.com, July 2010"
QUOTED = {
    "la": ("prices-0061",),
    "ce": ("prices-0058",),
    "dy": ("prices-0059",),
    "tb": ("prices-0066",),
    "sm": ("prices-0065",),
}
EUROPIUM_SHARE, GADOLINIUM = 0.15, 9.0
"""Europium in its group, as in 2019; FOB price of gadolinium oxide in 2008 [USD/kg], ours."""
YTTRIUM, HOLU = 14.0, 32.0
"""FOB prices of 2008 that no source held gives [USD/kg]: judged."""

PRIOR = (
    "no estimate for rare earths was published before 2010; for copper -0.09 to -0.2 within a year and -0.9 in the end "
    "were: one prior for all oxides, a lower long-run one for magnets, which have no substitute"
)
FORESEEN = (
    "China's use was foreseen in 2009 to go from 73 to 138 kt in 2009-2015, 11 % a year, use abroad to grow little: "
    "about 6 % together, shared out among uses by judgement"
)


def prices(t: Table) -> None:
    """Prices at home: FOB quotes less duty and VAT; abroad FOB and freight; metals, magnets, feeds by their oxides."""
    quoted = {e: fact(ids[0]) for e, ids in QUOTED.items()}
    quoted["ndpr"] = 0.75 * fact("prices-0062") + 0.25 * fact("prices-0063")
    facts = {e: ids[0] for e, ids in QUOTED.items()} | {"ndpr": "prices-0062;prices-0063", "eugd": "prices-0060"}
    judged = {
        "eugd": EUROPIUM_SHARE * fact("prices-0060") + (1.0 - EUROPIUM_SHARE) * GADOLINIUM,
        "y": YTTRIUM,
        "holu": HOLU,
    }
    why = "FOB mean of 2008 less duty and VAT (shares of the border price), without quota rent, x 1.2047 (deflator)"
    for e in t.elements:
        fob = quoted.get(e, judged.get(e, 0.0))
        home = fob * (1.0 - t.taxes(e)) * t.deflator
        t.put(
            f"price/{e}_oxide@CHN/price",
            home,
            low=0.75 * home,
            high=1.1 * home if e in quoted else 1.5 * home,
            published="2010-07-31",
            basis="derived" if e in quoted else "assumption",
            source=LYNAS if e != "y" and e != "holu" else "own judgement",
            facts=facts.get(e, ""),
            why=why
            if e in quoted
            else f"{why}; {'15 % Eu of the quote, Gd at 9 USD/kg ours' if e == 'eugd' else 'no quote of 2008 held'}",
        )
    words = dict(published="2010-12-31", basis="derived", source="prices of this table, duty, VAT and freight")
    for k in [k for k in t.keys("price") if "_oxide@" in k and "@CHN" not in k]:
        good, zone = k.split("/")[1].split("@")
        freight = t.get(f"trade/{good}/CHN/{zone}/freight", 0.3)
        t.put(k, t.fob(good.split("_")[0]) + freight, why="FOB and freight", **words)
    _metals(t, words)
    _magnets(t, words)
    _feeds(t, words)


def _metals(t: Table, words: dict[str, str]) -> None:
    duty = 0.15
    for k in [k for k in t.keys("price") if "_metal@" in k]:
        good, zone = k.split("/")[1].split("@")
        oxide = f"price/{good.split('_')[0]}_oxide@CHN/price"
        per = t.old(f"metal/{good}/CHN/oxide_per_metal")
        home = per * t[oxide] + t.old(f"price/{good}@CHN/price") - per * t.old(oxide)
        tax = t.vat / (1.0 + t.vat) + duty / (1.0 + duty)
        value = home if zone == "CHN" else home / (1.0 - tax) + t.get(f"trade/{good}/CHN/{zone}/freight", 0.5)
        t.put(
            k,
            value,
            why="oxide of 2008 and the metal maker's margin of 2019"
            + ("" if zone == "CHN" else ", duty 15 %, VAT, freight"),
            **words,
        )


def _magnets(t: Table, words: dict[str, str]) -> None:
    change = {}
    for tier in ("high", "low"):
        recipe = f"magnet/magnet_{tier}/CHN/standard/"
        swarf = t.old(recipe + "swarf") * 0.9
        drop = sum(
            t.old(recipe + m) * (t[f"price/{m}@CHN/price"] - t.old(f"price/{m}@CHN/price"))
            for m in ("ndpr_metal", "dy_metal", "tb_metal")
        )
        oxides = {e: t.get(f"recycling/swarf_{tier}/CHN/share_{e}") for e in t.elements}
        worth = [sum(s * read(f"price/{e}_oxide@CHN/price") for e, s in oxides.items()) for read in (t.old, t.get)]
        change[tier] = drop - swarf * (worth[1] - worth[0])
        for zone in ("CHN", "JPN", "SEA", "EUR"):
            k = f"price/swarf_{tier}@{zone}/price"
            t.put(k, t.old(k) * worth[1] / worth[0], why="2019 price in proportion to its oxides", **words)
    for k in [k for k in t.keys("price") if "/magnet_" in k]:
        tier = k.split("/")[1].split("@")[0].split("_")[1]
        t.put(
            k,
            max(t.old(k) + change[tier], 0.5 * t.old(k)),
            facts="magnets-0133",
            why="2019 price moved by its metals; Chinese exports of 2009 fetched 40 USD/kg",
            **words,
        )


def _feeds(t: Table, words: dict[str, str]) -> None:
    for k in [k for k in t.keys("price") if "/conc_" in k]:
        concentrate = k.split("/conc_")[1].split("@")[0].split("/")[0]
        worth = [
            sum(
                t.old(s) * read(f"price/{s.rsplit('share_', 1)[1]}_oxide@CHN/price")
                for s in t.keys(f"concentrate/{concentrate}")
                if "/share_" in s
            )
            for read in (t.old, t.get)
        ]
        t.put(k, t.old(k) * worth[1] / worth[0], why="2019 price in proportion to its oxides at home", **words)


def stocks(t: Table) -> None:
    """Private stocks."""
    t.stocks(published="2010-12-31", basis="assumption", source="own judgement")


def behaviour(t: Table) -> None:
    """Elasticities, growth and smuggling as a careful person could have judged them by 2010."""
    words = dict(published="2010-12-31", basis="assumption", source="own judgement before the spike")
    priced = dict(
        published="1972-12-31",
        basis="assumption",
        source="Fisher, Cootner and Baily 1972, Bell Journal 3(2), copper (recalled)",
    )
    for use in dict.fromkeys(k.split("/")[1] for k in t.keys("use")):
        magnet = use.startswith("magnet")
        short, long = (-0.15, -0.3, -0.05), (-0.5, -0.9, -0.25) if magnet else (-0.8, -1.2, -0.4)
        for name, (value, low, high) in (("elasticity_short", short), ("elasticity_long", long)):
            t.put(f"use/{use}/{name}", value, low=low, high=high, why=PRIOR, **priced)
    growth = {
        "magnet_uses_high": 0.10,
        "magnet_uses_low": 0.08,
        "batteries": 0.08,
        "phosphors": 0.06,
        "metallurgy": 0.03,
        "glass": 0.02,
    }
    for use in dict.fromkeys(k.split("/")[1] for k in t.keys("use")):
        rate = growth.get(use, 0.05)
        t.put(
            f"use/{use}/growth_1",
            rate,
            low=rate - 0.04,
            high=rate + 0.04,
            facts="demand-0220;demand-0219",
            why=FORESEEN,
            **words,
        )
    for name, value, low, high, why in (
        (
            "pace",
            2.0,
            0.5,
            3.0,
            "an alarmed user doubles a stock of two months within half a year: he buys a third more",
        ),
        (
            "extrapolation",
            0.5,
            0.0,
            1.0,
            "the coefficient of expectations of Metzler 1941 lies between 0 and 1 where cycles die out; the middle",
        ),
    ):
        t.put(f"storage/world/{name}", value, low=low, high=high, why=why, **words)
    t.put(
        "model/smuggle/use",
        0.8,
        low=0.5,
        high=0.95,
        facts="unofficial-0005",
        why="a third of what left China went past the customs: the routes were in full use",
        **words,
    )
