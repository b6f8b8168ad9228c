"""Magnets, metals, uses and trade of the benchmark of 2015: 2019 by use, zone and tier, scaled to 2015."""

from __future__ import annotations

from collections.abc import Iterable

from tools.rules.demand_2008 import net_use, uncounted
from tools.rules.past import Past
from tools.rules.prices import TIERS
from tools.rules.supply import OURS_2015 as OURS
from tools.rules.tables import fact

ABROAD = ("JPN", "USA", "EUR", "SEA", "ROW")
BY_ZONE = dict(why="2019 scaled by the zone's magnets")


def magnets(t: Past) -> None:
    """Magnets, their trade, metals and swarf: 2019 scaled by zone and tier."""
    size = _finished(t)
    for k in t.levels("trade/"):
        good, origin, to = k.split("/")[1:4]
        if good.startswith("magnet_"):
            scale, why = size[good.removeprefix("magnet_"), origin], "2019 scaled by the seller's output"
            t.put(k, t.old(k) * scale, why=why, **OURS)
        elif good.endswith("_metal"):
            t.put(k, t.old(k) * size["high", to], why="2019 scaled by the buyer's high-grade magnets", **OURS)
    for k in t.levels("metal/"):
        zone = k.split("/")[2]
        t.put(k, t.old(k) * (0.5 * (size["high", zone] + size["low", zone])), **BY_ZONE, **OURS)
    for k in t.levels("recycling/"):
        swarf, zone = k.split("/")[1:3]
        t.put(k, t.old(k) * size[swarf.removeprefix("swarf_"), zone], **BY_ZONE, **OURS)
    for tier in TIERS:
        t.put_all(net_use(t, tier, ("CHN", *ABROAD)), why="what the zone makes and buys less what it sells", **OURS)


def _finished(t: Past) -> dict[tuple[str, str], float]:
    """Write finished magnets; returns their output over that of 2019 by tier and zone."""
    words = OURS | dict(fact="demand-0076;demand-0077;demand-0096", source="Roskill 2016, 2021; own judgement")
    high, size = t.judged.by_key("high_share"), {}
    for zone, ratio in t.judged.by_key("magnets").items():
        keys = {tier: t.levels(f"magnet/magnet_{tier}/{zone}/") for tier in TIERS}
        whole = sum(t.before(mine) for mine in keys.values())
        for tier, mine in keys.items():
            now = ratio * t.before(mine)
            if zone in high:
                now = ratio * whole * (high[zone] if tier == "high" else 1.0 - high[zone])
            size[tier, zone] = now / t.before(mine)
            why = f"2019 x {size[tier, zone]:.2f}; no count of blanks of 2015 is held"
            t.put_all(t.shared(mine, now), why=why, **words)
    return size


def uses(t: Past) -> None:
    """Use of oxides: 2019 by use scaled to 2015; abroad as far as what leaves China and is made abroad feeds it."""
    cells = [k for k in t.levels("demand/") if "magnet" not in k]
    judged, away = t.judged.by_row("use"), _away(t, cells)
    for k in cells:
        use, _, zone = k.split("/")[1:4]
        row, abroad = judged[use], zone in ABROAD
        ratio, why = float(row["value"]), row["why"]
        words = OURS | dict(fact=row["fact"], source="Freedonia 2016, Roskill 2021; own judgement")
        beside = f", x {away:.2f} abroad, as what leaves China (trade-0029, trade-0034)" if abroad else ""
        t.put(k, t.old(k) * ratio * (away if abroad else 1.0), why=f"2019 x {ratio:.2f}: {why}{beside}", **words)
    why = (
        "with what the tables dig and no count of use holds, 0.4 kt of 2.1: at 239 USD/kg nobody throws "
        "dysprosium away; it was used uncounted, smuggled or bought for stock"
    )
    uncounted(t, why, OURS)


def _away(t: Past, cells: Iterable[str]) -> float:
    """Scale of use abroad at which China's exports of oxides are those of 2015 over those of 2019."""
    sent = t.before(k for k in t.levels("trade/") if "_oxide/CHN/" in k)
    away, ratio = [k for k in cells if k.split("/")[3] in ABROAD], t.judged.by_key("use")
    wanted = sum(t.old(k) * ratio[k.split("/")[1]] for k in away)
    exports = sent * fact("trade-0029") / fact("trade-0034")
    sold = t.before(k for k in t.levels("trade/") if "_oxide/SEA/" in k and "/CHN/" not in k)
    return (t.before(away) - sent + exports - (1.0 - _malaysia(t)) * sold) / wanted


def _malaysia(t: Past) -> float:
    """Output of Malaysia's plant over that of 2019."""
    key = "deposit/mt_weld/output_licensed"
    return t[key] / t.old(key)


def trade(t: Past) -> None:
    """Oxides: from Malaysia by its output; from China what a zone uses and neither makes nor buys elsewhere."""
    links = [k for k in t.levels("trade/") if "_oxide/" in k]
    sold = {k: _malaysia(t) * t.old(k) for k in links if "_oxide/SEA/" in k}
    t.put_all(sold, why="2019 scaled by Malaysia's output", **OURS)
    words = OURS | dict(source="customs total of 2015 (recalled); own judgement", fact="trade-0029;trade-0034")
    for k in [k for k in links if "_oxide/CHN/" in k]:
        good, _, zone = k.split("/")[1:4]
        used, bought = t.levels("demand/", f"/{good.removesuffix('_oxide')}/{zone}"), f"trade/{good}/SEA/{zone}/level"
        gain = t.total(used) - t.before(used)
        gain -= (t[bought] - t.old(bought)) if bought in t.base else 0.0
        why = "2019, moved by what the zone uses and buys in Malaysia"
        t.put(k, max(t.old(k) + gain, 0.3 * t.old(k)), why=why, **words)
