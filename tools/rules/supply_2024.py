"""Mines, shipments of concentrate and separation of the benchmark of 2024: first prints, and feeds by customs."""

from __future__ import annotations

from tools.rules.past import Past
from tools.rules.supply import CLAYS, FEEDS, LIGHT, mined, separated
from tools.rules.tables import fact

OURS = dict(basis="assumption", published="2025-02-28", source="own judgement")
DERIVED = dict(basis="derived", published="2025-02-01")
USGS = DERIVED | dict(source="USGS Mineral Commodity Summaries 2025")
CUSTOMS = DERIVED | dict(source="Chinese customs via UN Comtrade")
LYNAS = ("deposits-0187", "deposits-0189", "deposits-0191", "deposits-0192")
"""Neodymium and praseodymium oxide of the plant in Malaysia by quarter of 2024 [t]."""
DUG = range(2019, 2024)
"""Years in which ore was dug between the tables of 2019 and the start of the base year."""


def mines(t: Past) -> None:
    """Licensed output at the mining total by group, unlicensed output by share, abroad as first printed or shipped."""
    notice = DERIVED | dict(published="2024-08-31", source="MIIT and MNR mining totals of 2024")
    north, rest, clay = "quotas-0253", "quotas-0254", "quotas-0155"
    mined(t, ["bayan_obo"], "licensed", fact(north) / 1e3, notice | dict(fact=north, why="total of its group"))
    why = "the other group's light total, among deposits as in 2019"
    mined(t, LIGHT[1:], "licensed", fact(rest) / 1e3, notice | dict(fact=rest, why=why))
    why = "ionic total, among kinds of clay as in 2019"
    mined(t, CLAYS, "licensed", fact(clay) / 1e3, notice | dict(fact=clay, why=why))
    _abroad(t)
    _unlicensed(t)
    _iron(t)
    _ore(t)


def _abroad(t: Past) -> None:
    t.put(
        "deposit/kachin/output_unlicensed",
        _oxide(t, "trade-0169", "oxide_of_gross"),
        **CUSTOMS,
        fact="trade-0169",
        why="44,366 t gross by customs, 0.80 oxide (between 0.69, the lines of 2019, and 0.92, oxides alone: ours); "
        "the survey first printed 31,000",
        low=27.0,
        high=41.0,
    )
    clays = _oxide(t, "trade-0124", "oxide_of_gross") + t.judged("malaysia")
    t.put(
        "deposit/sea_clays/output_licensed",
        clays,
        **CUSTOMS,
        fact="trade-0124",
        low=6.0,
        high=14.0,
        unit="kt REO/yr",
        why="10,748 t gross from Laos at 0.80 oxide, and 1.5 kt of Malaysian clay, ours: what its "
        "206 MUSD hold beside Lynas' oxide; status in Laos unknown, carried as licensed",
    )
    made = sum(map(fact, LYNAS)) / 1e3
    share = t["concentrate/mt_weld/share_ndpr"] / 100.0 * t["separation/SEA/mt_weld/imported/licensed/recovery"]
    t.put(
        "deposit/mt_weld/output_licensed",
        made / share,
        **(DERIVED | dict(source="Lynas quarterly reports of 2024", published="2025-01-31", fact=";".join(LYNAS))),
        low=0.85 * made / share,
        high=1.15 * made / share,
        why=f"{1e3 * made:,.0f} t of NdPr oxide over its share in the ore and its recovery; the survey first printed "
        "13,000, which would give 2.9 kt of NdPr",
    )
    sands = {
        "sea_small": "production-0237;production-0241;production-0229",
        "madagascar": "production-0227;production-0231;production-0233",
    }
    for name, facts in sands.items():
        dug = sum(map(fact, facts.split(";"))) / 1e3
        whose = "Thailand, Vietnam, Malaysia" if name == "sea_small" else "Madagascar, Nigeria and others"
        t.put(
            f"deposit/{name}/output_licensed",
            dug,
            **USGS,
            fact=facts,
            low=0.2 * dug,
            high=1.1 * dug,
            why=f"{whose} as first printed: with the other they agree with the 48 kt gross of monazite at Chinese "
            "customs at 0.58 oxide",
        )


def _oxide(t: Past, name: str, content: str) -> float:
    return t.judged(content) * fact(name) / 1e3


def _unlicensed(t: Past) -> None:
    """What a falling share of undocumented supply leaves for China when what comes from the south is counted."""
    share = t.judged("undocumented")
    known = fact("quotas-0157") / 1e3
    outside = t["deposit/kachin/output_unlicensed"] + t["deposit/sea_clays/output_licensed"]
    left = known * share / (1.0 - share) - outside
    for deposits in (LIGHT, CLAYS):
        keys = [f"deposit/{d}/output_unlicensed" for d in deposits if t.old(f"deposit/{d}/output_unlicensed")]
        everywhere = [f"deposit/{d}/output_unlicensed" for d in (*LIGHT, *CLAYS)]
        part = left * t.before(keys) / t.before(everywhere)
        for k, x in t.shared(keys, part).items():
            why = "27 % undocumented in 2018 falling to 14 % in a decade, less Myanmar and Laos; places as in 2019"
            t.put(k, x, low=0.2 * x, high=2.5 * x, **OURS, fact="unofficial-0021;trade-0169;trade-0124", why=why)


