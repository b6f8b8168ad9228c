"""Magnets, metals, uses and trade of the benchmark of 2024: counts and customs of the year, the structure of 2019."""

from __future__ import annotations

from collections.abc import Callable

from tools.rules.demand_2008 import net_use
from tools.rules.past import Past
from tools.rules.prices import METALS, TIERS
from tools.rules.supply_2024 import OURS
from tools.rules.tables import WORLD, fact, read

ABROAD = ("JPN", "USA", "EUR", "SEA", "ROW")
ARGUS = OURS | dict(source="Argus Viewpoint, December 2024; own judgement")
BLANKS = "magnets-0165;magnets-0175;magnets-0192"
DYSPROSIUM = "trade-1279"
MADE = {"dy": ("industry-0117", "industry-0093"), "tb": ("industry-0114", "industry-0094")}
"""Oxide made in China in 2024 by one house, and in one month by the other [t]."""


def magnets(t: Past) -> None:
    """Finished magnets by tier and zone, recipes that take the heavy oxides made, trade by customs, metals, swarf."""
    size = _finished(t)
    _recipes(t)
    _trade(t)
    for k in t.levels("metal/"):
        good, zone = k.split("/")[1:3]
        need, before = (_need(t, good, zone, read) for read in (t.get, t.old))
        if zone == "CHN":
            need, before = (
                n + sum(x(link) for link in t.levels(f"trade/{good}/CHN/")) for n, x in ((need, t.get), (before, t.old))
            )
        t.put(
            k, t.old(k) * need / before, why="2019 x the metal that the zone's magnets need over that of 2019", **OURS
        )
    for k in t.levels("recycling/"):
        swarf, zone = k.split("/")[1:3]
        tier = swarf.removeprefix("swarf_")
        t.put(k, t.old(k) * size[tier, zone], why="2019 scaled by the zone's magnets of the tier", **OURS)
    for tier in TIERS:
        t.put_all(net_use(t, tier, ("CHN", *ABROAD)), why="what the zone makes and buys less what it sells", **OURS)


def _finished(t: Past) -> dict[tuple[str, str], float]:
    """Write finished magnets; returns their output over that of 2019 by tier and zone."""
    blanks, share, bonded = (fact(name) for name in BLANKS.split(";"))
    ratio = t.judged.by_key("magnets") | {"CHN": (blanks * share / 100.0 + bonded) / 1e3 / _before(t, "CHN")}
    words = ARGUS | dict(fact=BLANKS)
    high, size = t.judged.by_key("high_share"), {}
    for zone in t.judged.by_key("magnets") | {"CHN": 1.0}:
        keys = {tier: t.levels(f"magnet/magnet_{tier}/{zone}/") for tier in TIERS}
        whole = _before(t, zone)
        for tier, mine in keys.items():
            part = t.before(mine) / whole
            if zone in high:
                part = high[zone] if tier == "high" else 1.0 - high[zone]
            size[tier, zone] = ratio[zone] * part * whole / t.before(mine)
            why = f"2019 x {size[tier, zone]:.2f}"
            said = words if zone == "CHN" else OURS
            counted = ": blanks of 2024 at the yield of the largest maker, and bonded magnets as in 2019"
            why += counted if zone == "CHN" else ", ours: about half of what China leaves is made in Japan"
            for k, x in t.shared(mine, ratio[zone] * part * whole).items():
                line = k.split("/")[3]
                t.put(k, x * _mix(t, mine, line), why=f"{why}; recipes of 2024 are ours", **said)
    return size


def _before(t: Past, zone: str) -> float:
    return sum(t.before(t.levels(f"magnet/magnet_{tier}/{zone}/")) for tier in TIERS)


