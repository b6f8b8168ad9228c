"""Measures: what a run means, as named series over its periods.

Every measure is an array over periods, keyed `family/item[/item]`. `home` is the jurisdiction whose rulebook is
assessed; partners are the other zones.
"""

from __future__ import annotations

import numpy as np

from earthprice.dynamics.laws import NO_CAP, reached, recovery_cost
from earthprice.study.engine import Outcome
from earthprice.study.inside import contents
from earthprice.study.lens import Lens
from earthprice.world.burdens import burden_sizes

Series = dict[str, np.ndarray]
VALUED = 0.5
"""What a zone's mines and plants hand on in the base year [kt REO/yr] from which value added per tonne is shown."""
NOTHING = 1e-9
"""Tonnes [kt/yr], or another base, below which there is nothing to take a share of."""


def measure(lens: Lens, run: Outcome) -> Series:
    """All measures of a run."""
    parts = (_prices, _exports, _mining, _ore, _burdens, _chain, _costs, _loop)
    return {k: v for part in parts for k, v in part(lens, run).items()}


def ratio(top: np.ndarray, bottom: np.ndarray | float) -> np.ndarray:
    """A ratio; unknown (NaN) where there is nothing to take it of."""
    some = np.abs(bottom) > NOTHING
    return np.where(some, top / np.where(some, bottom, 1.0), np.nan)


def _sum(run: Outcome, mask: np.ndarray, weight: np.ndarray | None = None) -> np.ndarray:
    level = run.record.level[:, mask]
    return level.sum(1) if weight is None else level @ weight[mask]


def _prices(lens: Lens, run: Outcome) -> Series:
    price = run.record.price
    out: Series = {name: price[:, i] for i, name in lens.priced}
    freight, between = run.point.bench.cost, _between(run)
    for e, (which, arrive) in lens.arrivals.items():
        flow = run.record.level[:, which]
        arrival = price[:, arrive] - freight[which]
        fob = ratio((flow * arrival).sum(1), flow.sum(1))
        out[f"fob/{e}"] = fob
        out[f"price_gap/{e}"] = fob - out[f"price/{e}_oxide@{lens.home}"]
        charged, licence = (x[:, which] for x in between)
        out[f"gap_charges/{e}"] = ratio((flow * charged).sum(1), flow.sum(1))
        out[f"gap_licence/{e}"] = ratio((flow * licence).sum(1), flow.sum(1))
    return out


def _between(run: Outcome) -> tuple[np.ndarray, np.ndarray]:
    """Per unit of level: duty and VAT not given back, and what the permits in force are worth [USD/kg; T, M]."""
    price, n = run.record.price, run.point.bench.a.shape[0]
    charged = run.terms.advalorem * run.sales + run.terms.specific
    worth = np.where(run.record.permit_amount <= NO_CAP, price[:, n:], 0.0)
    return charged, worth @ np.asarray(run.setting.permit_use)


def _exports(lens: Lens, run: Outcome) -> Series:
    """Exports [t REO/yr] of each element in all forms together, in oxide and metal, and in magnets; by form; smuggled.

    What a metal or a magnet holds is counted as the oxide that went into it.
    """
    (at, partners), a = lens.leaving, run.point.bench.a
    origin = a[:, at].argmin(0)
    each = -1e3 * (run.record.level[:, at] * a[origin, at])[:, :, None] * contents(lens, run)[:, origin]
    out: Series = {}
    for partner, to in partners.items():
        for form in ("", "_oxide", "_raw", "_magnets"):
            which = to & lens.rows[form[1:]][at] if form else to
            sums = each[:, which].sum(1)
            out |= {f"exports/{e}{form}/{partner}": sums[:, i] for i, e in enumerate(lens.elements)}
        for good in ("metals", "magnets"):
            out[f"exports/{good}/{partner}"] = each[:, to & lens.rows[good][at]].sum((1, 2))
        bulk = lens.role("bulk")
        out[f"exports/{'+'.join(bulk)}/{partner}"] = np.sum([out[f"exports/{e}/{partner}"] for e in bulk], axis=0)
        hidden = lens.rows["smuggled"] & (lens.mask(partner=partner) if partner != "all" else True)
        out[f"exports/smuggled/{partner}"] = 1e3 * _sum(run, hidden, lens.reo)
    return out


def _mining(lens: Lens, run: Outcome) -> Series:
    mining = lens.mask(stage="mining", zone=lens.home)
    wild = lens.mask(status="unlicensed")
    heavy = lens.mask(concentrate=lens.heavy)
    light, rich = _sum(run, mining & ~wild & ~heavy), _sum(run, mining & ~wild & heavy)
    unlicensed = _sum(run, mining & wild)
    reo = run.point.bench.a
    swarf = lens.mask(stage="recycling", zone=lens.home)
    recovered = run.record.level[:, swarf] @ np.where(reo[:, swarf] > 0, reo[:, swarf], 0.0).sum(0)
    imported = _sum(run, lens.mask(stage="separation", zone=lens.home, feed="imported"))
    return {
        "feed/licensed_light": light, "feed/licensed_heavy": rich, "feed/unlicensed": unlicensed,
        "feed/imported": imported, "feed/recycled": recovered,
        "unlicensed_share": 100.0 * ratio(unlicensed, light + rich + unlicensed),
        "mined/home": light + rich + unlicensed,
        "mined/abroad": _sum(run, lens.mask(stage="mining") & ~lens.mask(zone=lens.home)),
    }  # fmt: skip


