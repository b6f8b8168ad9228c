"""Re-make the benchmark of 2015: `python tools/build_2015.py`.

Writes `data/world/values_2015.csv`, whose rows replace those of the 2019 tables of the same key. The market is that
after the export duties ended in May 2015: Mountain Pass closed that autumn, so that neither its ore nor the use it fed
is in. What no source records is the structure of 2019 scaled to a recorded total, and is marked as an assumption.
Behaviour and growth were known by February 2017; a level of 2015 that was published later bears the later date.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from benchmark_2015_prices import behaviour, prices, stocks
from benchmark_table import DATA, Table, _facts, elements, fact

DEFLATOR, VAT = 1.0861, 0.17
"""US GDP deflator, 2015 to 2020 (recalled; that of `observed.csv`); VAT, not given back on exports."""
OURS = dict(basis="assumption", published="2016-12-31", date="2015", source="own judgement")
WILD_CLAY = 2 / 3
"""Share of the clays in unlicensed output, as in the tables of 2019 without Myanmar."""
MYANMAR_OXIDE = 0.75
"""Oxide in what Myanmar ships (choice myanmar_mine_output_2019)."""
MAGNETS = {"CHN": 0.23 / 1.04 / 0.29 * 0.925, "JPN": 0.85, "SEA": 0.70, "EUR": 1.0}
"""Magnets of 2015 over 2019. China: 23 % of use in 2016 against 29 % in 2020 (demand-0076, -0077), growth of 4 %
(demand-0096), world use lower by a thirteenth; others ours."""
HIGH_SHARE = 0.47
"""Share of the high tier in Chinese magnets of 2015, ours: between the 0.35 of 2008 and the 0.53 of 2019."""
UNCOUNTED = 0.40
"""Dysprosium dug in 2015, by assays and tonnes of these tables, that no count of use holds [kt REO]."""
USES = {
    "catalysts": (1.00, "a quarter of use in 2013, a fifth in 2020 (demand-0073, -0074)", "demand-0073;demand-0074"),
    "polishing": (0.94, "2019 less four years of its growth rate there", "demand-0225"),
    "glass": (0.92, "2019 less four years of its growth rate there", "demand-0225"),
    "metallurgy": (0.94, "2019 less four years of its growth rate there", "demand-0225"),
    "batteries": (0.96, "2019 less four years of its growth rate there", "demand-0225"),
    "ceramics": (0.89, "2019 less four years of its growth rate there", "demand-0225"),
    "phosphors": (2.40, "half of the 9 kt of 2008: thrift after 2011, lamps of diodes since 2013", "demand-0007"),
    "smco": (0.89, "2019 less four years of its growth rate there", "demand-0225"),
    "other": (0.89, "2019 less four years of its growth rate there", "demand-0225"),
}
"""Use of 2015 over that of 2019, why, and facts; together 130 kt with magnets (demand-0225: 125.9 kt in 2014, 3.5 % a
year)."""
ABROAD = ("JPN", "USA", "EUR", "SEA", "ROW")


def mines(t: Table) -> None:
    """Licensed output at the mining total, unlicensed output as estimated at the time, mines abroad as printed."""
    notice = dict(basis="derived", published="2015-12-31", date="2015", source="MLR mining total of 2015")
    groups = (
        (("bayan_obo", "maoniuping", "dalucao", "weishan"), "quotas-0072", 1.0 - WILD_CLAY),
        (("xunwu", "xinfeng", "longnan"), "quotas-0071", WILD_CLAY),
    )
    for deposits, name, wild in groups:
        why = "mining total of 2015, among deposits as in 2019"
        for k, part in t.shared([f"deposit/{d}/output_licensed" for d in deposits], fact(name) / 1e3).items():
            t.put(k, part, facts=name, why=why, **notice)
        why = f"50,000 t as estimated then, below 20 to above 50 % of output elsewhere; {100 * wild:.0f} % of it ours"
        source = "Rare Element Resources 10-K of 2015, Adamas, Lynas; split ours"
        words = OURS | dict(source=source, facts="unofficial-0017;unofficial-0018;unofficial-0019;unofficial-0029")
        amount = wild * fact("unofficial-0017") / 1e3
        for k, part in t.shared([f"deposit/{d}/output_unlicensed" for d in deposits], amount).items():
            t.put(k, part, low=0.5 * part, high=1.8 * part, why=why, **words)
    kachin = MYANMAR_OXIDE * fact("trade-0160") / 1e6 * 1e3
    words = OURS | dict(basis="derived", published="2016-02-01", source="Chinese customs via UN Comtrade")
    why = "392 t gross came in 2015, three quarters oxide; the customs saw none of the crossings by night"
    t.put("deposit/kachin/output_unlicensed", kachin, low=0.5 * kachin, high=5 * kachin, facts="trade-0160", why=why,
          **words)  # fmt: skip
    abroad = {
        "mt_weld": ("production-0100",), "india_monazite": ("production-0103",), "lovozero": ("production-0105",),
        "brazil_monazite": ("production-0101",),
        "sea_small": ("production-0104", "production-0106", "production-0108"),
    }  # fmt: skip
    for d, ids in abroad.items():
        words = dict(basis="fact", published="2017-02-01", date="2015", source="USGS Mineral Commodity Summaries 2017")
        t.put(f"deposit/{d}/output_licensed", sum(map(fact, ids)) / 1e3, facts=";".join(ids), why="as printed", **words)
    none = OURS | dict(published="2017-02-01", source="USGS Mineral Commodity Summaries 2017: not listed")
    t.put("deposit/madagascar/output_licensed", 0.0, low=0.0, high=0.0, why="no output listed", **none)
    _mountain_pass(t)
    t.put("deposit/bayan_obo/recovery", 0.10, low=0.08, high=0.13, why="choice bayan_obo_recovery for the past",
          **OURS | dict(facts="grades-0053", published="2012-12-31"))  # fmt: skip


def _mountain_pass(t: Table) -> None:
    """Closed in the autumn of 2015, its owner bankrupt: the plant stands and may be opened again."""
    shut = OURS | dict(source="own judgement; Molycorp's closing of 2015 (recalled)", facts="production-0107")
    t.put("deposit/mountain_pass/output_licensed", 0.0, low=0.0, high=0.0, why="5,900 t until the closing, none after",
          **shut)  # fmt: skip
    for key, ours, why in (
        ("deposit/mountain_pass", 2.0, "the mine stands: cost of starting again, not of building"),
        ("separation/USA/mountain_pass/home/licensed", 8.0, "the plant never ran as designed: cost of 2019 tables"),
    ):
        t.put(f"{key}/planned_capacity", 19.05, low=9.5, high=40.0, unit="kt REO/yr",
              why="capacity of Project Phoenix as built; at most that of its second phase, at least half",
              **shut | dict(facts="costs-0026;deposits-0051"))  # fmt: skip
        t.put(f"{key}/start_earliest", 2018, low=2017, high=2020, unit="year", why="two years for court and sale, ours",
              **shut)  # fmt: skip
        t.put(f"{key}/capex", ours, low=0.5 * ours, high=2 * ours, why=why, **shut)
        t.put(f"{key}/lead", 1.0, low=0.5, high=2.0, why="the plant stands", **shut)


def feeds(t: Table) -> None:
    """Shipments of concentrate, and separation of what is dug or shipped."""
    kachin = t["deposit/kachin/output_unlicensed"]
    row = sum(t.get(f"deposit/{d}/output_licensed") for d in ("brazil_monazite", "madagascar"))
    shipped = {
        "mountain_pass/USA/CHN": 0.0, "clay_medium/MMR/CHN": kachin,
        "mt_weld/AUS/SEA": t["deposit/mt_weld/output_licensed"],
        "loparite/ROW/EUR": t["deposit/lovozero/output_licensed"], "monazite/ROW/CHN": row,
        "monazite/SEA/CHN": t["deposit/sea_small/output_licensed"],
    }  # fmt: skip
    for link, level in shipped.items():
        t.put(f"feed_trade/{link}/level", level, why="all that is dug for it is shipped", **OURS)
    home = [k for k in t.keys("separation") if "/home/licensed/level" in k and k.startswith("separation/CHN/")]
    words = OURS | dict(basis="derived", published="2015-12-31", source="MIIT separation total of 2015 (recalled)")
    for k, part in t.shared(home, fact("quotas-0165") / 1e3).items():
        t.put(k, part, facts="quotas-0165", why="separation total of 2015, among feeds as in 2019", **words)
    wild = {"bayan_obo": ("bayan_obo",), "sichuan": ("maoniuping", "dalucao", "weishan"), "clay_light": ("xunwu",),
            "clay_medium": ("xinfeng",), "clay_heavy": ("longnan",)}  # fmt: skip
    for concentrate, deposits in wild.items():
        dug = sum(t.get(f"deposit/{d}/output_unlicensed") for d in deposits)
        t.put(f"separation/CHN/{concentrate}/home/unlicensed/level", dug, why="what is dug is separated", **OURS)
    made = {
        "CHN/mountain_pass/imported": 0.0, "CHN/clay_medium/imported": kachin,
        "SEA/mt_weld/imported": shipped["mt_weld/AUS/SEA"],
        "CHN/monazite/imported": row + shipped["monazite/SEA/CHN"],
        "EUR/loparite/imported": shipped["loparite/ROW/EUR"],
        "ROW/monazite/home": t["deposit/india_monazite/output_licensed"],
    }  # fmt: skip
    for name, level in made.items():
        t.put(f"separation/{name}/licensed/level", level, why="what is shipped is separated", **OURS)
    words = OURS | dict(why="no such trade was foreseen; a line as of the mine's later size keeps the good priced")
    t.put("separation/CHN/mountain_pass/imported/licensed/planned_capacity", 19.05, unit="kt REO/yr", **words)
    t.put("separation/CHN/mountain_pass/imported/licensed/start_earliest", 2018, unit="year", **words)


def magnets(t: Table) -> None:
    """Magnets, their trade, metals and swarf: 2019 scaled by zone and tier."""
    sized = OURS | dict(facts="demand-0076;demand-0077;demand-0096", source="Roskill 2016, 2021; own judgement")
    size: dict[tuple[str, str], float] = {}
    made = [k for k in t.keys("magnet") if k.endswith("/level")]
    for zone, ratio in MAGNETS.items():
        both = {tier: [k for k in made if k.startswith(f"magnet/magnet_{tier}/{zone}/")] for tier in ("high", "low")}
        whole = sum(t.old(k) for keys in both.values() for k in keys)
        for tier, keys in both.items():
            now = ratio * sum(t.old(k) for k in keys)
            if zone == "CHN":
                now = ratio * whole * (HIGH_SHARE if tier == "high" else 1.0 - HIGH_SHARE)
            size[tier, zone] = now / sum(t.old(k) for k in keys)
            why = f"2019 x {size[tier, zone]:.2f}; no count of blanks of 2015 is held"
            for k, part in t.shared(keys, now).items():
                t.put(k, part, why=why, **sized)
    trade = [k for k in t.keys("trade") if k.endswith("/level")]
    for k in trade:
        good, origin, to = k.split("/")[1:4]
        if good.startswith("magnet_"):
            t.put(k, t.old(k) * size[good.removeprefix("magnet_"), origin], why="2019 scaled by the seller's output",
                  **OURS)  # fmt: skip
        elif good.endswith("_metal"):
            t.put(k, t.old(k) * size["high", to], why="2019 scaled by the buyer's high-grade magnets", **OURS)
    for k in [k for k in t.keys("metal") if k.endswith("/level")]:
        zone = k.split("/")[2]
        mean = 0.5 * (size["high", zone] + size["low", zone])
        t.put(k, t.old(k) * mean, why="2019 scaled by the zone's magnets", **OURS)
    for k in [k for k in t.keys("recycling") if k.endswith("/level")]:
        swarf, zone = k.split("/")[1:3]
        t.put(k, t.old(k) * size[swarf.removeprefix("swarf_"), zone], why="2019 scaled by the zone's magnets", **OURS)
    for tier in ("high", "low"):
        links = [k for k in trade if k.startswith(f"trade/magnet_{tier}/")]
        for zone in ("CHN", *ABROAD):
            net = t.total(k for k in made if k.startswith(f"magnet/magnet_{tier}/{zone}/"))
            net += t.total(k for k in links if k.endswith(f"/{zone}/level"))
            net -= t.total(k for k in links if k.split("/")[2] == zone)
            t.put(f"demand/magnet_uses_{tier}/magnet_{tier}/{zone}/level", max(net, 0.05),
                  why="what the zone makes and buys less what it sells", **OURS)  # fmt: skip


def uses(t: Table) -> None:
    """Use of oxides: 2019 by use scaled to 2015; abroad as far as what leaves China and is made abroad feeds it."""
    cells = [k for k in t.keys("demand") if k.endswith("/level") and "magnet" not in k]
    away = _away(t, cells)
    for k in cells:
        use, _, zone = k.split("/")[1:4]
        ratio, why, facts = USES[use]
        level = t.old(k) * ratio * (away if zone in ABROAD else 1.0)
        words = OURS | dict(facts=facts, source="Freedonia 2016, Roskill 2021; own judgement")
        abroad = f", x {away:.2f} abroad, as what leaves China (trade-0029, trade-0034)" if zone in ABROAD else ""
        t.put(k, level, why=f"2019 x {ratio:.2f}: {why}{abroad}", **words)
    key = "demand/other/dy/CHN/level"
    t.put(key, t[key] + UNCOUNTED, low=t[key], high=t[key] + 2.0 * UNCOUNTED, **OURS | dict(
          why="with what the tables dig and no count of use holds, 0.4 kt of 2.1: at 239 USD/kg nobody throws "
          "dysprosium away; it was used uncounted, smuggled or bought for stock"))  # fmt: skip


def _away(t: Table, cells: Iterable[str]) -> float:
    """Scale of use abroad at which China's exports of oxides are those of 2015 over those of 2019."""
    links = [k for k in t.keys("trade") if k.startswith("trade/") and "_oxide/CHN/" in k and k.endswith("/level")]
    before = sum(t.old(k) for k in links)
    away = [k for k in cells if k.split("/")[3] in ABROAD]
    use19 = sum(t.old(k) for k in away)
    use15 = sum(t.old(k) * USES[k.split("/")[1]][0] for k in away)
    exports = before * fact("trade-0029") / fact("trade-0034")
    return (use19 - before + exports - _less(t)) / use15


