"""A link: the state, its rulebook where it is one's own, and what they were made with, compressed into a fragment."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from earthprice import __version__, caps
from earthprice.errors import OptionError
from earthprice.explore.opened import PageOpening
from earthprice.explore.state import LeverState
from earthprice.law import load_rulebook
from earthprice.law.load import reading_only
from earthprice.law.selector import Name
from earthprice.study.options import Options

MOST = 1_000_000
"""Bytes of a link unpacked: four rulebooks of the largest size."""
LONGEST = 400_000
"""Letters of a link."""
FOUND = re.compile(r"(?:^|#)e1=([A-Za-z0-9_-]+)\Z")
Text = Annotated[str, Field(max_length=caps.BOOK_BYTES)]


class Linked(BaseModel):
    """What a link holds; nothing of it is trusted.

    Attributes:
        version, facts: what the sender's page ran with.
        rulebook: the text.
        own: texts that do not ship, by name.
        years, seed, draws, as_of: how it was run.
        language: of the sender's page.
        state: what was moved.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Name
    facts: Name
    rulebook: Name
    own: Annotated[Mapping[Name, Text], Field(max_length=caps.BOOKS)] = {}
    years: tuple[int, int]
    seed: int
    draws: int
    as_of: Name
    language: Name = "en"
    state: LeverState


def is_link(given: str) -> bool:
    """Whether an argument is a link, or its fragment."""
    return FOUND.search(given) is not None


def read_link(given: str) -> Linked:
    """What a link holds.

    Raises:
        OptionError: it is too long, or cannot be read.
    """
    found = FOUND.search(given)
    if not found or len(given) > LONGEST:
        raise OptionError(
            "this is no link of the page", where="LINK", accepted=f"at most {LONGEST:,} letters with #e1="
        )
    try:
        packed = base64.urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4))
        unpacker = zlib.decompressobj(-15)
        text = unpacker.decompress(packed, MOST)
        if unpacker.unconsumed_tail or not unpacker.eof:
            raise OptionError("the link is cut off, or longer than it may be", where="LINK")
    except (binascii.Error, zlib.error, ValueError) as error:
        raise OptionError("the link cannot be read: it is damaged", where="LINK") from error
    try:
        return Linked.model_validate_json(text)
    except ValidationError as error:
        words = error.errors(include_url=False)[0]["msg"]
        raise OptionError(f"the link cannot be read: {words}{_made_by(text)}", where="LINK") from error


def _made_by(text: bytes) -> str:
    """Which other version made a link, and what to do; empty where it is this one's, or says nothing."""
    found = re.search(rb'"version": ?"([0-9][0-9A-Za-z.+]{0,30})"', text)
    made = found[1].decode() if found else __version__
    if made == __version__:
        return ""
    return f"; version {made} made it, this is version {__version__}: open it with that one"


def opening_of(found: Linked) -> PageOpening:
    """What a page is opened with by a link; its texts go through what every rulebook goes through.

    Raises:
        RulebookError, OptionError: they do not pass.
    """
    options = Options(years=found.years, seed=found.seed, draws=found.draws, as_of=found.as_of)
    with reading_only(found.own or {"": ""}):
        book = load_rulebook(found.rulebook)
    return PageOpening(book.rulebook, dict(found.own), options)