def _mix(t: Past, mine: list[str], line: str) -> float:
    """How much more of a recipe is made than its share of 2019: diffused heavy metal has spread (`judged` recipe)."""
    shift = t.judged.by_key("recipe")
    share = {k.split("/")[3]: t.old(k) / t.before(mine) for k in mine}
    if len(share) == 1:
        return 1.0
    moved = {name: x * shift.get(name, 1.0) for name, x in share.items()}
    return moved[line] / sum(moved.values()) / share[line]


def _recipes(t: Past) -> None:
    """Heavy metal per magnet in China, so that its magnets take what two houses say is made of its oxide."""
    lines = [k.removesuffix("level") for k in t.levels("magnet/")]
    for element, (year, month) in MADE.items():
        metal = f"{element}_metal"
        oxide = t.old(f"metal/{metal}/CHN/oxide_per_metal")
        away = sum(t.old(k) for k in t.levels(f"trade/{metal}/CHN/"))
        need = sum(t[k + "level"] * t.get(k + metal) for k in lines if "/CHN/" in k) + away
        ratio = t.judged("in_magnets") * fact(year) / 1e3 / oxide / need
        why = (
            f"recipe of 2019 x {ratio:.2f}, diffusion and thrift: magnets take {100 * t.judged('in_magnets'):.0f} % "
            f"(ours) of the {fact(year):,.0f} t of oxide of one house; twelve times June 2024 of the other would be "
            f"{12 * fact(month):,.0f} t"
        )
        words = ARGUS | dict(fact=f"{year};{month};demand-0260")
        t.put_all({k + metal: t.old(k + metal) * ratio for k in lines if t.get(k + metal)}, why=why, **words)
        shares = {k: t.old(k) * ratio for k in t.keys("recycling/", f"/share_{element}")}
        t.put_all(shares, why="swarf holds what the magnets it is cut from hold", **words)
    for k in t.keys("recycling/", "/share_ndpr"):
        rest = sum(t[k.removesuffix("ndpr") + element] for element in MADE)
        t.put(k, 1.0 - rest, why="the rest of the oxides in swarf", **OURS)


def uncounted(t: Past) -> None:
    """Heavy oxide that the tables dig and work up and no count of use holds, in the other uses of China."""
    for element in MADE:
        key, metal = f"demand/other/{element}/CHN/level", f"metal/{element}_metal/CHN/"
        sold = t.total(k for k in t.levels(f"trade/{element}_oxide/CHN/"))
        bought = t.total(k for k in t.levels(f"trade/{element}_oxide/", "/CHN"))
        used = t.total(t.levels("demand/", f"/{element}/CHN")) + t.old(f"{metal}oxide_per_metal") * t[f"{metal}level"]
        left = t.separated(element, "CHN") + recovered(t, element, "CHN") + bought - sold - used
        held = t.get(key)
        why = (
            f"{1e3 * left:,.0f} t that the tables dig, work up and no count of use holds, state stocks among them: "
            "nobody throws it away at its price; the assays, or the tonnes from the south, may be too rich"
        )
        t.put(
            key,
            held + max(left, 0.0),
            low=0.5 * held,
            high=held + 2.0 * max(left, 0.0),
            unit="kt REO/yr",
            why=why,
            **OURS,
        )


