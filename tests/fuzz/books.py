"""Rulebooks: a shipped one changed, loaded, stacked, matched to the world and compiled for every year."""

from __future__ import annotations

import copy
import random
from functools import cache
from typing import Any

import numpy as np

from earthprice.facts.world import load_world
from earthprice.law import compile_terms, numbers, prose, rulebook_from_text, shipped, stack
from earthprice.law.load import SHELF
from earthprice.law.source import read
from tests.fuzz.harness import Target
from tests.fuzz.trees import dump, mutant, spliced

YEARS = np.arange(2020.0, 2041.0)
FINITE = (
    "specific",
    "advalorem",
    "markup",
    "resource_cost",
    "capacity",
    "holding",
    "recovery",
    "burden",
    "entry",
    "entry_delay",
    "entry_support",
    "knowledge_support",
    "state_cost",
    "awaited",
    "permit_use",
    "tariff",
    "caught",
    "fine",
)
SHARES = ("capacity", "entry", "awaited", "caught", "permit_granted")


@cache
def trees() -> list[tuple[Any, str]]:
    """The shipped books as trees and texts."""
    return [(s.tree, s.text) for s in (read(SHELF / f"{name}.yaml") for name in shipped())]


def make(rng: random.Random) -> str:
    """A changed book as text: in most cases a few articles of one, so that the change is not lost among many."""
    tree, text = rng.choice(trees())
    if rng.random() < 0.1:
        return spliced(text, rng.choice(trees())[1], rng)
    part = copy.deepcopy(tree)
    if rng.random() < 0.7:
        part.pop("articles_count", None)
        measured = [a for a in part["articles"] if a.get("measures")]
        part["articles"] = rng.sample(measured, min(len(measured), 3))
    return dump(mutant(part, rng))


def attempt(text: str) -> None:
    """Load, print, list and compile; what comes out is finite and shares are shares."""
    book = rulebook_from_text(text, "mutant.yaml")
    assert prose(book)
    whole = stack(book)
    numbers(whole)
    terms = compile_terms(whole, load_world().network, YEARS)
    for name in FINITE:
        assert np.isfinite(getattr(terms, name)).all(), f"{name} is not finite"
    for name in SHARES:
        found = getattr(terms, name)
        assert ((found >= 0) & (found <= 1)).all(), f"{name} lies outside 0 to 1: {found.min():g} to {found.max():g}"
    assert (terms.permit_amount >= 0).all()
    assert (terms.burden >= 0).all()
    assert (terms.recovery >= 1 - 1e-12).all()


BOOKS = Target("books", make, attempt, str, small=60)
