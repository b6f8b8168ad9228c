"""Burdens on places, the damage they do, complaints."""

from __future__ import annotations

import numpy as np

from earthprice.measures.lens import Lens
from earthprice.measures.series import Series
from earthprice.runs.engine import Outcome


def burdens(lens: Lens, run: Outcome) -> Series:
    """Burdens by place, each in its unit; damage by place, zone and who causes it [MUSD/yr]; complaints by place.

    Of each burden also the part of separation (`KIND_separation`), where thorium stays in the residue, and the part of
    those without a licence (`KIND_unlicensed`), whose water meets no standard.
    """
    names = lens.engine.names
    level, some = np.asarray(run.record.level), np.flatnonzero((np.asarray(names.fixed.site) > 0).any(0))
    size = run.point.burdens[some] * np.asarray(run.schedule.burden)[:, some]
    each = level[:, some] * np.moveaxis(size, 2, 0)
    out: Series = {}
    damage, complaints = np.asarray(run.record.damage), np.asarray(run.record.complaints)
    parts = {"": None, "_separation": lens.mask(stage="separation"), "_unlicensed": lens.mask(status="unlicensed")}
    for p, at in lens.standing.items():
        place = names.places[p]
        for part, mask in parts.items():
            mine = np.searchsorted(some, at if mask is None else at[mask[at]])
            sums = each[:, :, mine].sum(2)
            out |= {f"burden/{place}:{burden}{part}": sums[b] for b, burden in enumerate(names.burdens)}
        out[f"damage/{place}"] = damage[:, p]
    for zone in names.zones:
        at = [i for i, z in enumerate(lens.engine.place_zones) if z == zone]
        out[f"damage_zone/{zone}"] = damage[:, at].sum(1)
    out["damage"] = out[f"damage_zone/{lens.home}"]
    wild = lens.mask(zone=lens.home, status="unlicensed")
    out["damage_unlicensed"] = (run.harm[:, wild] * level[:, wild]).sum(1)
    out["damage_licensed"] = out["damage"] - out["damage_unlicensed"]
    out["damage_abroad"] = sum((out[f"damage_zone/{z}"] for z in names.zones if z != lens.home), np.zeros(1))
    for i, place in enumerate(names.places):
        out[f"complaints/{place}"] = complaints[:, i]
    return out
