"""Rules of the benchmark of 2008 for mines, shipments of concentrate and separation; see build_2008.py."""

from __future__ import annotations

from benchmark_table import Table, fact


def mines(t: Table) -> None:
    """Licensed output at the mining total, and the rest of the output then counted as unlicensed."""
    total, heavy_09, all_09 = fact("quotas-0047"), fact("quotas-0048"), fact("quotas-0050")
    counted = fact("production-0037")
    heavy = total * heavy_09 / all_09 / 1e3
    light, wild = total / 1e3 - heavy, (counted - total) / 1e3
    split = dict(basis="derived", published="2010-12-31", facts="quotas-0047;quotas-0048;quotas-0050")
    for group, amount in (
        (("bayan_obo", "maoniuping", "dalucao", "weishan"), light),
        (("xunwu", "xinfeng", "longnan"), heavy),
    ):
        for d, part in t.shared([f"deposit/{d}/output_licensed" for d in group], amount).items():
            t.put(
                d,
                part,
                source="MLR mining total of 2008 (recalled), split of 2009",
                **split,
                why="mining total of 2008, light and heavy as in 2009, among deposits as in 2019",
            )
    clay = 0.68
    why = (
        f"output then counted, {counted:,.0f} t, less the mining total is {1e3 * wild:,.0f} t, 30 % of it "
        f"(unofficial-0004: 30 %); {100 * clay:.0f} % of it to the clays and the rest to light ore, ours: the clays "
        "are said to have given some 36 kt"
    )
    known = dict(
        basis="assumption", published="2010-12-31", facts="production-0037;quotas-0047;unofficial-0004", why=why
    )
    for group, amount in (
        (("xunwu", "xinfeng", "longnan"), clay * wild),
        (("bayan_obo", "maoniuping", "dalucao"), (1 - clay) * wild),
    ):
        for d, part in t.shared([f"deposit/{d}/output_unlicensed" for d in group], amount).items():
            t.put(d, part, source="own judgement; total from cction.com 2010 and the MLR", **known)
    t.put(
        "deposit/kachin/output_unlicensed",
        0.01,
        low=0.0,
        high=0.05,
        basis="assumption",
        published="2010-12-31",
        source="own judgement",
        facts="trade-0156",
        why="no clay of Myanmar is recorded before 2011 (38 t gross); a trace keeps the good priced",
    )
    t.put(
        "deposit/bayan_obo/recovery",
        0.10,
        low=0.08,
        high=0.13,
        basis="derived",
        published="2012-12-31",
        source="choice bayan_obo_recovery",
        facts="grades-0053",
        why="about 10 % is the figure of 2012, kept for the past; none of 2008 is held",
    )
    _abroad(t)


def _abroad(t: Table) -> None:
    """Mines abroad: those that stood still, those whose output the summaries of the time print."""
    for deposit, ids, why in (
        ("mountain_pass", "production-0040", "closed in 2002"),
        ("mt_weld", "", "not yet a mine"),
        ("madagascar", "", "no output listed"),
    ):
        words = dict(
            basis="fact", published="2010-02-01", source="USGS: none listed (summaries of the time, later DS140)"
        )
        t.put(f"deposit/{deposit}/output_licensed", 0.0, low=0.0, high=0.0, facts=ids, why=why, **words)
    _plans(t)
    late = "2,400 t is the first Russian figure held, of 2012; earlier years have none"
    for deposit, ids, published, why in (
        ("india_monazite", "production-0038", "2010-02-01", "as printed for 2008"),
        ("lovozero", "production-0073", "2014-02-01", late),
        ("brazil_monazite", "production-0035", "2010-02-01", "as printed for 2008"),
        ("sea_small", "production-0039", "2010-02-01", "as printed for 2008"),
    ):
        words = dict(basis="derived", published=published, source="USGS Mineral Commodity Summaries (recalled)")
        t.put(f"deposit/{deposit}/output_licensed", fact(ids) / 1e3, facts=ids, why=why, **words)


def _plans(t: Table) -> None:
    """The two mines that were being opened, with their separation; a project may begin its lead before first output."""
    plan = dict(published="2010-12-31", basis="assumption", source="own judgement; Molycorp and Lynas plans of 2010")
    for deposit, plant, planned, first, ids in (
        ("mountain_pass", "USA/mountain_pass/home/licensed", 19.05, 2012, "costs-0026"),
        ("mt_weld", "SEA/mt_weld/imported/licensed", 11.0, 2011, "deposits-0065"),
    ):
        size = "first phase as announced" if deposit == "mt_weld" else "Project Phoenix as announced"
        when = f"first output planned for {first}, less the lead of three years"
        for key in (f"deposit/{deposit}", f"separation/{plant}"):
            t.put(f"{key}/planned_capacity", planned, unit="kt REO/yr", facts=ids, why=size, **plan)
            t.put(f"{key}/start_earliest", first - 3, unit="year", facts=ids, why=when, **plan)


def feeds(t: Table) -> None:
    """Shipments of concentrate, and separation of what is dug or shipped."""
    none = dict(basis="assumption", published="2010-12-31", source="own judgement")
    for link in ("mountain_pass/USA/CHN", "mt_weld/AUS/SEA"):
        t.put(f"feed_trade/{link}/level", 0.0, low=0.0, high=0.0, why="the mine does not run in 2008", **none)
    t.put("feed_trade/clay_medium/MMR/CHN/level", 0.01, low=0.0, high=0.05, why="as the trace dug in Kachin", **none)
    for link, deposit in (
        ("monazite/ROW/CHN", "brazil_monazite"),
        ("monazite/SEA/CHN", "sea_small"),
        ("loparite/ROW/EUR", "lovozero"),
    ):
        t.put(
            f"feed_trade/{link}/level",
            t[f"deposit/{deposit}/output_licensed"],
            why=f"all that {deposit} digs is shipped",
            **none,
        )
    made = {
        ("bayan_obo", "home"): ("bayan_obo",),
        ("sichuan", "home"): ("maoniuping", "dalucao", "weishan"),
        ("clay_light", "home"): ("xunwu",),
        ("clay_medium", "home"): ("xinfeng",),
        ("clay_heavy", "home"): ("longnan",),
    }
    for (concentrate, feed), deposits in made.items():
        for status in ("licensed", "unlicensed"):
            dug = sum(t.get(f"deposit/{d}/output_{status}", 0.0) for d in deposits)
            t.put(f"separation/CHN/{concentrate}/{feed}/{status}/level", dug, why="what is dug is separated", **none)
    imported = {
        "CHN/mountain_pass/imported": 0.0,
        "CHN/clay_medium/imported": 0.01,
        "SEA/mt_weld/imported": 0.0,
        "CHN/monazite/imported": t["feed_trade/monazite/ROW/CHN/level"] + t["feed_trade/monazite/SEA/CHN/level"],
        "EUR/loparite/imported": t["feed_trade/loparite/ROW/EUR/level"],
        "ROW/monazite/home": t["deposit/india_monazite/output_licensed"],
    }
    for name, level in imported.items():
        t.put(f"separation/{name}/licensed/level", level, why="what is shipped is separated", **none)
    for key, value, unit in (("planned_capacity", 5.0, "kt REO/yr"), ("start_earliest", 2013, "year")):
        t.put(
            f"separation/CHN/mountain_pass/imported/licensed/{key}",
            value,
            unit=unit,
            why="no such trade was foreseen in 2008; a small line keeps the good priced",
            **none,
        )