def _less(t: Table) -> float:
    """Oxide that Malaysia sold outside China in 2019 and did not make in 2015 [kt]."""
    kept = t["deposit/mt_weld/output_licensed"] / t.old("deposit/mt_weld/output_licensed")
    sold = [k for k in t.keys("trade") if "_oxide/SEA/" in k and k.endswith("/level") and "/CHN/" not in k]
    return (1.0 - kept) * sum(t.old(k) for k in sold)


def trade(t: Table) -> None:
    """Oxides: from Malaysia by its output; from China what a zone uses and neither makes nor buys elsewhere."""
    kept = t["deposit/mt_weld/output_licensed"] / t.old("deposit/mt_weld/output_licensed")
    links = [k for k in t.keys("trade") if "_oxide/" in k and k.endswith("/level")]
    for k in [k for k in links if "_oxide/SEA/" in k]:
        t.put(k, kept * t.old(k), why="2019 scaled by Malaysia's output", **OURS)
    exports = OURS | dict(source="customs total of 2015 (recalled); own judgement", facts="trade-0029;trade-0034")
    for k in [k for k in links if "_oxide/CHN/" in k]:
        good, _, zone = k.split("/")[1:4]
        e = good.removesuffix("_oxide")
        keys = [x for x in t.keys("demand") if x.endswith(f"/{e}/{zone}/level")]
        gain = t.total(keys) - sum(t.old(x) for x in keys)
        bought = [x for x in links if x.startswith(f"trade/{good}/SEA/{zone}/")]
        gain -= t.total(bought) - sum(t.old(x) for x in bought)
        t.put(k, max(t.old(k) + gain, 0.3 * t.old(k)), why="2019, moved by what the zone uses and buys in Malaysia",
              **exports)  # fmt: skip


def main(path: Path = DATA / "values_2015.csv") -> None:
    """Write the table."""
    t = Table(DEFLATOR, VAT, dict.fromkeys(elements(), 0.0))
    for rule in (mines, feeds, magnets, uses, trade, prices, stocks, behaviour):
        rule(t)
    _date(t)
    t.write(path)


def _date(t: Table) -> None:
    """Say of each row that rests on facts published later than it claims when they were."""
    for row in t.rows.values():
        known = [_facts(name.split("-")[0])[name]["published"] for name in row["fact"].split(";") if name]
        row["published"] = max([row["published"], *known])


if __name__ == "__main__":
    main()
