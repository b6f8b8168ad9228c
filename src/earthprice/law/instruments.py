"""The instruments: fourteen kinds of measure and the modifier `exempt`, each with its parameters and their units.

A measure is an instrument, a set of activities (`acts_on`) and dated values. What each does: `docs/law.md`.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from earthprice import caps
from earthprice.law.floors import Contract, Stock
from earthprice.law.measure import INTEREST, WEALTH, Cost, Measure, MoneyAYear, Price, Share, Wait
from earthprice.law.quantity import Limits, Quantity
from earthprice.law.selector import Name, Selector
from earthprice.law.shares import Portion
from earthprice.law.strict import Strict, complain


class Charge(Measure):
    """A charge on value, tonnes or burden; negative = subsidy or rebate."""

    instrument: Literal["charge"]
    levy: Literal["tax", "duty", "vat", "fee", "royalty", "fund", "subsidy"] = "tax"
    base: Literal["sale_value", "border_value", "t", "burden"]
    burden: str | None = Field(None, description="which burden, where base is burden")
    rate: Annotated[
        Quantity,
        Limits(
            (
                "share of value",
                "USD2020/t",
                "CNY/t",
                "USD2020/t REO",
                "CNY/t REO",
                "USD2020/unit of burden",
                "CNY/unit of burden",
                "USD2020/t of burden",
                "CNY/t of burden",
            ),
            least=-float("inf"),
        ),
    ]
    due_on: Annotated[Quantity, Limits(("share", "share of tonnes", "share of value"))] | None = Field(
        None, description="share of the base on which the charge is due"
    )
    paid_to: Literal["partner"] | None = Field(
        None, description="partner: to the state of the zone of arrival (an import tariff); else that of its own zone"
    )

    @model_validator(mode="after")
    def _base_fits(self) -> Charge:
        ends = {"sale_value": "share of value", "border_value": "share of value", "burden": "of burden"}
        unit = self.rate.unit
        fits = unit.endswith(ends[self.base]) if self.base in ends else unit.split("/")[-1] in ("t", "t REO")
        if not fits:
            complain(f"a rate in {unit} does not fit base {self.base}.", key="rate")
        if (self.base == "burden") != (self.burden is not None):
            complain("base burden names its burden, other bases none.", key="burden", accepted="burden: NAME")
        other = "share of tonnes" if self.base in ("sale_value", "border_value") else "share of value"
        if self.due_on and self.due_on.unit == other:
            complain(f"a {other} of base {self.base} is not what is due.", key="due_on", accepted="unit: share")
        most = max(x for v in self.rate.values for x in (0.0, v.value or 0.0, *(() if v.grows else v.range or ())))
        if self.levy == "subsidy" and most > 0:
            accepted = f"value: {-most:g} for what the state pays, or levy: tax for what it takes"
            complain(f"a subsidy of {most:g} would take money.", key="rate", accepted=accepted)
        ships = set(self.acts_on.names().get("doing", ())) == {"ship"}
        if self.paid_to and not (ships and self.base in ("sale_value", "border_value")):
            complain(
                "only a share of value of what is shipped is paid to the partner.",
                key="paid_to",
                accepted="acts_on: {doing: ship}, base: sale_value | border_value",
            )
        return self


class SharedOut(Strict):
    """How a cap is shared: by capacity in place (one permit a district unless tradable) or by named shares."""

    by: Literal["capacity", "named", "auction"] = "capacity"
    tradable: bool = False
    shares: dict[str, float] | None = Field(None, description="by: named, share of each district")

    @model_validator(mode="after")
    def _shares(self) -> SharedOut:
        if self.by == "auction":
            what = "an auction is not accepted: permit rent goes to the holder, the terms cannot hand it to the state."
            complain(what, key="by", accepted="by: capacity with tradable: true has the same prices and quantities")
        if (self.by == "named") != (self.shares is not None):
            complain("by: named gives 'shares', by: capacity does not.", key="shares")
        for district, share in (self.shares or {}).items():
            if not 0 <= share <= 1:
                complain(f"the share of {district}, {share:g}, is none.", key="shares", accepted="0 to 1")
        if self.shares and abs(sum(self.shares.values()) - 1) > 1e-6:
            complain(f"the shares add to {sum(self.shares.values()):g}, not 1.", key="shares")
        if self.shares and self.tradable:
            complain("named shares that are tradable are one total.", key="tradable", accepted="tradable: false")
        return self


class Cap(Measure):
    """A yearly total; what exceeds it is not permitted. Amount 0 is a ban."""

    instrument: Literal["cap"]
    counts: Literal["t REO", "t product", "burden"] = "t REO"
    burden: str | None = Field(None, description="which burden, where counts is burden")
    shared_out: SharedOut = SharedOut()
    amount: (
        Annotated[Quantity, Limits(("t REO/year", "kt REO/year", "t product/year", "units of burden/year"))] | None
    ) = None
    content: Share | None = Field(None, description="t REO in a tonne as the notice weighs it; 1 if left out")

    @model_validator(mode="after")
    def _counts_fit(self) -> Cap:
        word = {"t REO": "t REO/year", "t product": "t product/year", "burden": "units of burden/year"}[self.counts]
        if self.amount and self.amount.unit.removeprefix("k") != word:
            complain(f"an amount in {self.amount.unit} does not fit counts: {self.counts}.", key="amount")
        if self.amount is None and self.used != "never":
            complain("a cap needs its amount (only a power never used may leave it out).", key="amount")
        if (self.counts == "burden") != (self.burden is not None):
            complain("counts: burden names its burden, other counts none.", key="burden", accepted="burden: NAME")
        if self.content is not None and self.counts != "t REO":
            complain("the content in REO is that of an amount in t REO.", key="content", accepted="counts: t REO")
        return self


class Licence(Measure):
    """Approval that takes time and may be refused: of building, shipping or running."""

    declined: ClassVar[dict[str, str]] = {
        "open_to": "a list of names changes no number; write it into the article's 'says' and give 'refused'."
    }
    instrument: Literal["licence"]
    wait: Wait | None = None
    refused: Share | None = None
    interest: Annotated[Quantity, Limits(("share/year",))] | None = Field(
        None, description="cost a year of goods that wait to be shipped, as share of their price; a default if left out"
    )

    @model_validator(mode="before")
    @classmethod
    def _interest(cls, data: Any) -> Any:
        acts_on = data.get("acts_on") if isinstance(data, dict) else None
        ships = isinstance(acts_on, dict) and acts_on.get("doing") == "ship"
        return data | {"interest": INTEREST} if ships and "wait" in data and "interest" not in data else data

    @model_validator(mode="after")
    def _says_something(self) -> Licence:
        doing = self.acts_on.names().get("doing", ())
        if len(doing) != 1 or doing[0] not in ("build", "ship", "run"):
            complain("a licence is for one thing.", key="acts_on", accepted="doing: build | ship | run")
        if self.wait is None and self.refused is None:
            complain("a licence without 'wait' and 'refused' changes nothing.", accepted="wait, refused")
        if self.interest is not None and (doing[0] != "ship" or self.wait is None):
            complain("interest is that of goods that wait to be shipped.", key="interest", accepted="doing: ship, wait")
        if doing[0] == "run" and self.wait is not None:
            complain("waiting delays building and shipping, not what already runs.", key="wait")
        return self


QUANTITIES = ("recovery", "share of process water recycled", "discharge", "share of feed from ore", "cost only")
UNMODELLED = {
    "recycled content": "use instrument: share, acts_on: {stage: recycling}, with at_least.",
    "single-source share": "use instrument: share, acts_on: {doing: ship, partner: NAME}, each: [zone], with at_most.",
    "cut-off": "grade classes are fixed in the network; use quantity: recovery.",
}


class Standard(Measure):
    """A required quantity, obeyed by a share of those bound."""

    instrument: Literal["standard"]
    quantity: str
    burden: str | None = Field(None, description="burden that falls: of water recycled, or of a discharge limit")
    at_least: Annotated[Quantity, Limits(("share",))] | None = None
    at_most: Annotated[Quantity, Limits(("share", "mg/l"))] | None = None
    base: Annotated[Quantity, Limits(("share", "mg/l"), least=caps.LEAST_PRACTICE)] | None = Field(
        None, description="practice without it; what is not done at all cannot be made a multiple of"
    )
    obeyed: Share
    cost: Cost | None = None

    @model_validator(mode="after")
    def _fits(self) -> Standard:
        if self.quantity in UNMODELLED:
            complain(f"'{self.quantity}' is no quantity of a standard: {UNMODELLED[self.quantity]}", key="quantity")
        if self.quantity not in QUANTITIES:
            complain(
                f"'{self.quantity}' is not a quantity.", key="quantity", given=self.quantity, accepted=list(QUANTITIES)
            )
        needs = {
            "recovery": {"at_least", "base"},
            "share of process water recycled": {"at_least", "base", "burden"},
            "discharge": {"at_most", "base", "burden"},
            "share of feed from ore": {"at_most"},
            "cost only": {"cost"},
        }[self.quantity]
        for key in ("at_least", "at_most", "base", "burden"):
            if (getattr(self, key) is not None) != (key in needs):
                word = "needs" if key in needs else "has no"
                complain(f"quantity '{self.quantity}' {word} '{key}'.", key=key, accepted=", ".join(sorted(needs)))
        if "cost" in needs and self.cost is None:
            complain("quantity 'cost only' needs 'cost'.", key="cost")
        limit = self.at_least or self.at_most
        if self.at_most and self.at_most.unit != "share" and self.base is None:
            complain("at_most is a share of the feed.", key="at_most", given=self.at_most.unit, accepted=["share"])
        if self.base and limit and self.base.unit != limit.unit:
            what = f"the practice is in {self.base.unit}, what is demanded in {limit.unit}."
            complain(what, key="base", accepted=f"both in {limit.unit}")
        return self


class Inspection(Measure):
    """Checks that catch a share of unlicensed tonnes, at a cost to the state."""

    instrument: Literal["inspection"]
    caught: Annotated[Quantity, Limits(("share of tonnes/year", "share of tonnes", "share"))]
    budget: MoneyAYear | None = None


class Penalty(Measure):
    """What follows when caught; acts on unlicensed activities of the kind that the named duties bind."""

    declined: ClassVar[dict[str, str]] = {
        "next_year_cut": "licensed firms never exceed their permits in the model, so no total would be cut."
    }
    instrument: Literal["penalty"]
    acts_on: Selector = Selector()
    for_breach_of: list[Name] = Field(min_length=1, max_length=caps.NAMES)
    times_gain: Annotated[Quantity, Limits(("multiple",))]
    seized: Annotated[Quantity, Limits(("share of product", "share"))]
    wealth: Annotated[Quantity, Limits(("multiple of revenue",))] = Field(
        WEALTH, description="largest fine that can be collected"
    )
    floor: Annotated[Quantity, Limits(("MCNY/case", "MUSD2020/case"))] | None = None
    case_size: Annotated[Quantity, Limits(("t REO/case",), least=1e-6)] | None = None
    closed: Annotated[Quantity, Limits(("month", "year"))] | None = None

    @model_validator(mode="after")
    def _floor_has_a_size(self) -> Penalty:
        if (self.floor is None) != (self.case_size is None):
            complain("a fine per case and the tonnes of a case go together.", key="floor", accepted="floor, case_size")
        return self


class Tracing(Measure):
    """A system of records: raises the share caught, costs the lawful."""

    instrument: Literal["tracing"]
    coverage: Annotated[Quantity, Limits(("share of traded tonnes", "share"))]
    detects: Annotated[Quantity, Limits(("share of tonnes", "share"))]
    cost: Cost


class Reserve(Measure):
    """The state buys a good below a price until its target is reached."""

    declined: ClassVar[dict[str, str]] = {
        "sell_above": "the state's stock is not tracked, so it cannot be sold by price; what is bought stays.",
        "held_by": "holders are the state activities of the network; firms' own stocks follow expected prices.",
    }
    instrument: Literal["reserve"]
    target: Annotated[Quantity, Limits(("t", "kt", "t REO"))]
    pace: Annotated[Quantity, Limits(("t/year", "t REO/year"), least=1e-9)]
    buy_below: Price


class PriceBand(Measure):
    """A floor at which the state takes what is offered, up to some tonnes a year."""

    declined: ClassVar[dict[str, str]] = {
        "ceiling": "a ceiling needs rationing, which a market that clears does not have; use a reserve or a charge.",
        "paid_by": "the state of the good's zone pays.",
    }
    instrument: Literal["price_band"]
    floor: Price
    tonnes: Annotated[Quantity, Limits(("t/year", "t product/year", "t REO/year"))]


class Support(Measure):
    """Public money into knowledge or capacity."""

    instrument: Literal["support"]
    into: Literal["knowledge", "capacity", "exploration"]
    amount: MoneyAYear
    lasts: Annotated[Quantity, Limits(("year",), least=1e-9)] | None = None

    @model_validator(mode="after")
    def _into(self) -> Support:
        if self.into == "exploration":
            what = "support into exploration is refused: new ore bodies are not found in the model."
            complain(what, key="into", accepted="knowledge | capacity")
        if self.into == "knowledge" and "zone" not in self.acts_on.names():
            complain("support into knowledge names its zone.", key="acts_on", accepted="zone: NAME")
        return self


class Conduct(Measure):
    """Market power of sellers: n equal sellers, long-run elasticity e, mark-up 1/(n e) of revenue (Cournot 1838)."""

    instrument: Literal["conduct"]
    sellers: Annotated[Quantity, Limits(("number",), least=1e-9)]
    elasticity: Annotated[Quantity, Limits(("elasticity",), least=1e-9)]

    @model_validator(mode="after")
    def _has_a_solution(self) -> Conduct:
        ends = [
            [x for v in q.values if not v.grows for x in (v.value, *(v.range or ())) if x is not None]
            for q in (self.sellers, self.elasticity)
        ]
        fewest, lowest = (min(x, default=float("inf")) for x in ends)
        if fewest * lowest <= 1.0:
            what = (
                f"{fewest:g} sellers times an elasticity of {lowest:g} is {fewest * lowest:.3g}: such a mark-up "
                "has no solution, it would pay to raise the price without end."
            )
            complain(what, key="sellers", accepted="sellers x elasticity > 1, at the low ends of their ranges too")
        return self


class Exempt(Measure):
    """A subset that a cap does not count."""

    instrument: Literal["exempt"]
    from_measure: Name


AnyMeasure = Annotated[
    Charge
    | Cap
    | Licence
    | Standard
    | Inspection
    | Penalty
    | Tracing
    | Reserve
    | PriceBand
    | Portion
    | Contract
    | Stock
    | Support
    | Conduct
    | Exempt,
    Field(discriminator="instrument"),
]
"""A measure, told apart by `instrument`."""
