"""Re-make the benchmark of 2008: `python tools/build_2008.py`.

Writes `data/world/values_2008.csv`, whose rows replace those of the 2019 tables of the same key. Each row follows from
the facts and the 2019 tables by one of the rules below, which its last cell names; what no source of the time records
is the structure of 2019 scaled to a recorded total, and is marked as an assumption. Nothing of a year after 2008 is
used except where the row's date of publication says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmark_prices import behaviour, prices, stocks
from benchmark_supply import feeds, mines
from benchmark_table import DATA, Table, elements, fact

DEFLATOR = 1.2047
"""US GDP deflator, 2008 to 2020 (recalled; the series behind `observed.csv`)."""
VAT, DUTY, DUTY_HIGH = 0.17, 0.15, 0.25
"""VAT not given back, and the export duties of 2008 (policy_timeline-0011, -0012)."""
HIGH_DUTY = ("y", "dy", "tb", "eugd")
"""Elements of the higher duty; europium carries the value of its group."""
PARTNERS = {"JPN": 0.461, "EUR": 0.271, "USA": 0.203, "SEA": 0.015, "ROW": 0.050}
"""Shares in China's exports, January to May 2007 (trade-0002, -0006, -0015); Southeast Asia and the rest are ours."""
REO_OF_PRODUCT = 0.78
"""t REO in a tonne of Chinese exports: US imports of 2008, 15,400 t REO over 19,705 t gross (trade-0343, -0365)."""
UNCOUNTED = 0.35
"""Dysprosium dug in 2008, by assays and tonnes of these tables, that no count of use holds [kt REO]."""
SMUGGLED = 0.36
"""Smuggled over official exports, 2008 (unofficial-0003)."""
BLANK_YIELD = 0.63
"""Finished magnets of a blank (magnets-0121)."""
HIGH_SHARE = {"CHN": 0.35, "JPN": 0.67, "SEA": 0.5, "EUR": 0.6}
"""Share of the high tier in finished magnets of 2008, ours: less in China than the 0.53 of 2019."""
RECIPES = {"standard": 0.95, "thrift": 0.04, "heavy_lean": 0.01}
"""Recipes of 2008, ours: grain-boundary diffusion came after the spike."""
SMUGGLED_GOODS = ("la", "ce", "ndpr", "y")
USES = {
    "catalysts": {"la": 0.90 * 19.8 + 0.05 * 7.6, "ce": 0.10 * 19.8 + 0.90 * 7.6, "ndpr": 0.05 * 7.6},
    "polishing": {"ce": 0.65 * 16.4, "la": 0.315 * 16.4, "ndpr": 0.035 * 16.4},
    "glass": {"ce": 0.66 * 12.0, "la": 0.24 * 12.0, "ndpr": 0.04 * 12.0, "y": 0.02 * 12.0, "holu": 0.04 * 12.0},
    "metallurgy": {"ce": 0.52 * 11.5, "la": 0.26 * 11.5, "ndpr": 0.22 * 11.5},
    "batteries": {"la": 0.50 * 12.1, "ce": 0.334 * 12.1, "ndpr": 0.133 * 12.1, "sm": 0.033 * 12.1},
    "ceramics": {"y": 0.53 * 7.0, "la": 0.17 * 7.0, "ce": 0.12 * 7.0, "ndpr": 0.18 * 7.0},
    "phosphors": {"y": 0.692 * 9.0, "ce": 0.11 * 9.0, "la": 0.085 * 9.0, "eugd": 0.067 * 9.0, "tb": 0.046 * 9.0},
    "other": {
        "ce": 0.39 * 7.5,
        "y": 0.19 * 7.5,
        "la": 0.19 * 7.5,
        "ndpr": 0.19 * 7.5,
        "sm": 0.02 * 7.5,
        "eugd": 0.01 * 7.5,
    },
}
"""Use of 2008 by element, kt REO (Goonan 2011: demand-0001 to -0008, mixes demand-0010 to -0056)."""
CUSTOMS = dict(
    basis="assumption",
    published="2012-06-20",
    facts="unofficial-0003;unofficial-0005",
    source="own judgement; white paper of 2012, Xinhua 2010",
)
FITTED = (
    "2019 structure fitted to use by element of 2008 and to use by zone: China's consumption less 14 kt of magnets, "
    "abroad what leaves China"
)
GOONAN = "Goonan 2011, USGS SIR 2011-5094, tables 1-2 (recalled)"