def _ore(lens: Lens, run: Outcome) -> Series:
    """What becomes of the ore disturbed at home [%], ore left [% of the base year's], grade mined, tailings [kt REO].

    Disturbed = dug + sterilised = sold + to a tailings pond + lost for good in pit and plant + sterilised; recovery is
    what is sold of what is dug. `ore/` and `recovery/own` are of bodies dug for their rare earths; `ore_host/` and
    `recovery/host` of those whose ore a host mineral brings up whether or not it is wanted.
    """
    home, ponds, _ = lens.bodies
    host = np.asarray(run.setting.host) > 0
    mined, wild = lens.mask(stage="mining", zone=lens.home), lens.mask(status="unlicensed")
    ground = run.record.ore[:, home & ~ponds].sum(1)
    return {
        **_fate(lens, run, home & ~host, "own"), **_fate(lens, run, home & host, "host"),
        "ore/left": 100.0 * ratio(ground, ground[0]), "tailings": run.record.ore[:, home & ponds].sum(1),
        **_grades(lens, run, home),
        "rich_share": 100.0 * ratio(_sum(run, mined & lens.mask(grade_class="rich")), _sum(run, mined)),
        "recovery/licensed": _recovered(run, mined & ~wild & _on(run, ~host)),
        "recovery/unlicensed": _recovered(run, mined & wild & _on(run, ~host)),
    }  # fmt: skip


def _fate(lens: Lens, run: Outcome, bodies: np.ndarray, kind: str) -> Series:
    """What becomes of the ore disturbed in some bodies [%], and how much of it is not sold [kt REO/yr]."""
    s, record = run.setting, run.record
    dug = record.dug[:, bodies]
    sold = (record.level @ (np.asarray(s.dig) > 0).T)[:, bodies]
    ponded = ((dug - sold) * np.asarray(s.tail_to).sum(0)[bodies]).sum(1)
    gone = record.lean_lost[:, bodies].sum(1)
    sterilised = np.diff(gone, append=gone[-1] + (gone[-1] - gone[-2] if len(gone) > 1 else 0.0)) / lens.engine.dt
    disturbed, sold = dug.sum(1) + sterilised, sold.sum(1)
    ore = "ore" if kind == "own" else f"ore_{kind}"
    kinds = {"sold": sold, "ponded": ponded, "lost": dug.sum(1) - sold - ponded, "sterilised": sterilised}
    return {
        **{f"{ore}/{fate}": 100.0 * ratio(tonnes, disturbed) for fate, tonnes in kinds.items()},
        f"recovery/{kind}": 100.0 * ratio(sold, dug.sum(1)), f"ore_wasted/{kind}": disturbed - sold,
    }  # fmt: skip


def _on(run: Outcome, bodies: np.ndarray) -> np.ndarray:
    """Mines on some bodies [M]."""
    return (np.asarray(run.setting.dig) > 0)[bodies].any(0)


def _recovered(run: Outcome, mines: np.ndarray) -> np.ndarray:
    """What some mines sell of the ore that they dig [%; T]."""
    return 100.0 * ratio(_sum(run, mines), ore_by_mine(run)[:, mines].sum(1))


def ore_by_mine(run: Outcome) -> np.ndarray:
    """Ore REO that each mine digs [kt/yr; T, M]: its body's, which may come up with a host mineral, by its own need."""
    dig = np.asarray(run.setting.dig)
    need = run.record.level / np.asarray(reached(run.setting, run.law))
    return need * ((run.record.dug / np.maximum(need @ dig.T, 1e-12)) @ dig)


def _grades(lens: Lens, run: Outcome, home: np.ndarray) -> Series:
    """Grade of the ore dug at home, by kind of ore: REO dug over ore dug [% REO]."""
    bodies, kind = lens.engine.names.bodies, lens.bodies[2]
    percent = np.array([run.point.values["deposit/{}/grade_{}".format(*b.split("/"))] for b in bodies])
    out: Series = {}
    for one in dict.fromkeys(kind[home]):
        dug = run.record.dug * (home & (kind == one))
        out[f"grade/{one}"] = ratio(dug.sum(1), (dug / percent).sum(1))
    return out


