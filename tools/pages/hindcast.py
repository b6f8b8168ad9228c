"""docs/hindcast.md from what ships: the scores of every past, and what the record says of each factor."""

from __future__ import annotations

import pandas as pd

from earthprice.facts.world import load_world
from earthprice.past.matching import VALUE
from earthprice.past.rolling import AHEAD
from earthprice.past.scores import pooled
from earthprice.past.totals import BOTH, totals
from earthprice.report.calibration import learned_table
from earthprice.report.hindcast import scores_in_words
from earthprice.world.world import World
from tools.pages.fill import fill


def markdown(table: pd.DataFrame) -> str:
    """A table of words as Markdown."""
    lines = ["| " + " | ".join(map(str, table.columns)) + " |", "| --- |" + " ---: |" * (len(table.columns) - 1)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in table.to_numpy()])


TOLD = {
    "value_elements": "**value elements** (prices of Nd-Pr, Dy and Tb), error to no change",
    "typical": "a typical series, to no change",
    "ratio_no_change": "all series pooled, to no change",
    "ratio_without_ore_trade": "all but the two series of traded ore, to no change",
    "coverage_printed": "recorded values in the ranges that are printed, from the end of every year",
    "crps": "CRPS, log points",
    "autocorrelation": "lag-one autocorrelation of value elements' prices, model and record",
    "skewness": "skewness of value elements' prices, model and record",
    "n": "values scored",
}
"""Rows of the first table, in the order told."""


def first(world: World) -> str:
    """What the hindcast comes to, by past and of both."""
    of = totals(world.hindcast, world.rolling.set_index("ahead"))
    rows = [[words, *[_cell(key, told[key]) for told in of.values()]] for key, words in TOLD.items()]
    return markdown(pd.DataFrame(rows, columns=["", *of]))


def _cell(key: str, value: float | dict[str, float]) -> str:
    """A number of the first table in words."""
    if isinstance(value, dict):
        return f"{value['model']:.2f}, {value['record']:.2f}"
    if key in ("n", "coverage_printed"):
        return f"{value}" if key == "n" else f"{100 * value:.0f} %"
    return f"{value:.2f}"


BELOW, CRPS, HELD, CALM = 1.0, 0.365, (0.85, 0.95), (2016, 2019)
"""What is aimed at: ratios, score and coverage, and the years in which the record has no spike."""
Came = dict[str, tuple[str, bool]]
"""What came out, by past or years ahead: in words, and whether it is what was aimed at."""


def aims(world: World) -> str:
    """What was aimed at, what came out, and what is missed."""
    of, ranges = totals(world.hindcast, world.rolling.set_index("ahead")), world.rolling.set_index("ahead")
    scores = {BOTH: world.hindcast, **dict(iter(world.hindcast.groupby("past", sort=False)))}
    prices = {p: pooled(x[x["series"].str.startswith("price_")])["typical_no_change"] for p, x in scores.items()}
    ends = f"{100 * HELD[0]:.0f} to {100 * HELD[1]:.0f} %"
    rows: dict[str, Came] = {
        "prices of value elements, error to no change below 1": _below({p: t["value_elements"] for p, t in of.items()}),
        "a typical price, to no change below 1": _below(prices),
        f"CRPS below {CRPS:g}": _below({p: t["crps"] for p, t in of.items()}, CRPS, 3),
        f"{ends} of recorded values in the printed ranges, by years ahead": _within(ranges, ""),
        "the same of value elements": _within(ranges, "value elements, "),
        "CRPS of these ranges below that of no change": {
            k: (f"{r['crps']:.2f} of {r['no_change']:.2f}", r["crps"] < r["no_change"])
            for k, r in ranges.loc[list(AHEAD)[:-1]].iterrows()
        },
        f"no rise of a value element within a year of {CALM[0]} to {CALM[1]} that the record lacks": _rises(world),
    }
    told = [[aim, "; ".join(f"{k}: {w}" for k, (w, _) in came.items()), _verdict(came)] for aim, came in rows.items()]
    return markdown(pd.DataFrame(told, columns=["aim", "came out", ""]))


def _verdict(came: Came) -> str:
    missed = [k for k, (_, held) in came.items() if not held]
    return f"**missed**: {', '.join(missed)}" if missed else "held"


