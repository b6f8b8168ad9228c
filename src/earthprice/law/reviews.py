"""Reviews: rules that tighten or relax a total by what is seen. Rows of indicator, band and slope; no expressions."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, model_validator

from earthprice import caps
from earthprice.law.quantity import Basis, check_basis
from earthprice.law.strict import Strict, complain
from earthprice.law.units import FACTORS

PHRASE = re.compile(r"(relax|tighten) ([0-9]+(?:\.[0-9]+)?) % per ([0-9]+(?:\.[0-9]+)?)\Z")
RATIO = "ratio to base year"

Indicator = Literal[
    "price_real", "complaints", "unlicensed_share", "external_damage", "exports", "high_end_share", "recovery_rate"
]


def review_slope(phrase: str | None) -> float:
    """`relax 10 % per 0.5` is +0.2 of the amount per unit of the indicator; `tighten 5 % per 0.2` is -0.25; else 0."""
    parts = PHRASE.match(phrase or "")
    if not parts or float(parts[3]) == 0:
        return 0.0
    sign = 1.0 if parts[1] == "relax" else -1.0
    return sign * float(parts[2]) / 100 / float(parts[3])


class Plain(Strict):
    """A number with its unit."""

    value: float = Field(ge=0, le=1e12)
    unit: str


class IndicatorRow(Strict):
    """One indicator: inside the band it does nothing, outside it moves the amount in proportion."""

    look_at: Indicator
    of: str | None = Field(None, description="the good, where the indicator is a price or an export")
    zone: str | None = None
    district: str | None = None
    unit: Literal["ratio to base year", "share"]
    seen_late: Plain
    band: tuple[float, float] = Field(strict=False)
    above: str | None = None
    below: str | None = None

    @model_validator(mode="after")
    def _row(self) -> IndicatorRow:
        for key in ("above", "below"):
            phrase = getattr(self, key)
            if phrase is not None and not review_slope(phrase):
                what = f"'{phrase}' is not a phrase of a review."
                complain(what, key=key, accepted="relax 10 % per 0.5 | tighten 5 % per 0.2")
        if self.above is None and self.below is None:
            complain("the row moves nothing.", accepted="above, below")
        if self.band[0] > self.band[1] or self.band[0] < 0:
            complain(f"the band {list(self.band)} does not rise from zero.", key="band")
        if (self.zone is None) == (self.district is None):
            complain("a row looks at one zone or one district.", accepted="zone: CHN, or district: Baotou")
        if (self.look_at == "price_real") != (self.of is not None):
            complain("price_real is that of a good, the others are of a place.", key="of", accepted="of: ndpr_oxide")
        if self.district and self.look_at not in ("complaints", "external_damage"):
            complain(f"{self.look_at} is known by zone only.", key="district", accepted="zone: CHN")
        late = self.seen_late
        if late.unit != "year" or late.value != int(late.value) or late.value > caps.SEEN_LATE:
            what = f"seen_late is in whole years, at most {caps.SEEN_LATE}."
            complain(what, key="seen_late", accepted="{value: 1, unit: year}")
        wants_share = self.look_at in ("unlicensed_share", "high_end_share", "recovery_rate")
        if wants_share and self.unit == "share" and self.band[1] > 1:
            complain("a share has a band between 0 and 1.", key="band")
        if not wants_share and self.unit != RATIO:
            complain(f"{self.look_at} is seen as a ratio.", key="unit", given=self.unit, accepted=[RATIO])
        return self

    @property
    def indicator(self) -> str:
        """Name in the terms: `price_real:ndpr_oxide@CHN`, `complaints:CHN`."""
        place = self.zone or self.district
        return f"{self.look_at}:{self.of}@{place}" if self.of else f"{self.look_at}:{place}"


class ReviewRule(Strict):
    """A review: the totals it moves, how often, by which rows, within which limits."""

    id: str
    under: str
    says: str
    lever: list[str] = Field(min_length=1, max_length=caps.REVIEWS, description="measure.amount of caps")
    every: Plain
    first: int = Field(ge=caps.FIRST_YEAR, le=caps.LAST_YEAR)
    rows: list[IndicatorRow] = Field(min_length=1, max_length=caps.REVIEW_ROWS)
    at_most: Plain
    never_below: Plain
    never_above: Plain
    basis: Basis
    source: str | None = None
    why: str | None = None

    @model_validator(mode="after")
    def _limits(self) -> ReviewRule:
        if self.every.unit != "year" or not 1 <= self.every.value <= 100 or self.every.value != int(self.every.value):
            complain("a review comes every whole number of years.", key="every", accepted="{value: 1, unit: year}")
        if self.at_most.unit != "share" or not 0 < self.at_most.value < 1:
            complain("at_most is a share between 0 and 1.", key="at_most", accepted="{value: 0.2, unit: share}")
        for key in ("never_below", "never_above"):
            plain: Plain = getattr(self, key)
            if plain.unit != RATIO and (plain.unit not in FACTORS or not plain.unit.endswith("/year")):
                what = f"unit '{plain.unit}' does not fit."
                complain(what, key=key, given=plain.unit, accepted=["t REO/year", "t product/year", RATIO])
        if self.never_below.unit != self.never_above.unit or self.never_below.value >= self.never_above.value:
            complain("never_below must lie under never_above, in the same unit.", key="never_below")
        check_basis(self)
        if any(not lever.endswith(".amount") for lever in self.lever):
            complain("a review moves the amount of a cap.", key="lever", accepted="[MEASURE.amount]")
        return self