def _trade(t: Past) -> None:
    """Magnets: exports by partner as customs count them; what others sell as they make; metals by what buyers need."""
    partner, total = t.judged.by_key("partner"), fact("magnets-0022") / 1e3
    partner["USA"] = fact("magnets-0199") / 1e3 / total
    partner["ROW"] = 1.0 - sum(x for zone, x in partner.items() if zone != "ROW")
    high = t.judged.by_key("high_share")["CHN"]
    before = {z: t.before([f"trade/magnet_{tier}/CHN/{z}/level" for tier in TIERS]) for z in partner}
    whole = {tier: t.before(t.levels(f"trade/magnet_{tier}/CHN/")) for tier in TIERS}
    shift = high / (whole["high"] / sum(whole.values()))
    for zone, share in partner.items():
        mine = min(shift * t.old(f"trade/magnet_high/CHN/{zone}/level") / before[zone], 0.9)
        said = OURS | dict(source="Chinese customs by partner; own judgement", fact="magnets-0022;magnets-0199")
        why = "customs of 2024 with alloys, 58.2 kt; 7.4 to the United States, other partners and tiers ours"
        for tier, part in (("high", mine), ("low", 1.0 - mine)):
            t.put(f"trade/magnet_{tier}/CHN/{zone}/level", total * share * part, why=why, **said)
    ratio = t.judged.by_key("magnets")
    for k in t.levels("trade/magnet_"):
        zone = k.split("/")[2]
        if zone != "CHN":
            t.put(k, t.old(k) * ratio[zone], why="2019 scaled by the seller's output", **OURS)
    for k in [k for k in t.levels("trade/") if "_metal/" in k]:
        good, _, to = k.split("/")[1:4]
        now, then = (_need(t, good, to, read) for read in (t.get, t.old))
        t.put(k, t.old(k) * now / then, why="2019 x the metal that the buyer's magnets need over that of 2019", **OURS)


def _need(t: Past, metal: str, zone: str, number: Callable[[str], float]) -> float:
    """Metal that a zone's magnets take [kt]."""
    lines = [k.removesuffix("level") for k in t.levels("magnet/") if k.split("/")[2] == zone]
    return sum(number(k + "level") * number(k + metal) for k in lines if k + metal in t.base)


def uses(t: Past) -> None:
    """Use of oxides: in China as its drivers, abroad as its users counted; cerium in magnets as they were made."""
    index = {(r["use"], r["year"]): float(r["index"]) for r in read(WORLD / "drivers.csv")}
    zones = t.judged.by_key("zone")
    for k in [k for k in t.levels("demand/") if "magnet" not in k]:
        use, _, zone = k.split("/")[1:4]
        ratio = index[use, "2024"] / index[use, "2019"]
        words = OURS | dict(
            source="drivers of use; own judgement", fact="demand-0242;trade-1280" if zone != "CHN" else ""
        )
        why = f"2019 x {ratio:.2f}, the activity behind the use (drivers.csv)"
        if zone != "CHN":
            ratio, why = ratio * zones[zone], f"{why}, x {zones[zone]:.2f} for the zone"
        t.put(k, t.old(k) * ratio, why=why, **words)
    key, more = "demand/other/ce/CHN/level", t.judged("cerium_in_magnets") * fact("magnets-0167") / 1e3
    held = t[key] + more
    why = "with cerium in 95 kt of magnets that take it for part of their neodymium, 8 % of their mass (ours)"
    t.put(key, held, low=held - 0.6 * more, high=held + 0.6 * more, why=why, **ARGUS, fact="magnets-0167")


def trade(t: Past) -> None:
    """Oxides: from Malaysia and the United States by what they make; from China what a zone needs and does not make."""
    lynas = t["deposit/mt_weld/output_licensed"] / t.old("deposit/mt_weld/output_licensed")
    for k in [k for k in t.levels("trade/") if "_oxide/SEA/" in k]:
        t.put(k, lynas * t.old(k), why="2019 scaled by Malaysia's output", **OURS)
    words = OURS | dict(basis="derived", source="Chinese customs, treo.substack.com", fact="trade-0048")
    t.put("trade/ndpr_oxide/SEA/CHN/level", fact("trade-0048") / 1e3, **words, why="3,261 t of NdPr oxide from Lynas")
    sold = t.judged("american") * (fact("deposits-0199") - fact("trade-0049")) / 1e3
    words = OURS | dict(source="MP Materials; own judgement", fact="deposits-0199;trade-0049")
    why = "1,294 t made less 232 t to China, 85 % of it sold, ours; partner ours"
    t.put("trade/ndpr_oxide/USA/JPN/level", sold, low=0.5 * sold, high=1.2 * sold, unit="kt REO/yr", **words, why=why)
    _to_japan(t)
    words = OURS | dict(source="customs total of 2024; own judgement", fact="trade-0039;trade-0356;trade-1280")
    sent = t.judged.by_key("sold")
    for e in t.elements:
        for zone in ABROAD:
            link = f"trade/{e}_oxide/CHN/{zone}/level"
            if link not in t.base:
                continue
            bought = t.total(k for k in t.levels(f"trade/{e}_oxide/", f"/{zone}") if "/CHN/" not in k)
            gone = t.total(t.levels(f"trade/{e}_oxide/{zone}/"))
            need = t.total(t.levels("demand/", f"/{e}/{zone}")) + _recast(t, e, zone)
            need -= sent.get(f"{zone}/{e}", 1.0) * t.separated(e, zone) + bought - gone
            why = "what the zone uses and neither makes nor buys elsewhere, at least a fifth of 2019"
            t.put(link, max(need, 0.2 * t.old(link)), why=why, **words)
    _heavy_to_japan(t)
    uncounted(t)


