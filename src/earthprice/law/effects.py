"""Effects: what each instrument does to the arrays of `Terms`. One function an instrument, no state."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from earthprice import caps
from earthprice.errors import RulebookError
from earthprice.law.abatement import abated, abatement_cost
from earthprice.law.acting import Acting
from earthprice.law.deterrence import expected_charge, with_tracing
from earthprice.law.floors import Contract
from earthprice.law.instruments import Charge, Licence, Penalty, PriceBand, Reserve, Standard, Support
from earthprice.law.sheet import ONE_AT_A_TIME, Cut, Sheet, one_at_a_time
from earthprice.world.terms import PlantContract

ANY_PRICE = 100.0
"""Base prices up to which a stock is bought that has no price of its own: beyond what any user pays."""
BUYS_UNDER = 0.95
"""Part of its selling price below which a stock buys, ten spreads away: it never buys what it sells."""
MOST_WITHHELD = 0.95
"""Expected seizure and fine above this share of revenue are cut to it: hardly anyone digs on either side of it."""


def charge(a: Acting, sheet: Sheet) -> None:
    """Charge: `sale_value` t += r; `border_value` a duty (`withhold`); `t` specific; `burden` a bill (`abate`).

    It goes to the state of the book; what that state takes outside its zone is written a second time (`Levy`).
    """
    m = a.item.measure
    assert isinstance(m, Charge)
    rate = a.value("rate", 0.0) * a.value("due_on", 1.0)
    their, out = sheet.elsewhere(a, sheet.ground.columns["zone"][a.at])
    far = a.at[out]
    if m.base == "border_value":
        rates = sheet.tariff if m.paid_to else sheet.duty(a.item.book.jurisdiction, m.levy)
        rates[:, a.at] += rate
    elif m.base == "sale_value":
        taken = sheet.terms.tariff if m.paid_to else sheet.terms.advalorem
        taken[:, a.at] += rate
        if their and not m.paid_to:
            their.advalorem[:, far] += rate
    elif m.base == "t":
        rate = rate * a.level("rate", sheet.ground)
        sheet.terms.specific[:, a.at] += rate
        if their:
            their.specific[:, far] += rate[:, out]
    else:
        burden = sheet.ground.burden(m.burden or "", a.item.where("burden"))
        sheet.bill[:, a.at, burden] += rate
        if their:
            their.bill[:, far, burden] += rate


def licence(a: Acting, sheet: Sheet) -> None:
    """Licence: build: entry × (1 − refused), delay + wait; run: capacity × (1 − refused); ship: interest on what waits.

    What a licence to ship refuses becomes permits (`permits.py`).
    """
    assert isinstance(a.item.measure, Licence)
    doing, wait = a.item.measure.acts_on.names()["doing"][0], a.value("wait", 0.0)
    if doing == "ship":
        sheet.terms.resource_cost[:, a.at] += a.value("interest", 0.0) * wait * sheet.ground.bought[a.at]
        return
    allowed = 1.0 - a.value("refused", 0.0)
    if doing == "run":
        sheet.terms.capacity[:, a.at] *= allowed
        return
    sheet.terms.entry[:, a.at] *= allowed
    sheet.terms.entry_delay[:, a.at] += wait


def standard(a: Acting, sheet: Sheet) -> None:
    """Standard: moves recovery, a burden or a capacity by what the obeying share must change; costs it `cost`."""
    m = a.item.measure
    assert isinstance(m, Standard)
    obeyed = a.value("obeyed", 0.0)
    sheet.terms.resource_cost[:, a.at] += obeyed * a.value("cost", 0.0) * a.level("cost", sheet.ground)
    if m.quantity == "recovery":
        base = a.value("base", 1.0)
        more = obeyed * np.maximum(0.0, a.value("at_least", 0.0) / base - 1.0)
        if ((sheet.terms.recovery[:, a.at] > 1.0) & (more > 0)).any():
            what = f"'{a.item.id}' demands recovery where another standard demands it already"
            raise RulebookError(what, where=a.item.where(), accepted=ONE_AT_A_TIME)
        sheet.terms.recovery[:, a.at] *= 1.0 + more
    elif m.quantity == "share of feed from ore":
        sheet.fed.append((a.at, obeyed, np.minimum(1.0, a.value("at_most", 1.0))))
    elif m.quantity != "cost only":
        column = sheet.ground.burden(m.burden or "", a.item.where("burden"))
        known, best = sheet.ground.network.abatement is not None, sheet.ground.abatement[1][a.at, column]
        if known and not a.has("cost") and not best.any():
            what = f"'{a.item.id}' cuts {m.burden}, which nothing there cleans"
            raise RulebookError(
                what, where=a.item.where("burden"), accepted="with a `cost`: what doing without it takes"
            )
        kept = np.minimum(1.0, _left(a, m))
        sheet.cuts.append(Cut(a.at, column, m.quantity, obeyed, kept, not a.has("cost")))


def abate(sheet: Sheet) -> None:
    """Join charges on burdens and standards to what firms remove of a burden, pay for it, and are billed on the rest.

    Everyone removes a(t) of a burden billed t; those who obey standards remove what these ask together (`_asked`) where
    that is more. Who obeys one that fewer obey obeys those that more obey too, so that the shares that obey, in rising
    order, cut those bound into groups. Without a cost of its own, a cut costs what the same abatement costs under a
    charge, from what is removed already; what cannot be cleaned (gas, tailings) is cut only where the standard says
    what that costs.
    """
    acted = sheet.bill.any(0).any(1)
    for c in sheet.cuts:
        acted[c.at] = True
    on = np.flatnonzero(acted)
    cost, best = (x[on] for x in sheet.ground.abatement)
    burdens, bill, known = sheet.ground.burdens[on], sheet.bill[:, on], sheet.ground.network.abatement is not None
    chosen = abated(bill, cost, best)
    paid, left = abatement_cost(chosen, cost, best), 1.0 - chosen
    for column in dict.fromkeys(c.column for c in sheet.cuts):
        cuts = [c for c in sheet.cuts if c.column == column]
        k, b, a = cost[:, column], best[:, column], chosen[..., column]
        obeyed, kept = np.zeros((len(cuts), *a.shape)), np.ones((len(cuts), *a.shape))
        for i, c in enumerate(cuts):
            of = np.searchsorted(on, c.at)
            obeyed[i][:, of] = c.obeyed
            kept[i][:, of] = np.where(c.free and known & (b[of] <= 0.0), 1.0, c.kept)
        free, below = np.array([c.free for c in cuts])[:, None, None], 0.0
        for upto in np.sort(obeyed, axis=0):
            theirs = np.where(obeyed >= upto, kept, 1.0)
            asked, bought = (np.maximum(_asked(cuts, x, b), a) for x in (theirs, np.where(free, 1.0, theirs)))
            left[..., column] -= (upto - below) * (asked - a)
            paid[..., column] += (upto - below) * (abatement_cost(asked, k, b) - abatement_cost(bought, k, b))
            below = upto
    sheet.terms.burden[:, on] *= left
    sheet.terms.specific[:, on] += (burdens * bill * left).sum(2)
    for their in sheet.abroad.values():
        their.specific[:, on] += (burdens * their.bill[:, on] * left).sum(2)
    sheet.terms.resource_cost[:, on] += (burdens * paid).sum(2)


def limit_feed(sheet: Sheet) -> None:
    """Capacity that limits on feed from ore leave: those who obey several obey the strictest, nested as in `abate`."""
    if not sheet.fed:
        return
    shape = (len(sheet.fed), *sheet.terms.capacity.shape)
    obeyed, most = np.zeros(shape), np.ones(shape)
    for k, (at, share, limit) in enumerate(sheet.fed):
        obeyed[k][:, at], most[k][:, at] = share, limit
    left, below = np.ones(shape[1:]), 0.0
    for upto in np.sort(obeyed, axis=0):
        left -= (upto - below) * (1.0 - np.where(obeyed >= upto, most, 1.0).min(0))
        below = upto
    sheet.terms.capacity[:] *= left


def _asked(cuts: list[Cut], kept: np.ndarray, best: np.ndarray) -> np.ndarray:
    """Share of a burden that standards ask to be removed together, at most `best` where it can be cleaned [S, M].

    Of two limits on one thing the stricter holds; limits on two (discharge, water recycled) act one on what the other
    leaves.
    """
    by: dict[str, np.ndarray] = {}
    for c, left in zip(cuts, kept, strict=True):
        by[c.quantity] = np.minimum(by.get(c.quantity, left), left)
    total = 1.0 - np.prod(list(by.values()), axis=0)
    return np.where(best > 0.0, np.minimum(total, best), total)


def _left(a: Acting, m: Standard) -> np.ndarray:
    """What is left of a burden where the standard is obeyed, over what there was."""
    if m.quantity == "discharge":
        return a.value("at_most", np.inf) / a.value("base", 1.0)
    return (1.0 - a.value("at_least", 0.0)) / np.maximum(1.0 - a.value("base", 0.0), 1e-9)


def inspection(a: Acting, sheet: Sheet) -> None:
    """Inspection: a share caught; several compound. The budget is the state's cost."""
    sheet.escaped[:, a.at] *= 1.0 - a.value("caught", 0.0)
    zone = sheet.ground.zone(a.item.book.jurisdiction, a.item.book.where(("jurisdiction",)))
    sheet.terms.state_cost[:, zone] += a.value("budget", 0.0)[:, 0]