def magnets(t: Table) -> None:
    """Finished magnets by tier and zone, recipes, and trade in magnets."""
    china = BLANK_YIELD * fact("magnets-0049") / 1e3 + fact("magnets-0035") / 1e3
    japan = BLANK_YIELD * 0.75 * fact("magnets-0062") / 1e3 + 1.0
    made = {"CHN": china, "JPN": japan, "SEA": 0.4, "EUR": BLANK_YIELD * fact("magnets-0064") / 1e3 + 0.2}
    words = {
        "CHN": ("magnets-0049;magnets-0035;magnets-0121", "blanks of 2008 x 0.63 and bonded magnets"),
        "JPN": (
            "magnets-0062;magnets-0121",
            "three quarters of the blanks of 2010 x 0.63, and 1 kt bonded: no figure of 2008 is held",
        ),
        "SEA": ("", "a sixth of 2019: plants in Thailand and the Philippines only"),
        "EUR": ("magnets-0064;magnets-0121", "blanks of 2010 x 0.63 and 0.2 kt bonded"),
    }
    for zone, amount in made.items():
        for tier, share in (("high", HIGH_SHARE[zone]), ("low", 1.0 - HIGH_SHARE[zone])):
            keys = [
                k for k in t.keys("magnet") if k.startswith(f"magnet/magnet_{tier}/{zone}/") and k.endswith("/level")
            ]
            mix = {k: RECIPES[k.split("/")[3]] for k in keys}
            for k in keys:
                t.put(
                    k,
                    amount * share * mix[k] / sum(mix.values()),
                    basis="assumption",
                    published="2011-12-31",
                    source="China Chemical Reporter 2011; own judgement",
                    facts=words[zone][0],
                    why=f"{words[zone][1]}; {100 * share:.0f} % {tier} tier and the recipes of 2008 are ours",
                )
    _recipes(t)
    _magnet_trade(t, made)


MIX = {"ndpr_metal": ("demand-0034", "demand-0035"), "dy_metal": ("demand-0036",), "tb_metal": ("demand-0038",)}
"""Shares of the oxide in magnets of 2008 [%]: before the thrift that dear dysprosium called up."""


def _recipes(t: Table) -> None:
    """Metal per magnet, scaled so that all magnets together take the oxide of each metal that Goonan counts."""
    lines = [k.removesuffix("level") for k in t.keys("magnet") if k.endswith("/level")]
    for m, ids in MIX.items():
        oxide = t.old(f"metal/{m}/CHN/oxide_per_metal")
        share = sum(fact(name) for name in ids) / 100.0
        ratio = share * fact("demand-0005") / 1e3 / sum(t[k + "level"] * t.get(k + m) * oxide for k in lines)
        why = f"recipe of 2019 x {ratio:.2f}: magnets of 2008 took 26,300 t REO, {100 * share:.3g} % of it this metal"
        for k in lines:
            if t.get(k + m):
                t.put(
                    k + m,
                    t.old(k + m) * ratio,
                    basis="assumption",
                    published="2011-12-31",
                    source=GOONAN,
                    facts=";".join(("demand-0005", *ids)),
                    why=why,
                )


