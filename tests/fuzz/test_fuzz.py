"""A few mutants of every target in every run of the tests; `make fuzz` tries many."""

import pytest

from tests.fuzz.harness import fuzz
from tests.fuzz.targets import TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_given_works_or_is_refused_in_words(name):
    target = TARGETS[name]
    tally = fuzz(target, target.small, seed=3)
    broken = "\n".join(f"{f.number}: {f.way}: {f.words}\n{f.mutant[:2000]}" for f in tally.faults)
    assert not tally.faults, f"{tally}\n{broken}"
    assert tally.counts["refused"] and tally.counts["works"]
