"""What is fuzzed: a table of targets. Another target is another row."""

from __future__ import annotations

from tests.fuzz.books import BOOKS
from tests.fuzz.cache import CACHE
from tests.fuzz.cases import CASES
from tests.fuzz.harness import Target
from tests.fuzz.options import OPTIONS
from tests.fuzz.own import BUYERS, RECORDS, SUPPLIERS
from tests.fuzz.results import RESULTS

TARGETS: dict[str, Target] = {t.name: t for t in (BOOKS, CASES, OPTIONS, RESULTS, CACHE, SUPPLIERS, BUYERS, RECORDS)}
"""Name -> target. A target's mutants are made from random numbers alone, so that a seed and a number name one."""
