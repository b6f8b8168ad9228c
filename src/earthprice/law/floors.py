"""Instruments that hold a price or a stock: contracts for difference."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from earthprice.law.measure import Measure, Price
from earthprice.law.quantity import Limits, Quantity
from earthprice.law.selector import Name


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
