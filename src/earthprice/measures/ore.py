"""Mining and the ore: what is dug and by whom, what becomes of the ore disturbed, recovery, grade."""

from __future__ import annotations

import numpy as np

from earthprice.dynamics.laws import reached
from earthprice.measures.lens import Lens
from earthprice.measures.series import Series, ratio, total
from earthprice.runs.engine import Outcome

FATES = ("sold", "ponded", "lost", "sterilised")
"""What becomes of the ore disturbed."""


def mining(lens: Lens, run: Outcome) -> Series:
    """What is mined, imported and recycled at home by kind of feed [kt REO/yr]; the unlicensed share of mining [%]."""
    mines = lens.mask(stage="mining", zone=lens.home)
    wild = lens.mask(status="unlicensed")
    heavy = lens.mask(concentrate=lens.heavy)
    light, rich = total(run, mines & ~wild & ~heavy), total(run, mines & ~wild & heavy)
    unlicensed = total(run, mines & wild)
    reo = run.point.bench.a
    swarf = lens.mask(stage="recycling", zone=lens.home)
    recovered = run.record.level[:, swarf] @ np.where(reo[:, swarf] > 0, reo[:, swarf], 0.0).sum(0)
    imported = total(run, lens.mask(stage="separation", zone=lens.home, feed="imported"))
    return {
        "feed/licensed_light": light,
        "feed/licensed_heavy": rich,
        "feed/unlicensed": unlicensed,
        "feed/imported": imported,
        "feed/recycled": recovered,
        "unlicensed_share": 100.0 * ratio(unlicensed, light + rich + unlicensed),
        "mined/home": light + rich + unlicensed,
        "mined/abroad": total(run, lens.mask(stage="mining") & ~lens.mask(zone=lens.home)),
    }


def ore_at_home(lens: Lens, run: Outcome) -> Series:
    """What becomes of the ore disturbed at home [%], ore left [% of the base year's], grade mined, tailings [kt REO].

    Disturbed = dug + sterilised = sold + to a tailings pond + lost for good in pit and plant + sterilised; recovery is
    what is sold of what is dug. `ore/` and `recovery/own` are of bodies dug for their rare earths; `ore_host/` and
    `recovery/host` of those whose ore a host mineral brings up whether or not it is wanted.
    """
    home, ponds, _ = lens.bodies
    host = np.asarray(run.setting.ore.host) > 0
    mined, wild = lens.mask(stage="mining", zone=lens.home), lens.mask(status="unlicensed")
    own = mined.copy()  # mines on bodies without a host
    own[run.mines] &= (run.dig[~host] > 0).any(0)
    ground, by_mine = run.record.ore[:, home & ~ponds].sum(1), ore_by_mine(run)
    sold = run.record.level[:, run.mines] @ (run.dig > 0).T
    return {
        **_fate(run, sold, home & ~host, "own"),
        **_fate(run, sold, home & host, "host"),
        "ore/left": 100.0 * ratio(ground, ground[0]),
        "tailings": run.record.ore[:, home & ponds].sum(1),
        **_grades(lens, run, home),
        "rich_share": 100.0 * ratio(total(run, mined & lens.mask(grade_class="rich")), total(run, mined)),
        "recovery/licensed": _recovered(run, by_mine, own & ~wild),
        "recovery/unlicensed": _recovered(run, by_mine, own & wild),
    }


def _fate(run: Outcome, sold: np.ndarray, bodies: np.ndarray, kind: str) -> Series:
    """What becomes of the ore disturbed in some bodies [%], and how much of it is not sold [kt REO/yr].

    Args:
        run: the run.
        sold: what is sold of each body's ore [kt REO/yr; T, O].
        bodies: which of them [O].
        kind: what they are called.
    """
    s, record = run.setting, run.record
    dug, sold = record.dug[:, bodies], sold[:, bodies]
    ponded = ((dug - sold) * np.asarray(s.ore.tail_to).sum(0)[bodies]).sum(1)
    gone = record.lean_lost[:, bodies].sum(1)
    pace = np.diff(gone) / np.asarray(run.schedule.clock.dt)[:-1]
    sterilised = np.append(pace, pace[-1] if len(pace) else 0.0)
    disturbed, sold = dug.sum(1) + sterilised, sold.sum(1)
    ore = "ore" if kind == "own" else f"ore_{kind}"
    tonnes = np.array([sold, ponded, dug.sum(1) - sold - ponded, sterilised])
    return {
        **dict(zip((f"{ore}/{fate}" for fate in FATES), 100.0 * ratio(tonnes, disturbed), strict=True)),
        f"recovery/{kind}": 100.0 * ratio(sold, dug.sum(1)),
        f"ore_wasted/{kind}": disturbed - sold,
    }


def _recovered(run: Outcome, by_mine: np.ndarray, mines: np.ndarray) -> np.ndarray:
    """What some mines sell of the ore that they dig (`ore_by_mine`) [%; T]."""
    return 100.0 * ratio(total(run, mines), by_mine[:, mines].sum(1))


def ore_by_mine(run: Outcome) -> np.ndarray:
    """Ore REO that each mine digs [kt/yr; T, M]: its body's, which may come up with a host mineral, by its own need."""
    at, out = run.mines, np.zeros(run.record.level.shape)
    need = run.record.level[:, at] / np.asarray(reached(*run.mining))
    out[:, at] = need * ((run.record.dug / np.maximum(need @ run.dig.T, 1e-12)) @ run.dig)
    return out


def _grades(lens: Lens, run: Outcome, home: np.ndarray) -> Series:
    """Grade of the ore dug at home, by kind of ore: REO dug over ore dug [% REO]."""
    kind, percent = lens.bodies[2], np.array([run.point.values[name] for name in lens.grades])
    out: Series = {}
    for one in dict.fromkeys(kind[home]):
        dug = run.record.dug * (home & (kind == one))
        out[f"grade/{one}"] = ratio(dug.sum(1), (dug / percent).sum(1))
    return out
