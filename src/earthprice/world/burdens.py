"""Burdens of digging and separating, and what it takes to remove them, from the world's numbers."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from earthprice.world.network import Abatement

STAGES = ("mining", "separation")
"""Stages that have burdens."""


def burdens(activities: pd.DataFrame, v: Mapping[str, float]) -> pd.DataFrame:
    """Burden per kg of level [M, B]: `burden/PLACE/STAGE/BURDEN`, times `burden_unlicensed/...` without a licence.

    A district's own figures stand before its zone's, and those before the world's.

    Args:
        activities: the network's activities.
        v: the world's numbers.
    """
    kinds = list(dict.fromkeys(k.rsplit("/", 1)[1] for k in v if k.startswith("burden/")))
    found: dict[tuple[str, str, str, bool], list[float]] = {}
    rows = []
    for district, zone, stage, status in _places(activities):
        key = (district, zone, stage, status == "unlicensed")
        if key not in found:
            found[key] = [_burden(v, *key, kind) for kind in kinds] if stage in STAGES else [0.0] * len(kinds)
        rows.append(found[key])
    return pd.DataFrame(rows, index=activities.index, columns=kinds)


def abatement(activities: pd.DataFrame, kinds: pd.Index, v: Mapping[str, float]) -> Abatement:
    """Cost and best share of removing each burden [M, B]: `abatement/PLACE/STAGE/BURDEN/cost` and `best`, else nil.

    Args:
        activities: the network's activities.
        kinds: the burdens.
        v: the world's numbers.
    """
    parts = {}
    for part in ("cost", "best"):
        rows = [[_first(v, f"abatement/{{}}/{stage}/{kind}/{part}", district, zone) or 0.0 for kind in kinds]
                for district, zone, stage, _ in _places(activities)]  # fmt: skip
        parts[part] = pd.DataFrame(rows, index=activities.index, columns=kinds)
    return Abatement(**parts)


def _places(activities: pd.DataFrame) -> list[tuple[str, str, str, str]]:
    columns = (activities[c].astype(str) for c in ("district", "zone", "stage", "status"))
    return list(zip(*columns, strict=True))


def _burden(v: Mapping[str, float], district: str, zone: str, stage: str, unlicensed: bool, kind: str) -> float:
    for place in (district, zone, "world"):
        if (key := f"burden/{place}/{stage}/{kind}") in v:
            worse = v.get(f"burden_unlicensed/{place}/{stage}/{kind}", 1.0) if unlicensed else 1.0
            return v[key] * worse
    return 0.0


def _first(v: Mapping[str, float], key: str, district: str, zone: str) -> float | None:
    return next((v[k] for place in (district, zone, "world") if (k := key.format(place)) in v), None)