def _below(values: dict[str, float], most: float = BELOW, digits: int = 2) -> Came:
    return {p: (f"{v:.{digits}f}", v < most) for p, v in values.items()}


def _within(ranges: pd.DataFrame, of: str) -> Came:
    """Coverage by years ahead, to the whole per cent that is printed."""
    found = {k: round(ranges.loc[f"{of}{k}", "coverage"], 2) for k in list(AHEAD)[:-1]}
    return {k: (f"{100 * x:.0f} %", HELD[0] <= x <= HELD[1]) for k, x in found.items()}


def _rises(world: World) -> Came:
    """The largest rise of a price of the value elements from one year to the next, of the central run and recorded."""
    names = world.hindcast.loc[world.hindcast["group"] == VALUE, "series"].unique()
    record = world.observed.groupby(["series", "year"])["value"].mean()
    model = world.replayed.groupby(["series", "year"])["value"].last()
    most = {}
    for name, of in {"the model": model, "the record": record}.items():
        paths = of[of.index.isin(names, level=0)].unstack(level=0).reindex(range(CALM[0] - 1, CALM[1] + 1))
        most[name] = float((paths / paths.shift()).max(axis=None)) - 1.0
    held = most["the model"] <= most["the record"]
    return {k: (f"{100 * x:.0f} %", held or k == "the record") for k, x in most.items()}


def scores(world: World) -> str:
    """Every past: its series, and all of them pooled."""
    parts = []
    for past, rows in world.hindcast.groupby("past", sort=False):
        parts.append(f"**{past}**\n\n{markdown(scores_in_words(rows))}")
    both = pooled(world.hindcast)
    parts.append(
        f"Both together: log-RMSE {both['log_rmse']:.2f}, {both['ratio_no_change']:.2f} of no change "
        f"({both['low_no_change']:.2f} to {both['high_no_change']:.2f} over which series there happen to be; "
        f"a typical series {both['typical_no_change']:.2f}), {100 * both['coverage']:.0f} % of outcomes in "
        "the 9-in-10 range."
    )
    return "\n\n".join(parts)


def rolling(world: World) -> str:
    """How the ranges of levels did from the end of every year."""
    rows = world.rolling.set_index("ahead")
    words = pd.DataFrame(
        {
            "years ahead": rows.index,
            "values": [f"{n:.0f}" for n in rows["n"]],
            "in the 9-in-10 range": [f"{100 * x:.0f} %" for x in rows["coverage"]],
            "5 to 95 %": [f"{100 * a:.0f} to {100 * b:.0f} %" for a, b in zip(rows["low"], rows["high"], strict=True)],
            "width, log points": [f"{x:.2f}" for x in rows["width"]],
            "CRPS": [f"{x:.3f}" for x in rows["crps"]],
            "CRPS of no change": [f"{x:.3f}" for x in rows["no_change"]],
        }
    )
    return markdown(words)


def learned(world: World) -> str:
    """What each cut-off's record says of each factor."""
    table = learned_table(world.fits, world.numbers.words)
    if table.empty:
        return "No fit ships."
    cells = table.assign(cell=[f"{m:+.2f} ± {s:.2f}" for m, s in zip(table["mean"], table["spread"], strict=True)])
    wide = cells.pivot_table(index="words", columns="cutoff", values="cell", aggfunc="first", sort=False)
    last = table[table["cutoff"] == table["cutoff"].max()].set_index("words")
    wide["most probable"] = [_best(last, w) for w in wide.index]
    wide["variance taken"] = [f"{100 * last['learned'].get(w, 0.0):.0f} %" for w in wide.index]
    wide["verdict"] = [str(last["verdict"].get(w, "")) for w in wide.index]
    return markdown(wide.fillna("").rename(columns=lambda c: f"to {c}" if isinstance(c, int) else c).reset_index())


def _best(table: pd.DataFrame, words: str) -> str:
    """Most probable score with its spread, of the last cut-off."""
    if words not in table.index or table.loc[words, "best"] != table.loc[words, "best"]:
        return ""
    return f"{table.loc[words, 'best']:+.2f} ± {table.loc[words, 'sharp']:.2f}"


def bodies(world: World) -> dict[str, str]:
    """What the page must say of what ships, by mark."""
    made = (first, aims, scores, rolling, learned)
    return {f.__name__: f(world) for f in made}


if __name__ == "__main__":
    fill("hindcast.md", bodies(load_world()))
