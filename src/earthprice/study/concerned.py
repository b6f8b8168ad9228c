"""What a text does to one zone whose page it is: its net gain and losers, its prices, how far it hangs on home."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from earthprice.measures.rounding import alone
from earthprice.study.bands import Bands
from earthprice.study.ensemble import Pair
from earthprice.study.figures import in_year, symbols
from earthprice.study.money import Money, said_value
from earthprice.study.questions import change_in_words, levels_of, spread, surely


def concerned(
    money: Money, kept: Sequence[Pair], zone: str, year: int, exposure: pd.DataFrame, bands: Bands | None
) -> dict[str, str]:
    """What the text does to a zone, as a question of page one.

    Args:
        money: how gains are counted.
        kept: draws that cleared.
        zone: id of the zone.
        year: year of prices and exposure.
        exposure: columns `EXPOSURE_COLUMNS`.
        bands: what is left out of levels, as in the tables; None: nothing.
    """
    zones = money.plan.engine.world.structure["zones"].set_index("id")["name"]
    gain = money.gains(kept, (zone,))
    value = said_value(money, kept, {zone: (zone,)}, zones)
    because = f"{value} {_hangs(money, zone, year, exposure)}"
    return {
        "question": "zone",
        "zone": zone,
        "asked": f"What does it do to {money.plan.engine.world.countries[zone]}?",
        "because": because.strip(),
        "answer": f"Net gain {spread(gain, 'bn USD')}{surely(gain)}{_loses(money, kept, zone)}. "
        f"Prices there, {year}: {_prices(money, kept, zone, year, bands)}.",
    }


def _loses(money: Money, kept: Sequence[Pair], zone: str) -> str:
    """The group of the zone that loses most; nothing where none does at the median."""
    groups = dict.fromkeys(group for z, group in kept[0].baseline.money if z == zone)
    by = {g: money.gains(kept, (zone,), (g,)) for g in groups}
    worst = min(by, key=lambda g: float(np.median(by[g])))
    return f"; most is lost by: {worst}, {spread(by[worst], 'bn USD')}" if np.median(by[worst]) < 0 else ""


def _prices(money: Money, kept: Sequence[Pair], zone: str, year: int, bands: Bands | None) -> str:
    """Prices of the headline oxides in the zone: change, level, per cent."""
    lens, titles, said = money.plan.lens, symbols(money.plan.lens), []
    for element in lens.headline[:2]:
        name = f"price/{element}_oxide@{zone}"
        if name in kept[0].baseline.series:
            sides = in_year(money.plan, kept, name, year)
            levels = levels_of(bands, name, sides, kept, year)
            said.append(change_in_words(f"{titles[element]} oxide", *sides, unit="USD/kg", levels=levels))
    return "; ".join(said) or "none of the headline oxides is traded there"


def _hangs(money: Money, zone: str, year: int, exposure: pd.DataFrame) -> str:
    """How much of the headline elements that the zone uses was separated at home, without the text."""
    lens, titles = money.plan.lens, symbols(money.plan.lens)
    rows = exposure[(exposure["scenario"] == "baseline") & (exposure["year"] == year) & (exposure["zone"] == zone)]
    part = rows.set_index("element")["separated"].dropna()
    shares = [f"{alone(float(part[e]))} % of the {titles[e]}" for e in lens.headline[:2] if e in part.index]
    if zone == lens.home or not shares:
        return ""
    return f"Separated in the country assessed, of all used there: {' and '.join(shares)} (inferred, central draw)."
