"""Base of every model of the format: unknown keys are refused with the accepted ones, some with a word why."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from earthprice import caps
from earthprice.errors import OptionError

ISO = re.compile(r"([0-9]{4})(?:-([0-9]{2})-([0-9]{2}))?\Z")


class Strict(BaseModel):
    """A frozen model without unknown keys.

    Attributes:
        declined: keys that someone may well try, each with the reason why it is not accepted.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)
    declined: ClassVar[dict[str, str]] = {}

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        accepted = sorted(field.alias or name for name, field in cls.model_fields.items())
        for key in data:
            if key in cls.declined:
                complain(f"'{key}' is not accepted: {cls.declined[key]}", key=key)
            if key not in accepted and key not in cls.model_fields:
                hint = " A comma inside { } ends a text: put the text in quotes." if " " in str(key) else ""
                complain(f"'{key}' is not a key here.{hint}", key=key, given=key, accepted=accepted)
        return data


def complain(what: str, *, key: str = "", given: str = "", accepted: list[str] | str = "") -> None:
    """Refuse a value from inside a validator; `key` is the child of the model that is meant."""
    raise PydanticCustomError("earthprice", "{what}", {"what": what, "key": key, "given": given, "accepted": accepted})


@lru_cache(maxsize=4096)
def decimal_year(when: int | float | str) -> float:
    """A year or an ISO date as decimal year: `2022` is 2022.0, `2021-07-02` is 2021.5."""
    if isinstance(when, (int, float)):
        return float(when)
    parts = ISO.match(when)
    if parts and parts.group(2) is None:
        return float(parts.group(1))
    day = date.fromisoformat(when)
    length = date(day.year + 1, 1, 1).toordinal() - date(day.year, 1, 1).toordinal()
    return day.year + (day.timetuple().tm_yday - 1) / length


def check_day(text: str, where: str = "as_of") -> str:
    """A day that an option or an argument gives, `2021-03-01`.

    Raises:
        OptionError: not a day of the calendar in that form, or out of `caps.FIRST_YEAR` to `caps.LAST_YEAR`.
    """
    parts = ISO.match(text) if isinstance(text, str) else None
    try:
        year = date.fromisoformat(text).year if parts and parts.group(2) else 0
    except ValueError:
        year = 0
    if not caps.FIRST_YEAR <= year <= caps.LAST_YEAR:
        accepted = f"YYYY-MM-DD from {caps.FIRST_YEAR} to {caps.LAST_YEAR}, such as 2021-03-01"
        raise OptionError(f"{text!r} is not a day", where=where, accepted=accepted)
    return text


def _iso_date(text: str) -> str:
    parts = ISO.match(text)
    if not parts or parts.group(2) is None:
        complain(f"'{text}' is not a date.", accepted="a date in quotes such as '2021-01-15'")
    try:
        year = date.fromisoformat(text).year
    except ValueError:
        complain(f"'{text}' is not a day of the calendar.", accepted="a date in quotes such as '2021-01-15'")
    else:
        if not caps.FIRST_YEAR <= year <= caps.LAST_YEAR:
            complain(f"'{text}' is out of bounds.", accepted=f"a day of {caps.FIRST_YEAR} to {caps.LAST_YEAR}")
    return text


def _year_or_date(when: int | str) -> int | str:
    if isinstance(when, str):
        return _iso_date(when)
    if not caps.FIRST_YEAR <= when <= caps.LAST_YEAR:
        accepted = f"a year between {caps.FIRST_YEAR} and {caps.LAST_YEAR}, or a date in quotes"
        complain(f"{when} is not a year.", accepted=accepted)
    return when


IsoDate = Annotated[str, AfterValidator(_iso_date), Field(json_schema_extra={"format": "date"})]
"""A day: `'2021-01-15'`."""

YearOrDate = Annotated[int | str, AfterValidator(_year_or_date)]
"""First of January of a year, or a day: `2022` or `'2025-04-04'`."""
