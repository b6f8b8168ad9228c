"""Mines, shipments of concentrate and separation of a benchmark of the past."""

from __future__ import annotations

from tools.rules.past import Past
from tools.rules.tables import fact

LIGHT, CLAYS = ("bayan_obo", "maoniuping", "dalucao", "weishan"), ("xunwu", "xinfeng", "longnan")
FEEDS = {
    "bayan_obo": ("bayan_obo",),
    "sichuan": LIGHT[1:],
    "clay_light": ("xunwu",),
    "clay_medium": ("xinfeng",),
    "clay_heavy": ("longnan",),
}
"""Deposits behind each concentrate of China."""
NONE_2008 = dict(basis="assumption", published="2010-12-31", source="own judgement")
OURS_2015 = dict(basis="assumption", published="2016-12-31", source="own judgement")
SEPARATED = dict(why="what is shipped is separated")


def mines_2008(t: Past) -> None:
    """Licensed output at the mining total, and the rest of the output then counted as unlicensed."""
    total, counted = fact("quotas-0047"), fact("production-0037")
    heavy = total * fact("quotas-0048") / fact("quotas-0050") / 1e3
    light, wild = total / 1e3 - heavy, (counted - total) / 1e3
    licensed = dict(
        basis="derived",
        published="2010-12-31",
        fact="quotas-0047;quotas-0048;quotas-0050",
        source="MLR mining total of 2008 (recalled), split of 2009",
        why="mining total of 2008, light and heavy as in 2009, among deposits as in 2019",
    )
    clay = t.judged("clay")
    unlicensed = dict(
        basis="assumption",
        published="2010-12-31",
        fact="production-0037;quotas-0047;unofficial-0004",
        source="own judgement; total from cction.com 2010 and the MLR",
        why=f"output then counted, {counted:,.0f} t, less the mining total is {1e3 * wild:,.0f} t, 30 % of it "
        f"(unofficial-0004: 30 %); {100 * clay:.0f} % of it to the clays and the rest to light ore, ours: the clays "
        "are said to have given some 36 kt",
    )
    for deposits, amount, part in ((LIGHT, light, (1 - clay) * wild), (CLAYS, heavy, clay * wild)):
        mined(t, deposits, "licensed", amount, licensed)
        mined(t, [d for d in deposits if d != "weishan"], "unlicensed", part, unlicensed)


def mines_2015(t: Past) -> None:
    """Licensed output at the mining total, unlicensed output as estimated at the time."""
    for deposits, name, wild in (
        (LIGHT, "quotas-0072", 1.0 - t.judged("clay")),
        (CLAYS, "quotas-0071", t.judged("clay")),
    ):
        notice = dict(basis="derived", published="2015-12-31", source="MLR mining total of 2015", fact=name)
        notice["why"] = "mining total of 2015, among deposits as in 2019"
        mined(t, deposits, "licensed", fact(name) / 1e3, notice)
        words = OURS_2015 | dict(
            source="Rare Element Resources 10-K of 2015, Adamas, Lynas; split ours",
            fact="unofficial-0017;unofficial-0018;unofficial-0019;unofficial-0029",
            why="50,000 t as estimated then, below 20 to above 50 % of output elsewhere; "
            f"{100 * wild:.0f} % of it ours",
        )
        keys = [f"deposit/{d}/output_unlicensed" for d in deposits]
        for k, part in t.shared(keys, wild * fact("unofficial-0017") / 1e3).items():
            t.put(k, part, low=0.5 * part, high=1.8 * part, **words)
    kachin = t.judged("myanmar_oxide") * fact("trade-0160") / 1e3
    words = OURS_2015 | dict(basis="derived", published="2016-02-01", source="Chinese customs via UN Comtrade")
    words |= dict(fact="trade-0160")
    words["why"] = "392 t gross came in 2015, three quarters oxide; the customs saw none of the crossings by night"
    t.put("deposit/kachin/output_unlicensed", kachin, low=0.5 * kachin, high=5 * kachin, **words)


def mined(t: Past, deposits: list[str] | tuple[str, ...], status: str, amount: float, words: dict[str, str]) -> None:
    """Write output of deposits, shared out as in 2019 [kt REO/yr]."""
    t.put_all(t.shared([f"deposit/{d}/output_{status}" for d in deposits], amount), **words)


def feeds_2008(t: Past) -> None:
    """Shipments of concentrate, and separation of what is dug or shipped."""
    shipped = {"monazite/ROW/CHN": "brazil_monazite", "monazite/SEA/CHN": "sea_small", "loparite/ROW/EUR": "lovozero"}
    for link, deposit in shipped.items():
        dug = t.dug([deposit], "licensed")
        t.put(f"feed_trade/{link}/level", dug, why=f"all that {deposit} digs is shipped", **NONE_2008)
    for status in ("licensed", "unlicensed"):
        separated(t, status, NONE_2008)
    imported = {
        "CHN/mountain_pass/imported": 0.0,
        "CHN/clay_medium/imported": t["feed_trade/clay_medium/MMR/CHN/level"],
        "SEA/mt_weld/imported": 0.0,
        "CHN/monazite/imported": t.total(f"feed_trade/monazite/{zone}/CHN/level" for zone in ("ROW", "SEA")),
        "EUR/loparite/imported": t["feed_trade/loparite/ROW/EUR/level"],
        "ROW/monazite/home": t.dug(["india_monazite"], "licensed"),
    }
    t.put_all({f"separation/{k}/licensed/level": x for k, x in imported.items()}, **NONE_2008, **SEPARATED)


def feeds_2015(t: Past) -> None:
    """Shipments of concentrate, and separation of what is dug or shipped."""
    kachin, small = t.dug(["kachin"], "unlicensed"), t.dug(["sea_small"], "licensed")
    row, weld = t.dug(["brazil_monazite", "madagascar"], "licensed"), t.dug(["mt_weld"], "licensed")
    lovozero = t.dug(["lovozero"], "licensed")
    shipped = {
        "mountain_pass/USA/CHN": 0.0,
        "clay_medium/MMR/CHN": kachin,
        "mt_weld/AUS/SEA": weld,
        "loparite/ROW/EUR": lovozero,
        "monazite/ROW/CHN": row,
        "monazite/SEA/CHN": small,
    }
    why = "all that is dug for it is shipped"
    t.put_all({f"feed_trade/{k}/level": x for k, x in shipped.items()}, **OURS_2015, why=why)
    words = dict(basis="derived", published="2015-12-31", source="MIIT separation total of 2015 (recalled)")
    words |= dict(fact="quotas-0165", why="separation total of 2015, among feeds as in 2019")
    home = [k for k in t.levels("separation/CHN/", "/licensed") if "/home/" in k]
    t.put_all(t.shared(home, fact("quotas-0165") / 1e3), **words)
    separated(t, "unlicensed", OURS_2015)
    made = {
        "CHN/mountain_pass/imported": 0.0,
        "CHN/clay_medium/imported": kachin,
        "SEA/mt_weld/imported": weld,
        "CHN/monazite/imported": row + small,
        "EUR/loparite/imported": lovozero,
        "ROW/monazite/home": t.dug(["india_monazite"], "licensed"),
    }
    t.put_all({f"separation/{k}/licensed/level": x for k, x in made.items()}, **OURS_2015, **SEPARATED)


def separated(t: Past, status: str, words: dict[str, str]) -> None:
    """What is dug in China is separated there."""
    dug = {f"separation/CHN/{feed}/home/{status}/level": t.dug(deposits, status) for feed, deposits in FEEDS.items()}
    t.put_all(dug, why="what is dug is separated", **words)
