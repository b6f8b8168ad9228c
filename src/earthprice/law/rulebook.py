"""The rulebook: articles in our own words, their measures, readings and reviews; and how one is loaded."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, PrivateAttr, model_validator

from earthprice import caps
from earthprice.errors import OptionError
from earthprice.law.instruments import AnyMeasure
from earthprice.law.quantity import Basis, check_basis
from earthprice.law.reviews import ReviewRule
from earthprice.law.selector import Name, StageName
from earthprice.law.source import Source, Where
from earthprice.law.strict import IsoDate, Strict, complain, decimal_year

IDENTIFIER = re.compile(r"[a-z][a-z0-9_-]*\Z")
ZONE = re.compile(r"[A-Z]{3}\Z")
NUMBER = re.compile(r"([0-9]+)(?:-([0-9]+))?\Z", re.ASCII)
TOO_LONG = len(str(caps.ARTICLES)) + 1
"""Digits that no article's number has."""

INDICATORS = (
    "complaints",
    "exports",
    "external_damage",
    "high_end_share",
    "price_gap",
    "price_real",
    "recovery_rate",
    "unlicensed_share",
)


def _identifier(text: str) -> str:
    if len(text) > caps.NAME:
        complain(f"an identifier of {len(text)} letters.", accepted=f"at most {caps.NAME}")
    if not IDENTIFIER.match(text):
        complain(f"'{text}' is not an identifier.", accepted="small letters, digits, _ and -, a letter first")
    return text


def _zone(text: str) -> str:
    if not ZONE.match(text):
        complain(f"'{text}' is not a zone.", accepted="three capitals such as CHN, JPN")
    return text


def _number(text: str) -> str:
    parts = NUMBER.match(text)
    if parts is None:
        return text
    first, last = parts[1], parts[2] or parts[1]
    if max(len(first), len(last)) >= TOO_LONG or not 1 <= int(first) <= int(last) <= caps.ARTICLES:
        what = f"'{text}' is no number of an article."
        complain(what, accepted=f"a number from 1 to {caps.ARTICLES}, a rising span such as 20-27, or a name")
    return text


Identifier = Annotated[str, AfterValidator(_identifier)]
ArticleNumber = Annotated[str, Field(max_length=caps.NAME), AfterValidator(_number)]
Zone = Annotated[str, AfterValidator(_zone)]


class Citation(Strict):
    """A source: what to cite and how sure we are of having read it right (A seen, B recalled firmly, C doubtful)."""

    cite: str
    confidence: Literal["A", "B", "C"]
    url: str | None = None


class InForce(Strict):
    """Entry into force, with its basis."""

    date: IsoDate
    basis: Basis
    source: str | None = None
    why: str | None = None

    @model_validator(mode="after")
    def _based(self) -> InForce:
        check_basis(self, "an assumed date")
        return self


class Reading(Strict):
    """One way to use the powers that a text gives; never a probability."""

    words: str
    default: bool = False


class Scope(Strict):
    """Stages that the law covers, and the article that says so."""

    article: str | None = None
    stages: list[StageName] = Field(min_length=1)


class Article(Strict):
    """An article in our own words, and what of it is modelled."""

    number: ArticleNumber
    number_sure: bool = True
    heading: str
    says: str
    source: str
    modelled: Literal["fully", "partly", "elsewhere", "not", "as aims"]
    why_not: str | None = None
    see: Annotated[list[Name], Field(max_length=caps.NAMES)] = []
    against_base: Literal["new", "changes", "continues", "repeals"] | None = None
    aims: list[Literal[INDICATORS]] = []  # pyright: ignore[reportInvalidTypeForm]
    measures: dict[Identifier, AnyMeasure] = {}

    @model_validator(mode="after")
    def _modelled(self) -> Article:
        if self.modelled in ("partly", "not") and not self.why_not:
            complain(f"modelled: {self.modelled} needs its reason.", key="modelled", accepted="why_not: ...")
        if self.modelled == "fully" and not (self.measures or self.see):
            complain("modelled: fully names measures.", key="modelled", accepted="measures, or see: [measure]")
        if self.modelled == "elsewhere" and not self.see:
            complain("modelled: elsewhere says where.", key="modelled", accepted="see: [measure]")
        if self.modelled == "not" and self.measures:
            complain("modelled: not, yet it has measures.", key="modelled", accepted="fully | partly")
        if (self.modelled == "as aims") != bool(self.aims):
            complain("modelled: as aims lists its aims.", key="modelled", accepted=", ".join(INDICATORS))
        return self

    @model_validator(mode="after")
    def _against_base(self) -> Article:
        acting = {k: m for k, m in self.measures.items() if m.used != "never"}
        replacing = [k for k, m in acting.items() if m.replaces or m.adds_to]
        if self.against_base == "changes" and self.modelled in ("fully", "partly") and not replacing:
            what = "against_base: changes, yet no measure replaces or adds to one of the law in force."
            complain(what, key="against_base", accepted="replaces: MEASURE or adds_to: MEASURE in a measure")
        if self.against_base == "new" and replacing:
            complain(f"against_base: new, yet {replacing[0]} replaces or adds to a measure.", key="against_base")
        if self.against_base == "continues" and acting:
            what = f"against_base: continues, yet it sets {next(iter(acting))}."
            complain(what, key="against_base", accepted="see: [measure of the law in force]; or new, changes")
        if self.against_base == "repeals" and not self.see:
            complain("against_base: repeals names what.", key="against_base", accepted="see: [measure]")
        return self

    @property
    def covers(self) -> tuple[int, ...]:
        """The whole numbers it stands for: `20-27` is 20 to 27; empty if it has a name."""
        parts = NUMBER.match(self.number)
        return tuple(range(int(parts[1]), int(parts[2] or parts[1]) + 1)) if parts else ()


