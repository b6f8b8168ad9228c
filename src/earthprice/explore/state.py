"""The state of a page: what has been moved from the rulebook as it was opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from earthprice import caps
from earthprice.errors import OptionError
from earthprice.law.selector import Name

NewValue = Annotated[str, Field(max_length=caps.WORD)] | float


class LeverState(BaseModel):
    """What has been moved; everything left out stands as the rulebook has it.

    Attributes:
        changes: by `measure.parameter`, as `assess --set` takes it.
        off: numbers of articles that are switched off.
        used: by power, whether it is used.
        reading: how powers are read; the text's own if None.
        answers: rulebooks of partners that answer.
        delay: years by which the entry into force is put off.
        discount: social discount rate [share/yr].
        world: by uncertain factor, the quantile at which it stands.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    changes: Annotated[Mapping[Name, NewValue], Field(max_length=caps.NAMES)] = {}
    off: Annotated[tuple[Name, ...], Field(max_length=caps.NAMES)] = ()
    used: Annotated[Mapping[Name, bool], Field(max_length=caps.NAMES)] = {}
    reading: Name | None = None
    answers: Annotated[tuple[Name, ...], Field(max_length=caps.BOOKS)] = ()
    delay: Annotated[float, Field(ge=0, le=caps.DELAY, allow_inf_nan=False)] = 0.0
    discount: Annotated[float, Field(ge=0, le=0.2, allow_inf_nan=False)] = 0.03
    world: Annotated[Mapping[Name, Annotated[float, Field(ge=0.02, le=0.98)]], Field(max_length=40)] = {}

    @property
    def key(self) -> str:
        """The state in one line, the same for the same state."""
        return self.model_dump_json()


def read_state(given: Any) -> LeverState:
    """A state from what a page or a link says.

    Raises:
        OptionError: it is none.
    """
    try:
        return LeverState.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(x) for x in first["loc"][:3])
        raise OptionError(f"the state cannot be read: {first['msg']}", where=where[: caps.NAME]) from error
