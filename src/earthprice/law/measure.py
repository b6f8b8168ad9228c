"""What every measure has, and the units that many of them share."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from earthprice import caps
from earthprice.law.origins import Holds
from earthprice.law.quantity import Default, Limits, Quantity
from earthprice.law.selector import Name, Names, Selector
from earthprice.law.strict import Strict, complain

Share = Annotated[Quantity, Limits(("share", "share of tonnes"))]
Cost = Annotated[Quantity, Limits(("USD2020/t", "USD2020/t REO", "CNY/t", "CNY/t REO"))]
MoneyAYear = Annotated[Quantity, Limits(("MUSD2020/year", "MCNY/year"))]
Price = Annotated[Quantity, Limits(("USD2020/kg", "USD2020/t"))]
Wait = Annotated[Quantity, Limits(("year", "month", "day", "working day"))]


def assumed(unit: str, value: float, why: str, spread: tuple[float, float] | None = None) -> Quantity:
    """A default of the format itself: an assumption that shows in `numbers` and in the prose like any other."""
    row: dict[str, Any] = {"from": caps.FIRST_YEAR, "value": value, "basis": "assumption", "why": why}
    default = Default.model_validate(row | ({"range": spread} if spread else {}))
    return Quantity(unit=unit, values=(default,))


INTEREST = assumed("share/year", 0.08, "Cost of capital on goods that wait for a licence; not observed.", (0.04, 0.15))
WEALTH = assumed(
    "multiple of revenue", 1.0, "No digger pays more than he owns; wealth of diggers is not recorded.", (0.3, 3.0)
)


class Measure(Strict):
    """What every measure has.

    `kind: power` must say how it is `used`: never, always, or the readings in which it is.
    """

    kind: Literal["duty", "power"]
    used: Literal["never", "always"] | Annotated[list[Name], Field(max_length=caps.NAMES)] | None = None
    acts_on: Selector
    says: str | None = None
    replaces: Names | None = Field(None, description="measures of the books below that this one takes the place of")
    adds_to: Names | None = Field(None, description="measures of the books below on top of which this one acts")
    holds: Holds | None = Field(None, description="acts only on goods that hold so much of a listed origin, by mass")
    reaches_abroad: str | None = Field(
        None, description="why it binds outside its jurisdiction too; without it, a warning"
    )

    @model_validator(mode="after")
    def _power_is_used(self) -> Measure:
        if self.kind == "power" and self.used is None:
            complain("a power must say how it is used.", key="kind", accepted="used: never | always | [readings]")
        if self.kind == "duty" and self.used is not None:
            complain("a duty holds always; only a power is used.", key="used", accepted="kind: power, or no 'used'")
        return self

    counts_origin: ClassVar[bool] = False

    @model_validator(mode="after")
    def _origin_has_a_share(self) -> Measure:
        if self.holds and self.counts_origin == (self.holds.at_least is not None):
            what = (
                "a share of use counts by what is held"
                if self.counts_origin
                else "from which share it acts is not said"
            )
            accepted = "no at_least in holds" if self.counts_origin else "at_least: 0.001 in holds"
            complain(f"{what}.", key="holds", accepted=accepted)
        return self

    @property
    def replaced(self) -> tuple[str, ...]:
        """Ids of the measures that this one replaces."""
        return (self.replaces,) if isinstance(self.replaces, str) else tuple(self.replaces or ())

    @property
    def added_to(self) -> tuple[str, ...]:
        """Ids of the measures on top of which this one acts."""
        return (self.adds_to,) if isinstance(self.adds_to, str) else tuple(self.adds_to or ())

    def quantities(self) -> dict[str, Quantity]:
        """Parameters that carry values, by name."""
        pairs = {name: getattr(self, name) for name in type(self).model_fields}
        return {k: v for k, v in pairs.items() if isinstance(v, Quantity)}
