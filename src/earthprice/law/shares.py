"""The instrument `share`: what is counted may be at most, or must be at least, a share of what is used.

It is a standard with credits (`credits.py`): the one side pays the other, and the market holds it exactly.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from earthprice import caps
from earthprice.law.measure import Measure, Share
from earthprice.law.selector import Selector
from earthprice.law.strict import complain


class Portion(Measure):
    """A share of use that what is counted may have, or must have; paid by the one side to the other."""

    counts_origin: ClassVar[bool] = True
    instrument: Literal["share"]
    of: Selector | None = Field(None, description="whose use it is a share of; if left out, use where it arrives")
    each: Annotated[list[Literal["zone", "good", "element", "tier"]], Field(max_length=caps.NAMES)] = Field(
        [], description="limits kept apart by these columns of what is counted, such as each zone of origin"
    )
    counts: Literal["t REO", "t product"] = "t REO"
    at_most: Share | None = None
    at_least: Share | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> Portion:
        if (self.at_most is None) == (self.at_least is None):
            complain("a share has one bound.", key="at_most", accepted="at_most or at_least")
        return self

    @property
    def bound(self) -> str:
        """Name of the bound that is given."""
        return "at_least" if self.at_most is None else "at_most"
