"""Prices of a benchmark of the past: oxides as each year was quoted; what is made of them moves with them."""

from __future__ import annotations

from collections.abc import Mapping

from tools.rules.past import Past
from tools.rules.tables import fact, rate

METALS = ("ndpr_metal", "dy_metal", "tb_metal")
TIERS = ("high", "low")

LYNAS = "Lynas table of FOB prices, reproduced at raremetalblog.com, July 2010"
FOB_2008 = {
    **{"la": "prices-0061", "ce": "prices-0058", "dy": "prices-0059", "tb": "prices-0066", "sm": "prices-0065"},
    "eu": "prices-0060",
}
ND_2008, PR_2008 = "prices-0062", "prices-0063"

DAILY = "daily quotes inside China, mean of 2015 without VAT"
FOB_2015 = {"dy": "prices-0260", "tb": "prices-0269", "y": "prices-0588", "eu": "prices-0262"}
DUTY_2015 = 0.25 * 4.0 / 12.0
"""The duty that held for the first four months of 2015."""
ND_2015, PR_2015 = "prices-0399", "prices-0471"


ARGUS_2024 = "Argus, yearly means inside China (article 2678157)"
HOME_2024 = {
    "ndpr": ("prices-0490", ARGUS_2024, 0.05),
    "dy": ("prices-0492", ARGUS_2024, 0.08),
    "tb": ("prices-0494", ARGUS_2024, 0.08),
    "la": ("prices-0464", "daily quotes inside China, January to July 2024", 0.15),
    "ce": ("prices-0440", "daily quotes inside China, January to July 2024", 0.15),
}
FOB_2024 = {"y": "prices-0392", "sm": "prices-0390", "eu": "prices-0382", "gd": "prices-0383"}
MIXED_2024 = {
    "holu": {"prices-0384": 0.35, "prices-0381": 0.5, "prices-0393": 0.145, "prices-0386": 0.005},
}
"""Facts of 2024 and their weights in a group, those of the tables of 2019."""


def prices_2008(t: Past) -> None:
    """Prices at home: FOB quotes less duty and VAT; abroad FOB and freight; metals, magnets, feeds by their oxides."""
    quoted = {e: fact(name) for e, name in FOB_2008.items()}
    quoted["ndpr"] = 0.75 * fact(ND_2008) + 0.25 * fact(PR_2008)
    ids = {**FOB_2008, "ndpr": f"{ND_2008};{PR_2008}"}
    fob = {**t.judged.by_key("fob"), **quoted}
    why = "FOB mean of 2008 less duty and VAT (shares of the border price), without quota rent, x 1.2047 (deflator)"
    for e in t.elements:
        home = fob[e] * (1.0 - t.taxes(e)) * t.deflator
        t.put(
            f"price/{e}_oxide@CHN/price",
            home,
            low=0.75 * home,
            high=1.1 * home if e in quoted else 1.5 * home,
            published="2010-07-31",
            basis="derived" if e in quoted else "assumption",
            source=LYNAS if e in quoted else "own judgement",
            fact=ids.get(e, ""),
            why=why if e in quoted else f"{why}; no quote of 2008 held",
        )
    words = dict(published="2010-12-31", basis="derived", source="prices of this table, duty, VAT and freight")
    for k in _abroad(t, "_oxide"):
        good, zone = k.split("/")[1].split("@")
        freight = t.get(f"trade/{good}/CHN/{zone}/freight", t.judged.by_key("freight")["oxide"])
        t.put(k, t.fob(good.split("_")[0]) + freight, why="FOB and freight", **words)
    margin = "oxide of 2008 and the metal maker's margin of 2019"
    home = _metals(t)
    t.put_all(home, why=margin, **words)
    for k in _abroad(t, "_metal"):
        good, zone = k.split("/")[1].split("@")
        border = home[f"price/{good}@CHN/price"] / (1.0 - t.taxes("ndpr"))
        freight = t.get(f"trade/{good}/CHN/{zone}/freight", t.judged.by_key("freight")["metal"])
        t.put(k, border + freight, why=f"{margin}, duty 15 %, VAT, freight", **words)
    _others(t, words, fact="magnets-0133", why="; Chinese exports of 2009 fetched 40 USD/kg")


