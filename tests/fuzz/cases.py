"""Lawyers' cases: a shipped file changed, and run on its book."""

from __future__ import annotations

import copy
import random
from functools import cache
from typing import Any

from earthprice.law import load_rulebook, shipped
from earthprice.law.cases import cases_of
from earthprice.law.load import SHELF
from earthprice.law.source import parse_yaml, read
from tests.fuzz.harness import Target
from tests.fuzz.trees import dump, mutant, spliced


@cache
def files() -> list[tuple[str, Any, str]]:
    """The shipped files: book, tree and text."""
    return [(n, s.tree, s.text) for n, s in ((n, read(SHELF / f"{n}.tests.yaml")) for n in shipped())]


def make(rng: random.Random) -> tuple[str, str]:
    """A book's name and a changed file of its cases: three of them, so that the change is not lost among many."""
    name, tree, text = rng.choice(files())
    if rng.random() < 0.1:
        return name, spliced(text, rng.choice(files())[2], rng)
    part = copy.deepcopy(tree)
    part["cases"] = rng.sample(part["cases"], min(3, len(part["cases"])))
    return name, dump(mutant(part, rng))


def attempt(given: tuple[str, str]) -> None:
    """Run the cases; every outcome says whether it passed."""
    name, text = given
    for outcome in cases_of(load_rulebook(name), parse_yaml(text, "mutant.tests.yaml")):
        assert outcome.passed in (True, False)


CASES = Target("cases", make, attempt, lambda given: f"# {given[0]}\n{given[1]}", small=100)