def _heavy_to_japan(t: Past) -> None:
    """Heavy oxides from China as customs saw them in a month, and the metal that Japan makes of them and of swarf."""
    sent = 12.0 * fact(DYSPROSIUM) / 1e3
    scale = sent / t.before(t.levels("trade/dy_oxide/CHN/"))
    words = OURS | dict(source="Chinese customs; own judgement", fact=DYSPROSIUM)
    for element in MADE:
        why = f"2019 x {scale:.2f}: twelve times the {fact(DYSPROSIUM):g} t of dysprosium oxide of April 2024"
        t.put_all({k: t.old(k) * scale for k in t.levels(f"trade/{element}_oxide/CHN/")}, why=why, **words)
        metal, made = f"{element}_metal", f"metal/{element}_metal/JPN/level"
        oxide = t.total(t.levels(f"trade/{element}_oxide/", "/JPN")) + recovered(t, element, "JPN")
        oxide -= t.total(t.levels("demand/", f"/{element}/JPN"))
        value = max(oxide / t.old(f"metal/{metal}/CHN/oxide_per_metal"), 0.5 * t.old(made))
        t.put(made, value, why="oxide that Japan buys and gets out of swarf, less what it uses", **OURS)
        link = f"trade/{metal}/CHN/JPN/level"
        others = t.total(k for k in t.levels(f"trade/{metal}/", "/JPN") if k != link)
        bought = max(_need(t, metal, "JPN", t.get) - value - others, 0.2 * t.old(link))
        t.put(link, bought, why="what Japan's magnets need beside its own metal, at least a fifth of 2019", **OURS)


def _to_japan(t: Past) -> None:
    """Neodymium oxide from Malaysia to Japan: what its metal makers and users need that others do not send."""
    link = "trade/ndpr_oxide/SEA/JPN/level"
    need = t.total(t.levels("demand/", "/ndpr/JPN")) + _recast(t, "ndpr", "JPN")
    others = t.total(k for k in t.levels("trade/ndpr_oxide/", "/JPN") if k != link)
    why = "what Japan's metal makers and users need beside swarf and what others send; the rest goes to Vietnam"
    t.put(link, max(need - others, 0.2 * t.old(link)), why=why, **OURS)


def _recast(t: Past, element: str, zone: str) -> float:
    """Oxide that a zone's metal making takes, less what its swarf gives back [kt]."""
    metal = f"{element}_metal"
    if metal not in METALS:
        return 0.0
    oxide = t.old(f"metal/{metal}/CHN/oxide_per_metal") * t.get(f"metal/{metal}/{zone}/level")
    return oxide - recovered(t, element, zone)


def recovered(t: Past, element: str, zone: str) -> float:
    """Oxide of an element that a zone gets out of swarf [kt]."""
    lines = [k.removesuffix("level") for k in t.levels("recycling/", f"/{zone}")]
    return sum(t[k + "level"] * t.get(k + "recovery") * t.get(f"{k}share_{element}") for k in lines)