def _magnet_trade(t: Table, made: dict[str, float]) -> None:
    gone = dict(basis="assumption", published="2011-12-31", source="own judgement; Chinese review of 2009")
    keys = [k for k in t.keys("trade") if k.startswith("trade/magnet_") and k.endswith("/level")]
    for tier in ("high", "low"):
        share = HIGH_SHARE["CHN"] if tier == "high" else 1.0 - HIGH_SHARE["CHN"]
        mine = [k for k in keys if k.startswith(f"trade/magnet_{tier}/CHN/")]
        for k, part in t.shared(mine, share * fact("magnets-0134") / 1e3).items():
            t.put(k, part, facts="magnets-0134", why="exports of 2008, partners as in 2019", **gone)
        for k in keys:
            origin = k.split("/")[2]
            if k.startswith(f"trade/magnet_{tier}/") and origin in ("JPN", "SEA"):
                t.put(
                    k,
                    t.old(k) * made[origin] / {"JPN": 12.6, "SEA": 2.5}[origin],
                    why="2019 structure scaled by the zone's output of magnets",
                    **gone,
                )
        for zone in ("CHN", "JPN", "USA", "EUR", "SEA", "ROW"):
            own = t.total(
                k for k in t.keys("magnet") if k.startswith(f"magnet/magnet_{tier}/{zone}/") and k.endswith("/level")
            )
            net = own + t.total(k for k in keys if k.endswith(f"/{zone}/level") and f"magnet_{tier}" in k)
            net -= t.total(k for k in keys if k.startswith(f"trade/magnet_{tier}/{zone}/"))
            t.put(
                f"demand/magnet_uses_{tier}/magnet_{tier}/{zone}/level",
                max(net, 0.05),
                why="what the zone makes and buys less what it sells",
                **gone,
            )


def metals(t: Table) -> None:
    """Metal making and its trade, swarf: scaled by the metal that the zone's magnets need."""
    words = dict(basis="assumption", published="2011-12-31", source="own judgement")
    need, before = _metal_need(t, t.get), _metal_need(t, t.old)
    for k in [k for k in t.keys("metal") if k.endswith("/level")]:
        good, zone = k.split("/")[1:3]
        ratio = need[good, zone] / before[good, zone]
        if zone == "CHN":
            sold = t.total(x for x in t.keys("trade") if x.startswith(f"trade/{good}/CHN/") and x.endswith("/level"))
            ratio = (need[good, "CHN"] + sold * need[good, "JPN"] / before[good, "JPN"]) / (before[good, "CHN"] + sold)
        t.put(k, t.old(k) * ratio, why="2019 structure scaled by the metal that the zone's magnets need", **words)
    for k in [k for k in t.keys("trade") if "_metal/" in k and k.endswith("/level")]:
        good, _, to = k.split("/")[1:4]
        t.put(
            k,
            t.old(k) * need[good, to] / before[good, to],
            why="2019 structure scaled by the metal that the buyer's magnets need",
            **words,
        )
    for k in [k for k in t.keys("recycling") if k.endswith("/level")]:
        swarf, zone = k.split("/")[1:3]
        tier = swarf.split("_")[1]
        mine = [x for x in t.keys("magnet") if x.startswith(f"magnet/magnet_{tier}/{zone}/") and x.endswith("/level")]
        t.put(
            k,
            t.old(k) * t.total(mine) / sum(t.old(x) for x in mine),
            why="2019 structure scaled by the zone's magnets",
            **words,
        )


def _metal_need(t: Table, read: Callable[[str], float]) -> dict[tuple[str, str], float]:
    need: dict[tuple[str, str], float] = defaultdict(float)
    for k in t.keys("magnet"):
        if k.endswith("/level"):
            for metal in ("ndpr_metal", "dy_metal", "tb_metal"):
                recipe = k.removesuffix("level") + metal
                need[metal, k.split("/")[2]] += read(k) * (read(recipe) if recipe in t.base else 0.0)
    return need


