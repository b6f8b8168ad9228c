"""Now: prices, flows and who is short on a day, under the law in force on it, with ranges and the age of facts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from earthprice.errors import OptionError
from earthprice.law import load_rulebook
from earthprice.law.texts import is_whole_law
from earthprice.measures.spread import FEWEST, among
from earthprice.past.matching import matches
from earthprice.runs.runner import Progress
from earthprice.study.options import Options, refuse_more
from earthprice.study.outlook import Outlook, outlook
from earthprice.study.start import law_on, start
from earthprice.world.world import World

RANGE = ("p05", "p50", "p95")
PRICE_COLUMNS = ("element", "where", *RANGE, "unit", "last_fact", "age_months")
FLOW_COLUMNS = ("flow", "zone", *RANGE, "unit", "last_fact", "age_months", "basis")
MOVED_COLUMNS = ("what", "where", "unit", "p05_before", "p50_before", "p95_before", *RANGE, "change")
"""An element's price or a flow, where, its level before and after, and the change of the median [%], NaN from nil."""
RECORD, MODEL = "record", "model"
"""Basis of a flow: counted as its record is and held to it, or as the model counts what nobody records."""
STILL = 1e-6
"""Share by which a level must differ to have moved."""
SHORT_COLUMNS = ("element", "zone", *RANGE, "before", "let_through", "last_fact", "age_months")


@dataclass(frozen=True)
class Now:
    """The market in the quarter of a day.

    Attributes:
        as_of: the day; nothing published later is seen.
        quarter: its quarter, such as `2026 Q4`.
        law, reading: texts in force, lowest first, and how their powers are used.
        base_year: year of the benchmark.
        draws, cleared: asked for, and cleared.
        prices: oxides at home and abroad (columns `PRICE_COLUMNS`); abroad: mean over zones, weighted with what came
            from home in the base year.
        flows: yearly rates (columns `FLOW_COLUMNS`): recorded ones (`basis`: `RECORD`), and by zone what leaves home
            for it and what is mined in it (`MODEL`; at home with a licence): neither is a part or the sum of the other.
        short: months for which stocks abroad are the use there, of elements that need a licence to leave
            home (columns `SHORT_COLUMNS`), the shortest first; `before`: median at the benchmark; `let_through`: share
            of shipments for which licences are given.
    """

    as_of: str
    quarter: str
    law: tuple[str, ...]
    reading: str
    base_year: int
    draws: int
    cleared: int
    prices: pd.DataFrame
    flows: pd.DataFrame
    short: pd.DataFrame

    @property
    def among(self) -> str:
        """Which paths a range holds, in words."""
        if self.cleared >= FEWEST:
            return "nine in ten"
        return f"nine in ten paths, of {among(self.cleared)}: too few to tell what the numbers of the world leave open"


def now(
    day: str,
    options: Options,
    rulebook: str | None = None,
    progress: Progress | None = None,
    *,
    world: World | None = None,
) -> Now:
    """The state of the market on a day.

    Args:
        day: YYYY-MM-DD.
        options: draws, seed, reading and workers; `as_of` is the day.
        rulebook: the text in force; that of the shipped law which began last by the day if None.
        progress: called with (words, done, total).
        world: the world; that of the last benchmark known on the day if None.

    Raises:
        RulebookError, OptionError: what was given does not fit; no benchmark was known on the day.
        NotClearedError: no draw cleared.
    """
    return current_quarter(ahead(day, options, rulebook, progress, world=world))


def ahead(
    day: str,
    options: Options,
    rulebook: str | None = None,
    progress: Progress | None = None,
    *,
    world: World | None = None,
) -> Outlook:
    """The outlook that the state of the market on a day is read from; arguments and errors as of `now`."""
    refuse_more(options, "now")
    asked = replace(options, as_of=day)
    known = world or start([], asked).world
    book = load_rulebook(rulebook) if rulebook else law_on(day)
    nodes = known.network.nodes
    zones = sorted(set(nodes.loc[nodes["good"].str.endswith("_oxide"), "zone"]))
    if book.jurisdiction not in zones:
        what = f"'{book.rulebook}' is law of {book.jurisdiction}, which has no market for oxides"
        raise OptionError(what, where="--law", accepted=f"a law of {', '.join(zones)}")
    name = rulebook or book.rulebook
    if is_whole_law(book):  # it builds on nothing: held against itself
        asked = replace(asked, against=name)
    return outlook(name, asked, int(day[:4]), progress, world=known)


