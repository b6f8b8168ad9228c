"""The assessment: what a study hands to the report. Values only, in long tables with fixed columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

import pandas as pd

from earthprice.measures.compliance import COMPLIANCE_COLUMNS
from earthprice.measures.exposure import EXPOSURE_COLUMNS
from earthprice.measures.rounding import with_range
from earthprice.measures.spread import among
from earthprice.study.every_draw import EveryDraw
from earthprice.study.meta import Meta
from earthprice.study.phrases import counted

FIGURE_COLUMNS = (
    *("number", "key", "label", "unit", "year", "base_p05", "base_p50", "base_p95", "reform_p05", "reform_p50"),
    *("reform_p95", "diff_p05", "diff_p50", "diff_p95", "draws", "share_positive", "sign", "readings_low"),
    *("readings_high", "hindcast", "answered_p50", "holds"),
)
"""The ten figures of page one; several rows may share a `number` (NdPr / Dy / Ce). `draws`: those behind the row;
`share_positive` is NaN where nothing changes in any of them, `sign` the sign word or why there is none (`spread`).
`holds` says what the ranges of base and reform are made of (`study.bands`); those of a difference hold parameters.
Base, reform and difference are of the text alone; `answered_p50` is the median with the answers to it upon the text."""

SERIES_COLUMNS = ("variable", "item", "zone", "scenario", "year", "unit", "p05", "p50", "p95")
"""Paths through time. `scenario`: baseline, reform, rare (rare price), observed (facts)."""

EXPORT_COLUMNS = (
    "row",
    "partner",
    "year",
    "unit",
    "base_p50",
    "reform_p50",
    "diff_p05",
    "diff_p50",
    "diff_p95",
    "change_p05",
    "change_p50",
    "change_p95",
    "part",
    "fall_10",
    "fall_30",
)
"""Exports by good and partner: level and difference [t REO/yr], change against baseline [%], part of all exports of
the good, to all partners in all forms [%], share of draws that fall by 10 and 30 %. An element's row counts it in
oxide, metal, ore and magnets; `_raw` is oxide and metal alone, `_magnets` what is inside magnets."""

LICENCE_COLUMNS = ("scenario", "item", "partner", "year", "quantity", "unit", "p05", "p50", "p95", "holder")
"""What a licence to ship makes two markets of, by law (baseline, reform), listed element or good, partner (or all) and
year: the quantities of `measures.licences`; `holder`, of a rent: whose income it is. A year counts the periods in which
the licence is at work."""

SIDE_COLUMNS = (
    "reading",
    "number",
    "key",
    "label",
    "unit",
    "year",
    "p05",
    "p50",
    "p95",
    "diff_p05",
    "diff_p50",
    "diff_p95",
    "draws",
)
"""Readings side by side: the figures with the text by reading and year, and their change against the reading assessed
on the same draws; a net gain is told once, from the baseline as the assessment reads it."""

GROUP_COLUMNS = ("zone", "group", "unlicensed", "unit", "p05", "p50", "p95")
"""Gains (+) and losses (-) of the reform, present value [bn USD2020]."""

ARTICLE_COLUMNS = (
    "article",
    "number_sure",
    "heading",
    "modelled",
    "measures",
    "figure",
    "unit",
    "total",
    "without",
    "alone",
    "shapley",
    "nothing",
)
"""One row an article and figure; `nothing` says why an article changes nothing here (empty if it does)."""

DRIVER_COLUMNS = (
    "figure",
    "parameter",
    "words",
    "basis",
    "share",
    "share_low",
    "share_high",
    "first",
    "total",
    "explained",
    "effect",
    "slope",
    "positive_low",
    "positive_high",
    "flips_at",
    "flips",
)
"""What the spread of a figure's change comes from: Shapley effect as a share of its variance with its range over
resamples, first-order and total effect; the share that all parameters together explain, one a figure; effect of one
standard deviation and the slope at the central draw (NaN where there is none); share of draws above nil with the
parameter at the low and the high end of the draws; where the sign of the median flips (NaN if nowhere the draws reach):
the parameter's value, or the quantile where it moves many numbers, and the same in words."""

ASSUMPTION_COLUMNS = (
    "parameter",
    "words",
    "value",
    "low",
    "high",
    "unit",
    "date",
    "basis",
    "source",
    "confidence",
    "why",
)

RECONCILIATION_COLUMNS = ("item", "unit", "reported", "balanced", "moved_pct", "confidence", "source")

DAMAGE_COLUMNS = (
    "place",
    "zone",
    "burden",
    "year",
    "unit",
    *(f"{side}_{q}" for side in ("base", "reform", "diff") for q in ("p05", "p50", "p95")),
    "sign",
)
"""What is left behind at a place in a year, in its own unit, and in money: both laws and the difference."""

INDICATOR_COLUMNS = ("series", "zone", "band", "year", "unit", "p05", "p50", "p95", "late")
"""Bands of recorded series (`study.indicators`); `late`: years until a review sees the year."""

PURCHASE_COLUMNS = (
    "quarter",
    "quantity",
    "unit",
    *(f"{side}_{q}" for side in ("base", "reform", "diff") for q in ("p05", "p50", "p95")),
    "sign",
)
"""One's own purchase by quarter (`study.purchase`): cost, bill, output short, stock left; both laws, difference."""