def _burdens(lens: Lens, run: Outcome) -> Series:
    names = lens.engine.names
    world = lens.engine.world
    size = burden_sizes(world.network.places, names.burdens, run.point.values)[None] * np.asarray(run.law.burden)
    each = run.record.level[None] * np.moveaxis(size, 2, 0)
    out: Series = {}
    for p, at in lens.standing.items():
        place, sums = names.places[p], each[:, :, at].sum(2)
        out |= {f"burden/{place}:{burden}": sums[b] for b, burden in enumerate(names.burdens)}
        out[f"damage/{place}"] = run.record.damage[:, p]
    for zone in names.zones:
        at = [i for i, z in enumerate(lens.engine.place_zones) if z == zone]
        out[f"damage_zone/{zone}"] = run.record.damage[:, at].sum(1)
    out["damage"] = out[f"damage_zone/{lens.home}"]
    harm = np.sum(np.asarray(run.setting.place_damage)[None] * np.asarray(run.law.burden), 2) * run.record.level
    out["damage_unlicensed"] = harm[:, lens.mask(zone=lens.home, status="unlicensed")].sum(1)
    out["damage_licensed"] = out["damage"] - out["damage_unlicensed"]
    out["damage_abroad"] = sum((out[f"damage_zone/{z}"] for z in names.zones if z != lens.home), np.zeros(1))
    for i, place in enumerate(names.places):
        out[f"complaints/{place}"] = run.record.complaints[:, i]
    return out


def _chain(lens: Lens, run: Outcome) -> Series:
    out: Series = {}
    at = lens.mask(stage="separation", zone=lens.home, status="licensed")
    out["capacity_use/separation"] = 100.0 * ratio(_sum(run, at), run.record.capacity[:, at].sum(1))
    magnets = lens.mask(stage="magnet")
    both = np.zeros((2, len(lens.engine.years)))
    for tier in lens.tiers:
        made, could = _plants(run, magnets & lens.mask(zone=lens.home, tier=tier))
        out[f"capacity_use/magnet_{tier}"] = 100.0 * ratio(made, could)
        both += made, could
    out["capacity_use/magnet"] = 100.0 * ratio(both[0], both[1])
    for zone in lens.engine.names.zones:
        here = lens.mask(zone=zone)
        total = _sum(run, magnets & here)
        if total[0] > 0.01:
            out[f"high_share/{zone}"] = 100.0 * _sum(run, magnets & here & lens.mask(tier="high")) / total
        added, handed_on = _value_added(lens, run, zone)
        if handed_on[0] > VALUED:
            out[f"value_added/{zone}"] = 1e3 * ratio(added, handed_on)
    out["high_share"] = out.get(f"high_share/{lens.home}", np.zeros(len(lens.engine.years)))
    return out


def _plants(run: Outcome, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Output of a make and what its plants could make [kt/yr; T].

    The first recipe's use holds for all plants of the make in the base year; lines turned over to another recipe are
    the same plants, so that only what is built or closed since counts.
    """
    which = np.flatnonzero(at)
    if not len(which):
        return np.zeros(len(run.record.level)), np.zeros(len(run.record.level))
    made, capacity = run.record.level[:, which].sum(1), run.record.capacity[:, which].sum(1)
    base = run.point.bench.level[which].sum() / max(run.point.drafts[which[0]].use, 1e-3)
    return made, base + capacity - capacity[0]


def _value_added(lens: Lens, run: Outcome, zone: str) -> tuple[np.ndarray, np.ndarray]:
    """What a zone's mines and plants add in value [MUSD/yr; T], and the REO in what they hand on [kt REO/yr; T].

    Value added is sales less bought goods at the zone's prices. What one plant makes and another of the zone takes
    cancels; the rest that is made, concentrates, oxides, metals and magnets, goes to users, abroad or to a dump.
    """
    at = lens.mask(doing="run", zone=zone)
    made = run.record.level[:, at] @ run.point.bench.a[:, at].T
    price = run.record.price[:, : made.shape[1]]
    return (made * price).sum(1), np.maximum(made, 0.0) @ lens.content


def _costs(lens: Lens, run: Outcome) -> Series:
    here = lens.mask(zone=lens.home)
    each = run.terms.resource_cost - run.point.base.resource_cost[0] + np.asarray(recovery_cost(run.setting, run.law))
    extra = each[:, here] * run.record.level[:, here]
    zone = lens.engine.names.zones.index(lens.home)
    budget = run.terms.state_cost[:, zone]
    return {"compliance/firms": extra.sum(1), "compliance/state": budget, "compliance": extra.sum(1) + budget}


def _loop(lens: Lens, run: Outcome) -> Series:
    """The loop of the minister's answer, as indices: price, unlicensed digging, complaints, mining totals."""
    node = lens.engine.world.network.node(f"{lens.headline[0]}_oxide@{lens.home}")
    price = run.record.price[:, node]
    digging = _sum(run, lens.mask(stage="mining", zone=lens.home, status="unlicensed"))
    here = [(i, p) for i, (p, z) in enumerate(zip(lens.engine.names.places, lens.engine.place_zones, strict=True))
            if z == lens.home]  # fmt: skip
    own = [i for i, p in here if p != lens.home] or [i for i, _ in here]  # its districts, or itself
    digs = lens.mask(stage="mining", zone=lens.home)
    caps = np.flatnonzero(run.terms.permit_use[:, digs].any(1))
    amount = np.minimum(run.record.permit_amount[:, caps], 1e6).sum(1) if len(caps) else np.ones(len(price))
    return {
        "loop/price": price / price[0], "loop/digging": ratio(digging, digging[0]),
        "loop/complaints": run.record.complaints[:, own].mean(1), "loop/total": ratio(amount, amount[0]),
    }  # fmt: skip
