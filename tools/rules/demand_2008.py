"""Magnets, metals, uses and trade of the benchmark of 2008: counts of the time, and the structure of 2019."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from tools.rules.past import Past
from tools.rules.prices import METALS, TIERS
from tools.rules.tables import fact

GOONAN = "Goonan 2011, USGS SIR 2011-5094, tables 1-2 (recalled)"
OURS = dict(basis="assumption", published="2011-12-31", source="own judgement")
REVIEW = OURS | dict(source="own judgement; Chinese review of 2009")
CUSTOMS = dict(
    basis="assumption",
    published="2012-06-20",
    fact="unofficial-0003;unofficial-0005",
    source="own judgement; white paper of 2012, Xinhua 2010",
)
MIX = {"ndpr_metal": ("demand-0034", "demand-0035"), "dy_metal": ("demand-0036",), "tb_metal": ("demand-0038",)}
"""Shares of the oxide in magnets of 2008 [%]: before the thrift that dear dysprosium called up."""
COUNTED = {
    "CHN": ("magnets-0049;magnets-0035;magnets-0121", "blanks of 2008 x 0.63 and bonded magnets"),
    "JPN": (
        "magnets-0062;magnets-0121",
        "three quarters of the blanks of 2010 x 0.63, and 1 kt bonded: no figure of 2008 is held",
    ),
    "SEA": ("", "a sixth of 2019: plants in Thailand and the Philippines only"),
    "EUR": ("magnets-0064;magnets-0121", "blanks of 2010 x 0.63 and 0.2 kt bonded"),
}
"""Facts and words of the count of finished magnets by zone."""


def magnets(t: Past) -> None:
    """Finished magnets by tier and zone, recipes, and trade in magnets."""
    made, recipes, high = _finished(t), t.judged.by_key("recipe"), t.judged.by_key("high_share")
    for zone, amount in made.items():
        for tier, share in (("high", high[zone]), ("low", 1.0 - high[zone])):
            mix = {k: recipes[k.split("/")[3]] for k in t.levels(f"magnet/magnet_{tier}/{zone}/")}
            facts, words = COUNTED[zone]
            why = f"{words}; {100 * share:.0f} % {tier} tier and the recipes of 2008 are ours"
            said = OURS | dict(source="China Chemical Reporter 2011; own judgement", fact=facts, why=why)
            t.put_all({k: amount * share * part / sum(mix.values()) for k, part in mix.items()}, **said)
    _recipes(t)
    for tier in TIERS:
        _magnet_trade(t, tier, made)


def _finished(t: Past) -> dict[str, float]:
    """Finished magnets by zone [kt]: blanks and what is bonded."""
    finished, bonded = t.judged("blank_yield"), t.judged.by_key("bonded")
    return {
        "CHN": finished * fact("magnets-0049") / 1e3 + fact("magnets-0035") / 1e3 + bonded["CHN"],
        "JPN": finished * t.judged("japan_2008") * fact("magnets-0062") / 1e3 + bonded["JPN"],
        "SEA": bonded["SEA"],
        "EUR": finished * fact("magnets-0064") / 1e3 + bonded["EUR"],
    }


def _recipes(t: Past) -> None:
    """Metal per magnet, scaled so that all magnets together take the oxide of each metal that Goonan counts."""
    lines = [k.removesuffix("level") for k in t.levels("magnet/")]
    for m, names in MIX.items():
        oxide, share = t.old(f"metal/{m}/CHN/oxide_per_metal"), sum(map(fact, names)) / 100.0
        ratio = share * fact("demand-0005") / 1e3 / sum(t[k + "level"] * t.get(k + m) * oxide for k in lines)
        why = f"recipe of 2019 x {ratio:.2f}: magnets of 2008 took 26,300 t REO, {100 * share:.3g} % of it this metal"
        words = OURS | dict(source=GOONAN, fact=";".join(("demand-0005", *names)), why=why)
        t.put_all({k + m: t.old(k + m) * ratio for k in lines if t.get(k + m)}, **words)


def _magnet_trade(t: Past, tier: str, made: dict[str, float]) -> None:
    china = t.judged.by_key("high_share")["CHN"]
    exports = (china if tier == "high" else 1.0 - china) * fact("magnets-0134") / 1e3
    sent = t.shared(t.levels(f"trade/magnet_{tier}/CHN/"), exports)
    t.put_all(sent, fact="magnets-0134", why="exports of 2008, partners as in 2019", **REVIEW)
    for zone in ("JPN", "SEA"):
        before = t.before(k for k in t.levels("magnet/") if k.split("/")[2] == zone)
        links = {k: t.old(k) * made[zone] / before for k in t.levels(f"trade/magnet_{tier}/{zone}/")}
        t.put_all(links, why="2019 structure scaled by the zone's output of magnets", **REVIEW)
    used = net_use(t, tier, ("CHN", "JPN", "USA", "EUR", "SEA", "ROW"))
    t.put_all(used, why="what the zone makes and buys less what it sells", **REVIEW)


def net_use(t: Past, tier: str, zones: Iterable[str]) -> dict[str, float]:
    """Use of magnets of a tier: what a zone makes and buys less what it sells, and at least a trace [kt]."""
    out = {}
    for zone in zones:
        made, links = f"magnet/magnet_{tier}/{zone}/", f"trade/magnet_{tier}/"
        net = t.total(t.levels(made)) + t.total(t.levels(links, f"/{zone}")) - t.total(t.levels(f"{links}{zone}/"))
        out[f"demand/magnet_uses_{tier}/magnet_{tier}/{zone}/level"] = max(net, 0.05)
    return out


def metals(t: Past) -> None:
    """Metal making and its trade, swarf: scaled by the metal that the zone's magnets need."""
    need, before = _metal_need(t, t.get), _metal_need(t, t.old)
    for k in t.levels("metal/"):
        good, zone = k.split("/")[1:3]
        ratio = need[good, zone] / before[good, zone]
        if zone == "CHN":
            sold = t.total(t.levels(f"trade/{good}/CHN/"))
            ratio = (need[good, "CHN"] + sold * need[good, "JPN"] / before[good, "JPN"]) / (before[good, "CHN"] + sold)
        t.put(k, t.old(k) * ratio, why="2019 structure scaled by the metal that the zone's magnets need", **OURS)
    for k in [k for k in t.levels("trade/") if "_metal/" in k]:
        good, _, to = k.split("/")[1:4]
        why = "2019 structure scaled by the metal that the buyer's magnets need"
        t.put(k, t.old(k) * need[good, to] / before[good, to], why=why, **OURS)
    for k in t.levels("recycling/"):
        swarf, zone = k.split("/")[1:3]
        mine = t.levels(f"magnet/magnet_{swarf.split('_')[1]}/{zone}/")
        why = "2019 structure scaled by the zone's magnets"
        t.put(k, t.old(k) * t.total(mine) / t.before(mine), why=why, **OURS)