def tracing(a: Acting, sheet: Sheet) -> None:
    """Tracing: lets fewer unlicensed tonnes pass as lawful; costs the lawful `cost` on the share covered."""
    unlicensed = a.at[sheet.ground.unlicensed[a.at]]
    kept = ~sheet.ground.unlicensed[a.at]
    lawful, cost = a.at[kept], a.value("cost", 0.0) * a.level("cost", sheet.ground)[kept]
    coverage = a.value("coverage", 0.0)
    sheet.missed[:, unlicensed] *= 1.0 - with_tracing(0.0, coverage, a.value("detects", 0.0))
    sheet.terms.resource_cost[:, lawful] += coverage * cost


def penalty(a: Acting, sheet: Sheet) -> None:
    """Penalty: kept until inspection and tracing are known; one for an activity at a time, nobody is fined twice.

    Raises:
        RulebookError: another penalty reaches the same activity on some of these days.
    """
    assert isinstance(a.item.measure, Penalty)
    on = a.on & np.isfinite(a.numbers("times_gain"))
    one_at_a_time(a, sheet, sheet.punished[:, a.at] & on[:, None], "punishes")
    sheet.punished[np.ix_(on, a.at)] = True
    their, out = sheet.elsewhere(a, sheet.ground.columns["zone"][a.at])
    if their:
        their.fines[np.ix_(on, a.at[out])] = True
    revenue = np.maximum(sheet.ground.revenue[a.at], 1e-9)
    floor = np.zeros((len(a.on), 1))
    if a.item.measure.floor is not None:
        floor = a.value("floor", 0.0) / a.value("case_size", np.inf) * a.level("case_size", sheet.ground) / revenue
    parts = {k: a.value(k, 0.0) for k in ("seized", "times_gain", "wealth", "closed")} | {"floor": floor}
    for name, part in parts.items():
        sheet.penalties[name][:, a.at] += np.where(on[:, None], part, 0.0)


