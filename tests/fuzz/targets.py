"""What is fuzzed: a table of targets. Another target is another row."""

from __future__ import annotations

from tests.fuzz.books import BOOKS
from tests.fuzz.harness import Target

TARGETS: dict[str, Target] = {t.name: t for t in (BOOKS,)}
"""Name -> target. A target's mutants are made from random numbers alone, so that a seed and a number name one."""