def prices_2015(t: Past) -> None:
    """At home quotes without VAT, or FOB less VAT and the duty of four months; all else moves as its oxides did."""
    words = dict(published="2016-02-01", basis="derived")
    daily = words | dict(source="daily price file 2013-2024")
    usgs = words | dict(published="2019-02-01", source="USGS summaries")
    nd = 0.75 * fact(ND_2015) + 0.25 * fact(PR_2015)
    taken = (1.0 + t.vat, 1.0 + DUTY_2015)
    home = {
        "la": (fact("prices-0447"), 0.06, daily | dict(fact="prices-0447", why=DAILY)),
        "ce": (fact("prices-0423"), 0.06, daily | dict(fact="prices-0423", why=DAILY)),
        "ndpr": (nd, 0.06, daily | dict(fact=f"{ND_2015};{PR_2015}", why=f"{DAILY}; three quarters Nd")),
    }
    for e, fob in t.judged.by_key("fob").items():
        ours = words | dict(basis="assumption", published="2016-12-31", source="own judgement")
        home[e] = (fob / taken[0] / taken[1], 0.35, ours | dict(why=f"FOB at {fob:g} USD/kg ours, less VAT and duty"))
    for e, name in FOB_2015.items():
        why = "USGS FOB mean of 2015 less VAT and the duty of four months"
        home[e] = (fact(name) / taken[0] / taken[1], 0.12, usgs | dict(fact=name, why=why))
    for e in t.elements:
        key = f"price/{e}_oxide@CHN/price"
        if e in home:
            value, part, said = home[e]
            value *= t.deflator
            said = said | dict(why=f"{said['why']}, x {t.deflator} (deflator)")
            t.put(key, value, low=(1 - part) * value, high=(1 + part) * value, **said)
        else:
            held = "as in 2019: no quote of 2015 is held"
            t.put(key, t.old(key), why=held, basis="assumption", published="2016-12-31", source="own judgement")
    words |= dict(source="prices of this table")
    t.put_all(_by_home(t, "_oxide"), why="price of 2019, moved as the price in China and the VAT in it", **words)
    t.put_all(_metals(t), why="its oxide and the metal maker's margin of 2019", **words)
    t.put_all(_by_home(t, "_metal"), why="as its oxide abroad", **words)
    _others(t, words)


def prices_2024(t: Past) -> None:
    """At home yearly means of quotes without VAT, or FOB less VAT; all else moves as its oxides did."""
    first = dict(published="2025-02-01", basis="derived")
    for e, (name, source, part) in HOME_2024.items():
        value = fact(name) / rate("yuan", 2024) / (1.0 + t.vat)
        why = f"{fact(name):g} CNY/kg with VAT / 1.13 / 7.197 x {t.deflator} (deflator)"
        _home(t, e, value, part, first | dict(source=source, fact=name, why=why))
    for e, name in FOB_2024.items():
        why = f"FOB mean of 2024, {fact(name):g} USD/kg, less VAT x {t.deflator} (deflator)"
        _home(t, e, fact(name) / (1.0 + t.vat), 0.15, first | dict(source="USGS summaries", fact=name, why=why))
    ours = first | dict(basis="assumption", source="USGS summaries; weights as in 2019")
    for e, weights in MIXED_2024.items():
        value = sum(w * fact(name) for name, w in weights.items()) / (1.0 + t.vat)
        names = ";".join(weights)
        _home(t, e, value, 0.3, ours | dict(fact=names, why="FOB means of its elements less VAT, weights of 2019"))
    words = first | dict(source="prices of this table")
    t.put_all(_by_home(t, "_oxide"), why="price of 2019, moved as the price in China and the VAT in it", **words)
    t.put_all(_metals(t), why="its oxide and the metal maker's margin of 2019", **words)
    t.put_all(_by_home(t, "_metal"), why="as its oxide abroad", **words)
    _others(t, words)
    t.lay()
    _clays(t)


