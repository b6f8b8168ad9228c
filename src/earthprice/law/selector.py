"""The selector: which activities of the network a measure acts on."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from earthprice import caps
from earthprice.law.strict import Strict

Name = Annotated[str, Field(max_length=caps.NAME)]
"""A name of anything, or a pattern of one."""
Names = Name | Annotated[list[Name], Field(min_length=1, max_length=caps.NAMES)]
Doing = Literal["run", "build", "ship", "hold", "use", "dispose"]
StageName = Literal[
    "mining", "milling", "separation", "metal", "magnet", "recycling", "trade", "stock", "use", "disposal"
]
StatusName = Literal["licensed", "unlicensed", "state"]
Feed = Literal["home", "imported", "swarf", "scrap"]


class Selector(Strict):
    """A set of activities: every key given must match; a list matches any of its names; `*` stands for any letters.

    `doing: build` is the adding of capacity to the activities that the other keys pick among those that run.
    """

    declined: ClassVar[dict[str, str]] = {
        "origin_share": "what is inside a good is asked of the measure: holds: "
        "{origin: [NAME], stages: [mining], at_least: 0.001}."
    }

    doing: Doing | list[Doing] | None = None
    stage: StageName | list[StageName] | None = None
    zone: Names | None = None
    district: Names | None = None
    ore: Names | None = None
    deposit: Names | None = None
    concentrate: Names | None = None
    feed: Feed | list[Feed] | None = None
    good: Names | None = None
    element: Names | None = None
    tier: Names | None = None
    status: StatusName | list[StatusName] | None = None
    partner: Names | None = None
    use: Names | None = None
    group: Names | None = None

    def names(self) -> dict[str, tuple[str, ...]]:
        """The keys given, each with its accepted names."""
        pairs = self.model_dump(exclude_none=True)
        return {k: tuple(v) if isinstance(v, list) else (v,) for k, v in pairs.items()}
