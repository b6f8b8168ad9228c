"""Values: a number with its unit, the date from which it holds, what it rests on, and when it was published."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, PrivateAttr, model_validator
from pydantic_core import CoreSchema, core_schema

from earthprice import caps
from earthprice.law.strict import IsoDate, Strict, YearOrDate, complain, decimal_year
from earthprice.law.units import FACTORS, SHARES, largest

Basis = Literal["text", "notice", "record", "assumption"]
"""text: printed in the law itself; notice: a published act under it; record: observed; assumption: ours."""

CHANGES = (-0.5, 0.5)
"""Bounds of a yearly change [share/yr]: no total of rare earths has halved or grown by half year upon year."""


def check_basis(held: Any, what: str = "an assumption") -> None:
    """Refuse a model of `basis`, `source` and `why`: an assumption has its reason, all else its source."""
    if held.basis == "assumption" and not held.why:
        complain(f"{what} needs its reason.", key="basis", accepted="why: ...")
    if held.basis != "assumption" and not held.source:
        complain(f"basis {held.basis} needs a source.", key="basis", accepted="source: a key of 'sources'")


class Value(Strict):
    """One dated value of a parameter.

    Exactly one of: `value` and/or `range`; `yearly_change` (with a `range` of it or without); `yearly_change_of`;
    `set_by`; `lifted`. A range without a value is uniform (log-uniform where its ends differ more than tenfold), a
    range with a value is triangular with the value as its mode.
    """

    start: YearOrDate = Field(alias="from", description="first day on which the value holds")
    value: float | None = None
    range: tuple[float, float] | None = Field(None, description="lowest and highest", strict=False)
    yearly_change: float | None = Field(None, description="growth a year, from the last level on")
    yearly_change_of: str | None = Field(None, description="grows as that measure's parameter of the same name")
    set_by: str | None = Field(None, description="moved by that review from the last level on")
    lifted: bool | None = Field(None, description="from here on the parameter no longer holds")
    reading: str | None = None
    basis: Basis
    source: str | None = None
    published: IsoDate | None = None
    why: str | None = None
    _written: str = PrivateAttr("")

    @property
    def of_format(self) -> bool:
        """Whether it is a default of the format itself, one and the same for every measure."""
        return False

    @property
    def written(self) -> str:
        """`from` as the text has it, by which the number is named: `start`, unless the text is put off."""
        return self._written or self.start

    def put_off(self, start: str) -> Value:
        """The same number from another day on, under the name it has in the text."""
        moved = self.model_copy(update={"start": start})
        moved._written = self.written
        return moved

    @property
    def grows(self) -> bool:
        """Whether the value is a yearly change and not a level."""
        return self.yearly_change is not None or self.yearly_change_of is not None

    @property
    def year(self) -> float:
        """`from` as decimal year."""
        return decimal_year(self.start)

    @model_validator(mode="after")
    def _one_kind(self) -> Value:
        level = self.value is not None or (self.range is not None and self.yearly_change is None)
        kinds = {
            "value or range": level,
            "yearly_change": self.yearly_change is not None,
            "yearly_change_of": self.yearly_change_of is not None,
            "set_by": self.set_by is not None,
            "lifted": self.lifted is not None,
        }
        if sum(kinds.values()) != 1:
            given = " and ".join(k for k, there in kinds.items() if there) or "none of them"
            complain(f"a value says exactly one thing, here {given}.", accepted=" | ".join(kinds))
        if self.lifted is False:
            complain("'lifted: false' says nothing.", key="lifted", accepted="lifted: true, or leave it out")
        self._check_range()
        self._check_basis()
        return self

    def _check_range(self) -> None:
        if self.range is None:
            return
        if self.yearly_change_of or self.set_by or self.lifted:
            complain("a range belongs to a value or a yearly_change.", key="range")
        low, high = self.range
        if not low < high:
            complain(f"the range {low:g} to {high:g} does not rise.", key="range", accepted="[lowest, highest]")
        middle = self.value if self.value is not None else self.yearly_change
        if middle is not None and not low <= middle <= high:
            complain(f"{middle:g} lies outside its range {low:g} to {high:g}.", key="range")

    def _check_basis(self) -> None:
        check_basis(self)
        if self.basis == "notice" and not self.published:
            complain("a notice needs the day it was published.", key="basis", accepted="published: '2020-07-01'")
        if self.basis == "text" and (self.grows or self.set_by or (self.range and self.value is not None)):
            what = "basis text carries only what is printed: a number or a range, no point inside it and no path."
            complain(what, key="basis", accepted="the range alone; or basis assumption with why")


class Default(Value):
    """A default of the format itself; no file can hold one."""

    @property
    def of_format(self) -> bool:
        """True."""
        return True


class Quantity(Strict):
    """A parameter: its unit and its dated values."""

    unit: str
    values: tuple[Value, ...] = Field(min_length=1, max_length=caps.VALUES, strict=False)

    @model_validator(mode="after")
    def _no_clash(self) -> Quantity:
        seen: Counter[tuple[Any, ...]] = Counter()
        for v in self.values:
            kind = "path" if v.grows or v.set_by else "level"
            seen[(v.year, v.reading, v.published, kind)] += 1
        for (year, reading, published, _), count in seen.items():
            if count > 1:
                words = f"from {year:g}, reading {reading or 'any'}, published {published or 'with the book'}"
                complain(f"{count} values clash: {words}.", key="values", accepted="one value a date and reading")
        if not any(v.value is not None or v.lifted or (v.range and not v.grows) for v in self.values):
            complain("no value sets a level to start from.", key="values", accepted="at least one value or range")
        return self


def _check_growth(v: Value) -> None:
    """Refuse a yearly change that no total has had: what is 5 % a year is written 0.05."""
    least, most = CHANGES
    for number in (v.yearly_change, *(v.range or ())):
        if number is not None and not least <= number <= most:
            what = f"a yearly change of {number:g} from {v.start} is {100 * number:g} % a year."
            complain(what, key="values", accepted=f"{least:g} to {most:g} as a share a year; 0.05 is 5 %")


@dataclass(frozen=True)
class Limits:
    """Annotation of a parameter: units it may have and bounds of its value in the unit of the file.

    Attributes:
        units: accepted units.
        least: smallest value that means something.
        most: largest; at most what means something in the unit (`units.largest`).
    """

    units: tuple[str, ...]
    least: float = 0.0
    most: float = float("inf")

    def bounds(self, unit: str) -> tuple[float, float]:
        """Bounds for a value in `unit`, written or computed."""
        high = largest(unit)
        return max(self.least, -caps.PAID_ON_TOP if unit in SHARES else -high), min(self.most, high)

    def check(self, quantity: Quantity) -> Quantity:
        """Refuse a unit that does not fit and a value out of bounds."""
        if quantity.unit not in self.units:
            known = "" if quantity.unit in FACTORS else " (not a unit of the format)"
            what = f"unit '{quantity.unit}' does not fit here{known}."
            complain(what, key="unit", given=quantity.unit, accepted=list(self.units))
        least, most = self.bounds(quantity.unit)
        for v in quantity.values:
            if v.grows:
                _check_growth(v)
                continue
            for number in (v.value, *(v.range or ())):
                if number is not None and not least <= number <= most:
                    what = f"{number:g} {quantity.unit} from {v.start} is out of bounds."
                    complain(what, key="values", accepted=f"{least:g} to {most:g}")
        return quantity

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate the quantity, then its unit and bounds."""
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The quantity's schema with the units of this parameter."""
        base = handler(schema)
        return {"allOf": [base, {"properties": {"unit": {"enum": list(self.units)}}}]}