def catch(sheet: Sheet) -> None:
    """Join inspection and tracing to the share of unlicensed tonnes that is caught."""
    at = np.flatnonzero(sheet.ground.unlicensed)
    sheet.terms.caught[:, at] = 1.0 - sheet.escaped[:, at] * sheet.missed[:, at]


def deter(sheet: Sheet) -> None:
    """Join what is caught (`catch`) and penalty to the share of revenue that the marginal unlicensed site loses.

    Written charges come first (`withhold`); expected seizure and fine are withheld up to `MOST_WITHHELD`, and with the
    charges and mark-ups up to `caps.WITHHELD`. What would go beyond is `Terms.uncollected`. It goes to the state whose
    penalty it is, also from abroad (`Levy`).
    """
    at = np.flatnonzero(sheet.ground.unlicensed)
    held = {k: v[:, at] for k, v in sheet.penalties.items()}
    caught = sheet.terms.caught[:, at]
    lost = expected_charge(caught, held["seized"], held["times_gain"], held["wealth"], held["floor"])
    room = caps.WITHHELD - sheet.terms.advalorem[:, at] - sheet.terms.markup[:, at]
    withheld = np.minimum(lost, np.minimum(MOST_WITHHELD, room))
    sheet.terms.advalorem[:, at] += withheld
    for their in sheet.abroad.values():
        their.advalorem[:, at] += np.where(their.fines[:, at], withheld, 0.0)
    sheet.terms.uncollected[:, at] = lost - withheld
    sheet.terms.capacity[:, at] *= 1.0 - caught * np.minimum(held["closed"], 1.0)
    sheet.terms.fine[:, at] = held["times_gain"]