def _metal_need(t: Past, read: Callable[[str], float]) -> dict[tuple[str, str], float]:
    need: dict[tuple[str, str], float] = defaultdict(float)
    for k in t.levels("magnet/"):
        for metal in METALS:
            recipe = k.removesuffix("level") + metal
            need[metal, k.split("/")[2]] += read(k) * (read(recipe) if recipe in t.base else 0.0)
    return need


def uses(t: Past) -> None:
    """Use of oxides: 2019 structure fitted to use by element and to use by zone (biproportional)."""
    shipped = fact("quotas-0011") / 1e3 * t["model/record/reo_of_product"] * (1.0 + t.judged("smuggled"))
    zones = {"CHN": fact("demand-0218") / 1e3}
    zones |= {z: shipped * share for z, share in t.judged.by_key("partner").items()}
    for zone, more in t.judged.by_key("beside").items():
        zones[zone] += more
    cells = {k: t.old(k) for k in t.levels("demand/") if "magnet" not in k}
    known = {tuple(k.split("/")): amount for k, amount in t.judged.by_key("use").items()}
    rows = {ue: [k for k in cells if tuple(k.split("/")[1:3]) == ue] for ue in known}
    columns = {z: [k for k in cells if k.split("/")[3] == z and tuple(k.split("/")[1:3]) in known] for z in zones}
    scale = sum(amount for ue, amount in known.items() if rows[ue]) / sum(zones.values())
    for _ in range(60):
        for ue, amount in known.items():
            _fit(cells, rows[ue], amount)
        for z, amount in zones.items():
            _fit(cells, columns[z], amount * scale)
    counted = OURS | dict(
        source=GOONAN,
        fact="demand-0009;demand-0218;trade-0002;trade-0006;trade-0015",
        why="2019 structure fitted to use by element of 2008 and to use by zone: China's consumption less 14 kt of "
        "magnets, abroad what leaves China",
    )
    for k, level in cells.items():
        as_in_2019 = OURS | dict(why="as in 2019: no figure of 2008 is held")
        t.put(k, level, **(counted if tuple(k.split("/")[1:3]) in known else as_in_2019))
    why = (
        "with what the tables dig and no count of use holds, 0.35 kt of 1.7: at 94 USD/kg nobody throws dysprosium "
        "away; it was used uncounted or bought for stock"
    )
    uncounted(t, why, OURS)


def uncounted(t: Past, why: str, words: dict[str, str]) -> None:
    """Dysprosium that is dug and no count of use holds, in the other uses of China."""
    key, more = "demand/other/dy/CHN/level", t.judged("uncounted")
    held = t[key]
    t.put(key, held + more, low=held, high=held + 2.0 * more, why=why, **words)


def _fit(cells: dict[str, float], keys: list[str], target: float) -> None:
    now = sum(cells[k] for k in keys)
    if now > 0:
        for k in keys:
            cells[k] *= target / now


def trade(t: Past) -> None:
    """Oxides: what a zone needs and does not make comes from China, past the customs in the share then found."""
    past = t.judged("smuggled") / (1.0 + t.judged("smuggled"))
    everywhere, to_all = t.judged.by_key("partner"), t.judged.by_key("smuggled_to_all")
    for e in t.elements:
        for zone in everywhere:
            need = t.total(t.levels("demand/", f"/{e}/{zone}"))
            need += t.get(f"metal/{e}_metal/{zone}/level") * t.judged("oxide_per_metal") - t.separated(e, zone)
            need = max(need, 0.1 * abs(need), 0.001)
            route, link = f"smuggle/{e}_oxide/CHN/{zone}", f"trade/{e}_oxide/CHN/{zone}/level"
            if smuggled := f"{route}/level" in t.base or (e in to_all and zone in ("JPN", "EUR", "USA")):
                _past_customs(t, e, route, past * need)
            if link in t.base:
                why = "what the zone uses and does not make, less what is smuggled"
                t.put(link, need * (1.0 - past * smuggled), why=why, **CUSTOMS)


def _past_customs(t: Past, element: str, route: str, level: float) -> None:
    why = "36 % over the official exports of 2008, the same for every element that is smuggled"
    t.put(f"{route}/level", level, unit="kt REO/yr", low=0.3 * level, high=1.6 * level, why=why, **CUSTOMS)
    saved, why = t.fob(element) * t.taxes(element), "just under the duty and VAT that it saves"
    t.put(f"{route}/cost", 0.95 * saved, unit="USD2020/kg", low=0.3 * saved, high=1.3 * saved, why=why, **CUSTOMS)