def current_quarter(found: Outlook) -> Now:
    """The quarter of the outlook's day."""
    e, t = found.engine, found.at(found.as_of)
    return Now(
        found.as_of,
        f"{int(e.years[t] + 1e-9)} Q{1 + round(4 * (e.years[t] % 1))}",
        found.law,
        found.reading,
        e.world.base_year,
        found.draws,
        found.cleared,
        _prices(found, t),
        _flows(found, t),
        _short(found, t),
    )


def moves_between(before: Now, after: Now) -> pd.DataFrame:
    """What moved between two states of one day (columns `MOVED_COLUMNS`), what moved most first.

    Args:
        before: the state with one record.
        after: the same with another.
    """
    names = {"prices": ["element", "where"], "flows": ["flow", "zone"]}
    parts = []
    for table, key in names.items():
        was, now_is = (getattr(state, table).set_index(key) for state in (before, after))
        both = was[list(RANGE)].add_suffix("_before").join(now_is[[*RANGE, "unit"]])
        parts.append(both.rename_axis(["what", "where"]).reset_index())
    found = pd.concat(parts, ignore_index=True)
    found["change"] = 100.0 * (found["p50"] / found["p50_before"].where(found["p50_before"] > 0) - 1.0)
    still = np.isclose(found[list(RANGE)], found[[f"{q}_before" for q in RANGE]], rtol=STILL).all(axis=1)
    found = found[~still].sort_values("change", key=abs, ascending=False, ignore_index=True)
    return found[list(MOVED_COLUMNS)]


def _prices(found: Outlook, t: int) -> pd.DataFrame:
    lens, rows = found.lens, []
    at, arrives, of = lens.arrivals
    for e, mine in zip(lens.elements, of.T > 0, strict=True):
        nodes, which, arrive = lens.engine.world.network.nodes.index, at[mine], arrives[mine]
        sent = lens.act["level"].to_numpy(float)[which]
        home = found.levels[f"price/{e}_oxide@{lens.home}"][:, t]
        abroad = [found.levels[f"price/{nodes[i]}"][:, t] for i in arrive]
        names = f"price_home/{e}_oxide", f"price_fob/{e}_oxide"
        rows.append((e, "home", *_ends(home), "USD2020/kg", *_last(found, *names)))
        if sent.sum() > 0:
            mean = np.average(abroad, axis=0, weights=sent)
            rows.append((e, "abroad", *_ends(mean), "USD2020/kg", *_last(found, *names)))
    return pd.DataFrame(rows, columns=list(PRICE_COLUMNS))


def _flows(found: Outlook, t: int) -> pd.DataFrame:
    told = [(k, "", k, m.unit, RECORD) for k, m in matches(found.lens).items() if k in found.levels]
    for flow, unit in (("oxides", "kt REO/yr"), ("magnets", "kt/yr"), ("mining", "kt REO/yr")):
        told += [(flow, k.partition("/")[2], k, unit, MODEL) for k in found.levels if k.startswith(f"{flow}/")]
    rows = [
        (flow, zone, *_ends(found.levels[k][:, t]), unit, *_last(found, k), basis)
        for flow, zone, k, unit, basis in told
    ]
    return pd.DataFrame(rows, columns=list(FLOW_COLUMNS))


def _short(found: Outlook, t: int) -> pd.DataFrame:
    rows = []
    for key, months in found.levels.items():
        element, _, zone = key.removeprefix("cover/").partition("@")
        through = found.licensed.get(element)
        if key.startswith("cover/") and through is not None and through[t] < 1.0:
            before = float(np.median(months[:, 0]))
            rows.append((element, zone, *_ends(months[:, t]), before, float(through[t]), *_last(found)))
    return pd.DataFrame(rows, columns=list(SHORT_COLUMNS)).sort_values("p50", ignore_index=True)


def _ends(values: np.ndarray) -> tuple[float, ...]:
    return tuple(float(x) for x in np.quantile(values, [0.05, 0.5, 0.95]))


def _last(found: Outlook, *names: str) -> tuple[int, int]:
    """Last year of which a fact was known on the day, the benchmark's at least, and its age on the day [months]."""
    years = [y for n in names for y in found.record.get(n, ())]
    year = max([found.engine.world.base_year, *years])
    return year, 12 * (int(found.as_of[:4]) - year - 1) + int(found.as_of[5:7])