def reserve(a: Acting, sheet: Sheet) -> None:
    """Reserve: buys below a price, at most `pace` a year, until `target` is reached."""
    assert isinstance(a.item.measure, Reserve)
    pace = a.value("pace", 0.0) / a.level("pace", sheet.ground)
    target = a.value("target", 0.0) / a.level("target", sheet.ground)
    length = a.days.length[:, None]
    bought = np.cumsum(pace * length, axis=0) - pace * length
    left = np.maximum(0.0, np.round(target - bought, 12))
    _buys(a, sheet, np.minimum(pace, left / length), "buy_below")


def price_band(a: Acting, sheet: Sheet) -> None:
    """Price band: the state takes what is offered at the floor, up to `tonnes` a year."""
    assert isinstance(a.item.measure, PriceBand)
    _buys(a, sheet, a.value("tonnes", 0.0) / a.level("tonnes", sheet.ground), "floor")


def stock(a: Acting, sheet: Sheet) -> None:
    """Stock: must hold `days` of use, bought within `build` years; sold above a price, bought below it.

    Raises:
        RulebookError: another measure buys the same good on some of these days; a good that had no price.
    """
    g = sheet.ground
    base = g.bought[a.at]
    days, on = a.value("days", 0.0), a.on & np.isfinite(a.numbers("days"))
    one_at_a_time(a, sheet, np.isfinite(sheet.terms.reservation[:, a.at]) & on[:, None], "buys")
    if not (base > 0).all():
        what = f"'{a.item.id}' holds a good that had no price in the base year"
        raise RulebookError(what, where=a.item.where("acts_on"), accepted="a good that is used there")
    above, below = (_price(a, name, base) for name in ("release_above", "buy_below"))
    sellers = [str(i).replace("/reserve_buy", "/reserve_sell") for i in g.ids[a.at]]
    sells = np.array([np.flatnonzero(g.ids == seller)[0] for seller in sellers])
    for at, price in ((a.at, np.minimum(np.minimum(BUYS_UNDER * above, below), ANY_PRICE * base)), (sells, above)):
        sheet.terms.reservation[np.ix_(on, at)] = np.broadcast_to(price, (len(on), len(at)))[on]
    sheet.terms.stock_days[:, a.at] += days
    sheet.terms.stock_pace[:, a.at] += days / a.value("build", 1.0)
    sheet.terms.stock_sold[:, sells] += np.where(
        np.isfinite(above), a.value("release", 0.0), 0.0
    )  # at no price, nothing


def _price(a: Acting, name: str, base: np.ndarray) -> np.ndarray:
    """A price of a stock by stretch and good, infinite where the measure has none [S, M reached]."""
    given = a.item.measure.quantities().get(name)
    relative = given is not None and given.unit == "ratio to base year"
    return a.value(name, np.inf) * (base if relative else np.ones_like(base))


def _buys(a: Acting, sheet: Sheet, tonnes: np.ndarray, price: str) -> None:
    """Tonnes that the state buys at a price on the days on which the measure holds; one buyer of a good at a time.

    Raises:
        RulebookError: another measure of the instrument buys the same good on some of these days.
    """
    below = a.value(price, np.nan)
    on = np.isfinite(below[:, 0])
    one_at_a_time(a, sheet, np.isfinite(sheet.terms.reservation[:, a.at]) & on[:, None], "buys")
    sheet.terms.holding[np.ix_(on, a.at)] = tonnes[on]
    sheet.terms.reservation[np.ix_(on, a.at)] = below[on]


