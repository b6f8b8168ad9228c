"""Plants that take more than one feed: imported concentrate goes where the same one from home leaves room."""

from __future__ import annotations

from collections.abc import Mapping

from earthprice.world.numbers import require


def lent(values: Mapping[str, float], name: str, level: float) -> tuple[float, str]:
    """Use of a plant in the base year, and which spread of costs it has.

    Where plants of the zone separate the same concentrate from home, what they leave idle can be turned over to the
    imported one: capacity = max(level / use, home level (1 / use - 1)). Lines lent so differ less in cost than firms.

    Args:
        values: the world's numbers.
        name: zone/concentrate/feed/status of the plant.
        level: its output in the base year [kt REO/yr].

    Returns:
        Use [share], and `feed_spread` where capacity is lent, else `spread`.
    """
    zone, concentrate, feed, status = name.split("/")
    use, home = values.get(f"separation/{name}/use", 0.6), f"separation/{zone}/{concentrate}/home/{status}"
    if feed == "home" or f"{home}/level" not in values:
        return use, "spread"
    idle = require(values, f"{home}/level") * (1.0 / values.get(f"{home}/use", 0.6) - 1.0)
    return (level / idle, "feed_spread") if idle > level / use else (use, "spread")
