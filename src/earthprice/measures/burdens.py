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
    names, level = lens.engine.names, np.asarray(run.record.level)
    some = np.flatnonzero(run.point.burdens.any(1))
    each = level[:, some, None] * (run.point.burdens[some] * np.asarray(run.schedule.burden).take(some, 1))
    sums = np.tensordot(lens.burdened[:, :, some], each.T, (2, 1))  # by place, part, burden and period
    damage, complaints = np.asarray(run.record.damage), np.asarray(run.record.complaints)
    periods, here = len(level), damage[:, [*lens.standing]]
    found = np.concatenate([sums.reshape(len(sums), -1, periods), here.T[:, None]], axis=1)
    out: Series = dict(zip(lens.harms, found.reshape(-1, periods), strict=True))
    out |= {f"damage_zone/{zone}": damage[:, at].sum(1) for zone, at in lens.places.items()}
    out["damage"] = out[f"damage_zone/{lens.home}"]
    wild = lens.mask(zone=lens.home, status="unlicensed")
    out["damage_unlicensed"] = (run.harm[:, wild] * level[:, wild]).sum(1)
    out["damage_licensed"] = out["damage"] - out["damage_unlicensed"]
    out["damage_abroad"] = sum((out[f"damage_zone/{z}"] for z in names.zones if z != lens.home), np.zeros(1))
    for i, place in enumerate(names.places):
        out[f"complaints/{place}"] = complaints[:, i]
    return out