class Rulebook(Strict):
    """A law, draft or answer as data. `docs/law.md` describes every key."""

    format: Literal["earthprice-rulebook/1"]
    rulebook: Identifier
    version: int = Field(1, ge=1, le=10**6)
    title: str
    jurisdiction: Zone
    status: Literal["proposal", "draft", "adopted", "in_force", "repealed", "illustration"]
    announced: IsoDate
    in_force: InForce
    consolidated: IsoDate | None = Field(
        None, description="of a text put together from several acts: the day whose law it is; assessed as of that day"
    )
    builds_on: Name | Annotated[list[Name], Field(max_length=caps.NAMES)] | None = None
    text_status: str
    articles_count: int | None = Field(
        None, ge=1, le=caps.ARTICLES, description="articles of the text; every one must be listed"
    )
    sources: dict[str, Citation]
    readings: dict[Identifier, Reading] = {}
    scope: Scope | None = None
    articles: list[Article] = Field(min_length=1, max_length=caps.ARTICLES)
    reviews: list[ReviewRule] = Field([], max_length=caps.REVIEWS)

    _source: Source | None = PrivateAttr(None)

    @model_validator(mode="after")
    def _announced_first(self) -> Rulebook:
        if self.in_force.date < self.announced:
            what = f"in force on {self.in_force.date}, before it was announced on {self.announced}."
            complain(what, key="in_force", accepted=f"a date from {self.announced} on")
        if self.consolidated is not None and self.consolidated < self.in_force.date:
            what = f"consolidated as of {self.consolidated}, before it was in force on {self.in_force.date}."
            complain(what, key="consolidated", accepted=f"a date from {self.in_force.date} on")
        return self

    def __hash__(self) -> int:
        return hash((self.rulebook, self.version))

    def _repr_html_(self) -> str:
        """What a notebook shows: the title, and every article with what of it is modelled and by which measures."""
        head = escape(f"{self.title} ({self.rulebook}, {self.status}, in force {self.in_force.date})")
        told = [(a.number, a.heading, a.modelled, ", ".join(a.measures)) for a in self.articles]
        rows = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in told)
        names = "".join(f"<th>{name}</th>" for name in ("article", "heading", "modelled", "measures"))
        return f"<table><caption>{head}</caption><tr>{names}</tr>{rows}</table>"

    @property
    def bases(self) -> tuple[str, ...]:
        """Rulebooks that this one builds on."""
        return (self.builds_on,) if isinstance(self.builds_on, str) else tuple(self.builds_on or ())

    @property
    def measures(self) -> dict[str, AnyMeasure]:
        """All measures by id, in the order of the articles."""
        return {k: m for a in self.articles for k, m in a.measures.items()}

    @property
    def switchable(self) -> list[Article]:
        """Articles that there is something to switch off in: a measure, a repeal, or a review under them."""
        return self.acting(self.measures)

    def acting(self, changed: Iterable[str] = ()) -> list[Article]:
        """Articles that may act: they end what is below, have a review under them, or set a measure that is used.

        Args:
            changed: measures, or their numbers, that are changed: a power of which one is changed is used.
        """
        under, moved = {r.under for r in self.reviews}, {k.partition(".")[0] for k in changed}
        return [
            a
            for a in self.articles
            if a.against_base == "repeals"
            or a.number in under
            or any(m.used != "never" or k in moved for k, m in a.measures.items())
        ]

    @property
    def start(self) -> float:
        """Entry into force as decimal year."""
        return decimal_year(self.in_force.date)

    def must_be_announced(self, day: str) -> None:
        """Refuse to see the text on a day (YYYY-MM-DD) on which nobody could have.

        Raises:
            OptionError: it was announced after that day.
        """
        if day < self.announced:
            said = f"{day} lies before the text was announced, {self.announced}"
            raise OptionError(said, where="--as-of", accepted=f"{self.announced} or later", given=day)

    @property
    def text(self) -> str:
        """The file as it was read; empty for a book that was not."""
        return self._source.text if self._source else ""

    @property
    def folder(self) -> Path | None:
        """Folder of its file; None for a book that was in none."""
        return self._source.folder if self._source else None

    def same_text(self, other: Rulebook) -> bool:
        """Whether two books are one text; a delayed book is the text that it was."""
        return self.text == other.text if self.text or other.text else self == other

    def position(self, measure: str) -> Where:
        """Path of a measure in the file."""
        for i, article in enumerate(self.articles):
            if measure in article.measures:
                return ("articles", i, "measures", measure)
        return ()

    def where(self, path: Where) -> str:
        """File, line and field of a path."""
        return self._source.where(path) if self._source else f"{self.rulebook}: {'.'.join(map(str, path))}"