def _iron(t: Past) -> None:
    """Recovery at the iron mine: it brings up as much ore as in 2019, so more output is a higher recovery."""
    key, output = "deposit/bayan_obo/recovery", "deposit/bayan_obo/output_licensed"
    value = t.old(key) * t[output] / t.old(output)
    why = "the iron mine brings up as much ore as in 2019: more concentrate is a higher recovery"
    t.put(key, value, low=0.7 * value, high=1.3 * value, **OURS, fact="quotas-0253", why=why)


def _ore(t: Past) -> None:
    """Ore left when the base year begins: that of 2019 less what was dug, output on a straight line between."""
    rich = t.old("model/mining/rich_share")
    for key in t.keys("deposit/", "/ore_rich"):
        name = f"deposit/{key.split('/')[1]}"
        gone = 0.0
        for status in ("licensed", "unlicensed"):
            if f"{name}/output_{status}" not in t.base:
                continue
            then, now = t.old(f"{name}/output_{status}"), t[f"{name}/output_{status}"]
            recovery = t.get(f"{name}/recovery_{status}", t.old(f"{name}/recovery"))
            years = len(DUG)
            mean = then if f"{name}/recovery" in t.rows else then + 0.4 * (now - then)
            gone += (
                years
                * mean
                / (
                    recovery
                    if status == "licensed" or f"{name}/recovery_{status}" in t.base
                    else recovery * t.old("model/mining/unlicensed_recovery")
                )
            )
        if not gone:
            continue
        for grade, share in (("rich", rich), ("lean", 1.0 - rich)):
            k = f"{name}/ore_{grade}"
            if k in t.base:
                left = max(t.old(k) - share * gone, t.judged("least_ore") * t.old(k))
                t.put(
                    k,
                    left,
                    **OURS,
                    why=f"ore of 2019 less {share * gone:.0f} kt dug from 2019 to 2023, output on "
                    "a straight line; at least a third, as ore is found where it is dug (ours)",
                )


def feeds(t: Past) -> None:
    """Shipments of concentrate, and separation of what is dug or shipped."""
    sold = fact("deposits-0204") / 1e3
    american = t["deposit/mountain_pass/output_licensed"]
    row, sea = t.dug(["brazil_monazite", "madagascar"], "licensed"), t.dug(["sea_small"], "licensed")
    weld, lovozero = t.dug(["mt_weld"], "licensed"), t.dug(["lovozero"], "licensed")
    kachin, clays = t.dug(["kachin"], "unlicensed"), t.dug(["sea_clays"], "licensed")
    shipped = {
        "clay_medium/MMR/CHN": kachin,
        "clay_medium/SEA/CHN": clays,
        "mt_weld/AUS/SEA": weld,
        "loparite/ROW/EUR": lovozero,
        "monazite/ROW/CHN": row,
        "monazite/SEA/CHN": sea,
    }
    t.put_all({f"feed_trade/{k}/level": x for k, x in shipped.items()}, **OURS, why="all that is dug for it is shipped")
    company = DERIVED | dict(published="2025-02-28", source="MP Materials, results of 2024", fact="deposits-0204")
    t.put("feed_trade/mountain_pass/USA/CHN/level", sold, **company, why="concentrate sold, nearly all to China")
    words = DERIVED | dict(published="2024-08-31", source="MIIT separation total of 2024", fact="quotas-0202")
    home = [k for k in t.levels("separation/CHN/", "/licensed") if "/home/" in k]
    scale = fact("quotas-0202") / 1e3 / t.dug((*LIGHT, *CLAYS), "licensed")
    dug = {k: scale * t.dug(FEEDS[k.split("/")[2]], "licensed") for k in home}
    t.put_all(dug, **words, why="separation total of 2024, among feeds as they are dug")
    separated(t, "unlicensed", OURS)
    made = {
        "CHN/mountain_pass/imported": sold,
        "CHN/clay_medium/imported": kachin + clays,
        "SEA/mt_weld/imported": weld,
        "CHN/monazite/imported": row + sea,
        "EUR/loparite/imported": lovozero,
        "ROW/monazite/home": t.dug(["india_monazite"], "licensed"),
    }
    t.put_all(
        {f"separation/{k}/licensed/level": x for k, x in made.items()}, **OURS, why="what is shipped is separated"
    )
    own = fact("deposits-0199") / 1e3
    key = "separation/USA/mountain_pass/home/licensed"
    part = t["concentrate/mountain_pass/share_ndpr"] / 100.0 * t[f"{key}/recovery"]
    t.put(
        f"{key}/level",
        own / part,
        low=0.8 * own / part,
        high=american - sold,
        **(company | dict(fact="deposits-0199")),
        why="1,294 t of NdPr oxide over its share and recovery; the rest of what is not sold went into stock",
    )
