"""Measures: what a run means, as named series over its periods.

Every measure is an array over periods, keyed `family/item[/item]`. `home` is the jurisdiction whose rulebook is
assessed; partners are the other zones.
"""

from __future__ import annotations

from earthprice.measures.burdens import burdens
from earthprice.measures.chain import chain
from earthprice.measures.costs import costs
from earthprice.measures.lens import Lens
from earthprice.measures.licences import licences
from earthprice.measures.loop import loop
from earthprice.measures.ore import mining, ore_at_home
from earthprice.measures.prices import prices
from earthprice.measures.series import Series
from earthprice.measures.trade import exports
from earthprice.runs.engine import Outcome

FAMILIES = (prices, exports, mining, ore_at_home, burdens, chain, costs, loop, licences)


def measure(lens: Lens, run: Outcome) -> Series:
    """All measures of a run."""
    out: Series = {}
    for family in FAMILIES:
        out |= family(lens, run)
    return out
