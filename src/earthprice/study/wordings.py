"""Wordings to try in a text: an article left out, or one number of it otherwise; their terms, and their words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from earthprice.errors import OptionError
from earthprice.law import Article, checked
from earthprice.law.prose import dated, drafted
from earthprice.study.ensemble import Plan
from earthprice.study.frame import Frame
from earthprice.world.override import parse
from earthprice.world.terms import Terms

SETTABLE = (
    "rate",
    "amount",
    "wait",
    "refused",
    "at_least",
    "at_most",
    "caught",
    "times_gain",
    "seized",
    "floor",
    "closed",
    "coverage",
    "target",
    "pace",
    "buy_below",
    "tonnes",
    "lasts",
    "strike",
    "back",
    "covers",
    "days",
    "build",
)
"""Parameters that the wording of a text can set; others say how people behave under it."""


class Variant(NamedTuple):
    """The text with one thing otherwise: without an article, or a parameter (`measure.parameter`) at one number."""

    article: str
    key: str = ""
    value: float = 0.0


def numbers_to_try(f: Frame, article: Article) -> list[Variant]:
    """Numbers to try in an article: both ends of a range, or half and twice the number, within the bounds."""
    found = []
    for name, measure in article.measures.items():
        for parameter, quantity in measure.quantities().items():
            (value, *more) = quantity.values
            single = not more and not value.of_format and not value.lifted and value.set_by is None
            if measure.used == "never" or parameter not in SETTABLE or not single:
                continue
            ends = value.range or tuple(x * (value.value or 0.0) for x in (0.5, 2.0))
            found += [Variant(article.number, f"{name}.{parameter}", float(x)) for x in ends if x != value.value]
    return [v for v in found if _fits(f, v)]


def _fits(f: Frame, v: Variant) -> bool:
    try:
        checked(f.plan.texts.reform.stack, v.key, v.value)
    except OptionError:
        return False
    return True


def varied(plan: Plan, variants: Sequence[Variant], quantiles: Mapping[str, float] | None) -> Terms:
    """Terms of the text with some things otherwise.

    Args:
        plan: the plan, over the years that are run.
        variants: what is otherwise, all at once.
        quantiles: of the law's numbers in a draw; the central draw if None.
    """
    law = {**plan.changes.law, **{v.key: parse(v.value, v.key) for v in variants if v.key}}
    changed = replace(plan, changes=replace(plan.changes, law=law))
    return changed.reform(plan.use(quantiles, without=[v.article for v in variants if not v.key]))


def wording(f: Frame, a: Article, v: Variant) -> tuple[str, str]:
    """A proposal as a text can take it up, and the option of `assess` that runs it."""
    if not v.key:
        names = ", ".join(a.measures or a.see).replace("_", " ")
        part = f"what it {'sets as' if a.measures else 'says of'} {names} in " if a.modelled != "fully" else ""
        return f"Delete {part}article {a.number}.", ""
    measure, _, parameter = v.key.partition(".")
    quantity = a.measures[measure].quantities()[parameter]
    proposed = dated(parameter, quantity.unit, v.value, f.texts.book.in_force.date)
    return f"“{proposed}” in place of “{drafted(parameter, quantity)}”.", f"--set {v.key}={v.value:g}"