def contract(a: Acting, sheet: Sheet) -> None:
    """Contract for difference: each plant's strike at the place where it makes the good, what it gives back, its cover.

    Contracts that two states sign for one plant are two, each paid by its own.

    Raises:
        RulebookError: another contract pays for the same good of the same plant on some of these days.
    """
    m = a.item.measure
    assert isinstance(m, Contract)
    payer = sheet.ground.zone(a.item.book.jurisdiction, a.item.book.where(("jurisdiction",)))
    strike = (a.value("strike", np.nan) + a.value("basis", 0.0))[:, 0]
    mine = strike, a.value("back", 0.0)[:, 0], a.value("covers", 1.0)[:, 0]
    on, goods = np.isfinite(strike), sheet.ground.maker(m.good, "")
    for i in a.at.tolist():
        key = i, int(goods[i]), payer
        for there in (c for k, c in sheet.contracts.items() if k[:2] == key[:2]):
            one_at_a_time(a, sheet, (np.isfinite(there.strike) & on)[:, None] & (a.at == i), "insures")
        numbers = mine
        if (had := sheet.contracts.get(key)) is not None:
            old = had.strike, had.back, had.covered
            numbers = tuple(np.where(on, new, before) for new, before in zip(mine, old, strict=True))
        sheet.contracts[key] = PlantContract(*key, *numbers)


def support(a: Acting, sheet: Sheet) -> None:
    """Support: money a year into a zone's knowledge, or into capacity in proportion to the capacity in place."""
    m = a.item.measure
    assert isinstance(m, Support)
    money = a.value("amount", 0.0)
    if m.lasts is not None:
        over = a.begins("amount") + a.value("lasts", np.inf)
        money = money * np.clip((over - a.days.years[:, None]) / a.days.spans[:, None], 0.0, 1.0)
    if m.into == "knowledge":
        zones = [sheet.ground.zone(z, a.item.where("acts_on", "zone")) for z in m.acts_on.names()["zone"]]
        their, out = sheet.elsewhere(a, np.array(m.acts_on.names()["zone"], object))
        for zone, abroad in zip(zones, out, strict=True):
            sheet.terms.knowledge_support[:, zone] += money[:, 0] / len(zones)
            if their and abroad:
                their.knowledge_support[:, zone] += money[:, 0] / len(zones)
        return
    capacity = sheet.ground.capacity[a.at]
    total = capacity.sum()
    parts = money * (capacity / total if total > 0 else np.full(len(a.at), 1.0 / len(a.at)))
    sheet.terms.entry_support[:, a.at] += parts
    their, out = sheet.elsewhere(a, sheet.ground.columns["zone"][a.at])
    if their:
        their.entry_support[:, a.at[out]] += parts[:, out]


def conduct(a: Acting, sheet: Sheet) -> None:
    """Conduct: mark-up 1/(n e) of what charges leave (`withhold`); refused where n e <= 1: no interior solution."""
    power = a.value("sellers", np.inf) * a.value("elasticity", 1.0)
    if (power <= 1.0).any():
        worst = float(power.min())
        raise RulebookError(
            f"sellers times elasticity is {worst:.3g}: a mark-up has no solution", where=a.item.where(), accepted="> 1"
        )
    sheet.terms.markup[:, a.at] += 1.0 / power


EFFECTS: dict[str, Callable[[Acting, Sheet], None]] = {
    "charge": charge,
    "licence": licence,
    "standard": standard,
    "inspection": inspection,
    "tracing": tracing,
    "penalty": penalty,
    "reserve": reserve,
    "price_band": price_band,
    "contract": contract,
    "stock": stock,
    "support": support,
    "conduct": conduct,
}
"""Effect of each instrument; caps, exemptions and refusals become permits (`permits.py`)."""
