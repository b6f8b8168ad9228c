"""A group of verbs, each of which takes an option once, unless the option collects what it is given."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperCommand, TyperOption

from earthprice.errors import OptionError


class Commands(typer.Typer):
    """A `typer.Typer` of `Command`s."""

    def command(self, *args: Any, **how: Any) -> Any:
        """Add a verb; arguments as of `typer.Typer.command`."""
        return super().command(*args, cls=Command, **how)


class Command(TyperCommand):
    """A verb. Of two values of one option the first would be lost without a word."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words; as of `TyperCommand`.

        Raises:
            OptionError: an option that takes one value is given more than once.
        """
        _, _, given = self.make_parser(ctx).parse_args(args=list(args))
        for option in dict.fromkeys(given):
            one = isinstance(option, TyperOption) and not option.multiple and not option.is_flag
            if one and given.count(option) > 1 and not ctx.resilient_parsing:
                what = f"given {given.count(option)} times"
                raise OptionError(what, where=option.opts[0], accepted="one value")
        return super().parse_args(ctx, args)