RARE_COLUMNS = ("element", "damage", "discount", "year", "unit", "earth", "rare", "ratio", "moved")
"""Earth and rare price without reform at the central draw, by level of the damage values (low, central, high) and
discount rate; earth price in % of the rare price; how far the user cost disagrees with itself [USD/kg of ore]."""

STANDING_COLUMNS = ("zone", "discount", "unlicensed", "unit", "p05", "p50", "p95", "share_positive")
"""Net gain of the reform for the world and by zone, present value by discount rate [bn USD2020]; `unlicensed` says
whether those who dig, separate and smuggle without a licence are counted."""

HORIZON_COLUMNS = (
    "option",
    "whom",
    "year",
    "until",
    "gain",
    "gain_until",
    "income",
    "income_until",
    "rank",
    "rank_until",
    "why",
)
"""Net gain of every option at the central draw, to the last year reported and run on beyond: with what is left at the
end, and as income alone [bn USD2020]; its rank in each; what is behind a change of rank."""

PRIOR_COLUMNS = ("number", "key", "label", "unit", "draws", "p05", "p50", "p95", "n")
"""Change of each figure by kind of `draws`: with behaviour fitted to the record, and on the prior alone; number n."""


@dataclass(frozen=True)
class Assessment:
    """A reform held against its baseline.

    Attributes:
        meta: the head (`study.meta`).
        questions: dicts with `question`, `asked`, `answer`, `because`.
        figures, series, exports, groups, articles, drivers, assumptions, reconciliation: tables as above.
        readings: figures by reading, columns `reading`, `number`, `key`, `base`, `reform` at the central draw, and
            `diff_p50`: the median over draws, moved by what the reading changes at the central draw.
        side_by_side: readings over draws, columns `SIDE_COLUMNS`; empty where they were run at the central draw alone.
        options: figure 10, columns `option`, `number`, `key`, `p50`, `p05`, `p95`.
        flows: the central flows, columns scenario, year, activity, what it is, level, for `explain` and the files out.
        not_claimed: sentences.
        prose: the rulebook as prose.
        sources: columns key, source, confidence.
        licences: home and abroad under licences to ship, columns `LICENCE_COLUMNS`; empty without one.
        compliance: cost of compliance by stage and size of firm, columns `COMPLIANCE_COLUMNS`.
        exposure: dependence on the home zone by zone and element, columns `EXPOSURE_COLUMNS`.
        damage: what is left behind by place, columns `DAMAGE_COLUMNS`.
        indicators: bands of recorded series, columns `INDICATOR_COLUMNS`.
        purchase: one's own purchase by quarter, columns `PURCHASE_COLUMNS`; empty without one.
        rare: the rare price by discount rate and damage values, columns `RARE_COLUMNS`.
        standing: net gain by zone, discount rate and who counts, columns `STANDING_COLUMNS`.
        horizon: options run on beyond the years reported, columns `HORIZON_COLUMNS`; empty unless asked for.
        prior: the figures on the prior alone beside those with fitted behaviour, columns `PRIOR_COLUMNS`; empty unless
            asked for.
        every_draw: the paths in every draw that cleared.
    """

    meta: Meta
    questions: list[dict[str, str]]
    figures: pd.DataFrame
    series: pd.DataFrame
    exports: pd.DataFrame
    groups: pd.DataFrame
    articles: pd.DataFrame
    drivers: pd.DataFrame
    assumptions: pd.DataFrame
    reconciliation: pd.DataFrame
    readings: pd.DataFrame
    options: pd.DataFrame
    flows: pd.DataFrame
    not_claimed: list[str]
    prose: str
    sources: pd.DataFrame
    side_by_side: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(SIDE_COLUMNS)))
    licences: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(LICENCE_COLUMNS)))
    compliance: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COMPLIANCE_COLUMNS)))
    exposure: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(EXPOSURE_COLUMNS)))
    damage: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(DAMAGE_COLUMNS)))
    indicators: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(INDICATOR_COLUMNS)))
    purchase: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(PURCHASE_COLUMNS)))
    rare: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(RARE_COLUMNS)))
    standing: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(STANDING_COLUMNS)))
    horizon: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(HORIZON_COLUMNS)))
    prior: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(PRIOR_COLUMNS)))
    every_draw: EveryDraw = field(default_factory=EveryDraw)

    def draw(self, number: int) -> pd.DataFrame:
        """One draw, whole: the paths under both laws (`study.every_draw`).

        Raises:
            OptionError: no such draw, or it did not clear.
        """
        return self.every_draw.draw(number)

    def _repr_html_(self) -> str:
        """What a notebook shows: the title, what it is held against, and the ten figures."""
        m = self.meta
        rests = f"against {m.baseline}, {counted(m.draws)}, known by {m.as_of}"
        head = f"{m.title}: {m.first_year} to {m.last_year}, {rests}"
        told = [
            (r.label, r.unit, with_range(r.diff_p50, r.diff_p05, r.diff_p95), r.sign)
            for r in self.figures.itertuples(index=False)
        ]
        rows = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in told)
        heads = ("change", "unit", f"median ({among(int(self.figures['draws'].max()))})", "sign")
        names = "".join(f"<th>{name}</th>" for name in heads)
        return f"<table><caption>{escape(head)}</caption><tr>{names}</tr>{rows}</table>"