def _clays(t: Past) -> None:
    """Clay concentrate at home: what its oxides bring, less separation and what the customs value leaves separators."""
    left = {kind: _margin(t, kind) for kind in ("light", "medium", "heavy")}
    kept = _margin(t, "medium", "imported") - t["price/conc_clay_medium/imported@CHN/price"]
    words = dict(basis="assumption", published="2025-02-28", source="prices of this table; own judgement")
    why = "what its oxides bring less separation, and less what the customs value of Myanmar feed leaves separators"
    for kind, worth in left.items():
        value = worth - kept
        t.put(f"price/conc_clay_{kind}@CHN/price", value, low=0.6 * value, high=1.2 * value, why=why, **words)


def _margin(t: Past, kind: str, feed: str = "home") -> float:
    """What the oxides in a kilogram of a clay concentrate bring at home less their separation [USD/kg REO]."""
    line = f"separation/CHN/clay_{kind}/{feed}/licensed/"
    shares = {e: t.get(f"concentrate/clay_{kind}/share_{e}") / 100.0 for e in t.elements}
    return t[line + "recovery"] * _worth(t, shares)[1] - t[line + "cost"]


def _home(t: Past, element: str, value: float, part: float, words: Mapping[str, str]) -> None:
    """Write a price at home from one in dollars of the year, with a range of a share either way."""
    real = value * t.deflator
    t.put(f"price/{element}_oxide@CHN/price", real, low=(1 - part) * real, high=(1 + part) * real, **words)


def _abroad(t: Past, kind: str) -> list[str]:
    return [k for k in t.keys("price/") if f"{kind}@" in k and "@CHN" not in k]


def _by_home(t: Past, kind: str) -> dict[str, float]:
    """Prices abroad, moved as the price in China and the VAT in it."""
    vat = (1.0 + t.vat) / (1.0 + rate("vat", 2019))
    home = {k: f"{k.split('@')[0]}@CHN/price" for k in _abroad(t, kind)}
    return {k: t.old(k) * (t[china] / t.old(china)) * vat for k, china in home.items()}


def _metals(t: Past) -> dict[str, float]:
    """Prices of metals in China: the oxide, and the metal maker's margin of 2019."""
    out = {}
    for k in t.keys("price/", "_metal@CHN/price"):
        good = k.split("/")[1].split("@")[0]
        oxide, per = f"price/{good.split('_')[0]}_oxide@CHN/price", t.old(f"metal/{good}/CHN/oxide_per_metal")
        out[k] = t.old(k) + per * (t[oxide] - t.old(oxide))
    return out


def _others(t: Past, words: Mapping[str, str], *, why: str = "", fact: str = "") -> None:
    """Magnets and swarf move by their metals, concentrates by their oxides."""
    for tier in TIERS:
        recipe = f"magnet/magnet_{tier}/CHN/standard/"
        metals = {f"price/{m}@CHN/price": t.old(recipe + m) for m in METALS}
        change = sum(amount * (t[k] - t.old(k)) for k, amount in metals.items())
        then, now = _worth(t, {e: t.get(f"recycling/swarf_{tier}/CHN/share_{e}") for e in t.elements})
        change -= t.old(recipe + "swarf") * t.judged("recovered") * (now - then)
        swarf = {k: t.old(k) * now / then for k in t.keys("price/") if f"/swarf_{tier}@" in k}
        t.put_all(swarf, why="2019 price in proportion to its oxides", **words)
        for k in [k for k in t.keys("price/") if f"/magnet_{tier}@" in k]:
            value = max(t.old(k) + change, 0.5 * t.old(k))
            t.put(k, value, **words, why=f"2019 price moved by its metals{why}", fact=fact)
    for k in [k for k in t.keys("price/") if "/conc_" in k and k in t.base]:
        start = f"concentrate/{k.split('/conc_')[1].split('@')[0].split('/')[0]}/share_"
        then, now = _worth(t, {s.removeprefix(start): t.old(s) for s in t.keys(start)})
        t.put(k, t.old(k) * now / then, why="2019 price in proportion to its oxides at home", **words)


def _worth(t: Past, shares: Mapping[str, float]) -> tuple[float, float]:
    """What the oxides of a good are worth at home in 2019 and in the past."""
    keys = {f"price/{e}_oxide@CHN/price": share for e, share in shares.items()}
    return sum(s * t.old(k) for k, s in keys.items()), sum(s * t[k] for k, s in keys.items())