def uses(t: Table) -> None:
    """Use of oxides: 2019 structure fitted to use by element and to use by zone (biproportional)."""
    zones = {"CHN": fact("demand-0218") / 1e3 - 14.0}
    shipped = fact("quotas-0011") / 1e3 * REO_OF_PRODUCT * (1.0 + SMUGGLED)
    zones |= {z: shipped * share for z, share in PARTNERS.items()}
    zones["JPN"] -= 5.0  # what its metal and magnet makers take
    zones["EUR"] += 2.2  # what it separates itself
    zones["ROW"] += 2.4
    cells = {k: t.old(k) for k in t.keys("demand") if k.endswith("/level") and "magnet" not in k}
    rows = {(u, e): q for u, mix in USES.items() for e, q in mix.items()}
    total = sum(q for (u, e), q in rows.items() if any(k.startswith(f"demand/{u}/{e}/") for k in cells))
    scale = total / sum(zones.values())
    for _ in range(60):
        for (u, e), q in rows.items():
            _fit(cells, [k for k in cells if k.startswith(f"demand/{u}/{e}/")], q)
        for z, q in zones.items():
            _fit(cells, [k for k in cells if k.endswith(f"/{z}/level") and tuple(k.split("/")[1:3]) in rows], q * scale)
    for k, level in cells.items():
        u, e, z = k.split("/")[1:4]
        known = (u, e) in rows
        t.put(
            k,
            level,
            basis="assumption",
            published="2011-12-31",
            source=GOONAN if known else "own judgement",
            facts="demand-0009;demand-0218;trade-0002;trade-0006;trade-0015" if known else "",
            why=FITTED if known else "as in 2019: no figure of 2008 is held",
        )
    key, held = "demand/other/dy/CHN/level", cells["demand/other/dy/CHN/level"]
    t.put(
        key,
        held + UNCOUNTED,
        low=held,
        high=held + 2.0 * UNCOUNTED,
        basis="assumption",
        published="2011-12-31",
        source="own judgement",
        why="with what the tables dig and no count of use holds, 0.35 kt of 1.7: at 94 USD/kg nobody throws dysprosium "
        "away; it was used uncounted or bought for stock",
    )


def _fit(cells: dict[str, float], keys: Iterable[str], target: float) -> None:
    keys = list(keys)
    now = sum(cells[k] for k in keys)
    if now > 0:
        for k in keys:
            cells[k] *= target / now


def trade(t: Table) -> None:
    """Oxides: what a zone needs and does not make comes from China, past the customs in the share then found."""
    past = SMUGGLED / (1.0 + SMUGGLED)
    for e in t.elements:
        for zone in PARTNERS:
            need = t.total(k for k in t.keys("demand") if k.endswith(f"/{e}/{zone}/level"))
            need += t.get(f"metal/{e}_metal/{zone}/level", 0.0) * 1.2 - t.separated(e, zone)
            need = max(need, 0.1 * abs(need), 0.001)
            route, link = f"smuggle/{e}_oxide/CHN/{zone}", f"trade/{e}_oxide/CHN/{zone}/level"
            if smuggled := f"{route}/level" in t.base or (e in SMUGGLED_GOODS and zone in ("JPN", "EUR", "USA")):
                _past_customs(t, route, past * need)
            if link in t.base:
                why = "what the zone uses and does not make, less what is smuggled"
                t.put(link, need * (1.0 - past * smuggled), why=why, **CUSTOMS)
    ours = dict(basis="assumption", published="2010-12-31", source="own judgement")
    for k in [k for k in t.keys("trade") if "_oxide/SEA/" in k and k.endswith("/level")]:
        t.put(k, 0.0, low=0.0, high=0.0, why="no separation in Malaysia before 2012", **ours)
    why = "no oxide of its own to make metal of"
    t.put("trade/ndpr_metal/SEA/JPN/level", 0.1, low=0.0, high=0.3, why=why, **ours)
    t.put("metal/ndpr_metal/SEA/level", 0.25, low=0.1, high=0.5, why="its own magnets and a little for Japan", **ours)


def _past_customs(t: Table, route: str, level: float) -> None:
    why = "36 % over the official exports of 2008, the same for every element that is smuggled"
    t.put(f"{route}/level", level, unit="kt REO/yr", low=0.3 * level, high=1.6 * level, why=why, **CUSTOMS)
    element = route.split("/")[1].removesuffix("_oxide")
    saved, why = t.fob(element) * t.taxes(element), "just under the duty and VAT that it saves"
    t.put(f"{route}/cost", 0.95 * saved, unit="USD2020/kg", low=0.3 * saved, high=1.3 * saved, why=why, **CUSTOMS)


def main(path: Path = DATA / "values_2008.csv") -> None:
    """Write the table."""
    t = Table(DEFLATOR, VAT, {e: DUTY_HIGH if e in HIGH_DUTY else DUTY for e in elements()})
    for rule in (mines, feeds, magnets, metals, uses, trade, prices, stocks, behaviour):
        rule(t)
    t.write(path)


if __name__ == "__main__":
    main()
