"""Instruments that hold a price or a stock: contracts for difference, stocks in days of use."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import model_validator

from earthprice.law.measure import Measure, Price
from earthprice.law.quantity import Limits, Quantity
from earthprice.law.selector import Name
from earthprice.law.strict import complain

PriceLevel = Annotated[Quantity, Limits(("USD2020/kg", "USD2020/t", "ratio to base year"), least=1e-6)]
"""A price, or a price over that of the base year in the zone."""


class Contract(Measure):
    """A contract for difference: the state pays named plants the gap between an index and a strike, on what they make.

    Paid once, on the kg when it is made, whether it is sold or put in stock.
    """

    declined: ClassVar[dict[str, str]] = {
        "tonnes": "beyond a cap in tonnes the next kg earns the market's price, which one margin a plant cannot hold; "
        "give 'covers', the share of output under contract.",
        "index": "the index is the price where the good is made, less 'basis'.",
        "paid_by": "the state of the book's zone pays; who pays it back is a charge of its own.",
    }
    instrument: Literal["contract"]
    good: Name
    strike: Annotated[Quantity, Limits(("USD2020/kg", "USD2020/t"), least=1e-3)]
    back: Annotated[Quantity, Limits(("share",), most=1.0)] | None = None
    covers: Annotated[Quantity, Limits(("share", "share of product"))] | None = None
    basis: Price | None = None


class Stock(Measure):
    """A stock of so many days of a zone's use of a good: built up, filled again, released above a price."""

    declined: ClassVar[dict[str, str]] = {
        "held_by": "the zone's state reserve holds it, for firms too; private stocks follow expected prices.",
        "paid_by": "the state of the good's zone pays; what users pay for it is a charge (levy: fee) on them.",
        "tonnes": "a stock in tonnes is a reserve.",
    }
    instrument: Literal["stock"]
    days: Annotated[Quantity, Limits(("day", "month", "year"), most=3650.0)]
    build: Annotated[Quantity, Limits(("year", "month"), least=0.05)]
    buy_below: PriceLevel | None = None
    release_above: PriceLevel | None = None
    release: Annotated[Quantity, Limits(("share/year",), most=1.0)] | None = None

    @model_validator(mode="after")
    def _released(self) -> Stock:
        if (self.release_above is None) != (self.release is None):
            what = "a release names its price and the share of the stock that is sold in a year."
            complain(what, key="release", accepted="release_above, release")
        return self
