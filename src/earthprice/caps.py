"""Every cap on what may be given, in one place, each with its reason.

A cap is looked at before the work that it bounds, so that whatever is refused is refused within two seconds of work.
The largest rulebook that ships has 22 kB, 1,900 values and 40 measures.
"""

from __future__ import annotations

MESSAGE = 4_000
"""Letters of a message: a screenful. What quotes a longer text cuts it."""
WORD = 80
"""Letters of one name or value that a message quotes."""
NEAREST = 3_000
"""Names among which the nearest to a wrong one is looked for; the world has 2,000 numbers."""
MENDS = 12
"""Mends of a file that one message lists beside the first, each with at most `MEND` letters."""
MEND = 200
"""Letters of a mend after the first."""

BOOK_BYTES = 256_000
"""A rulebook or a file of cases: ten times the largest that ships; reading it takes a second."""
BOOK_VALUES = 10_000
"""Keys, values, lists and mappings of a file: five times the largest that ships; they, not its bytes, take the time."""
BOOK_DEEP = 30
"""A rulebook nests about ten deep."""
TEXT = 10_000
"""Letters of one value: `says` of a long article has a thousand."""
NAME = 100
"""Letters of what is a name: an id, an article's number, a pattern of a selector."""
DIGITS = 100
"""Letters of a number. A fraction written out to the last bit has 55 digits; hundreds of them would be infinite."""
NAMES = 200
"""Names in one list of a measure: more than the network has of anything that a list could pick."""
ARTICLES = 2_000
"""Articles of a law, and the highest number of one: no law has more; each must be listed or spanned."""
MEASURES = 300
"""Measures of a rulebook: each is matched against every activity."""
VALUES = 200
"""Dated values of one parameter: two a year for a century."""
CASES = 500
"""Cases beside a rulebook: each compiles what it asks."""
BOOKS = 12
"""Rulebooks of a stack."""

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Dates of a law: no law on rare earths is older, and what is announced for a later century is a slip."""
LAST_RUN = 2050
"""Last year of a run: growth is foreseen to 2035 and carried on; beyond 2050 nothing holds it."""

LEAST_PRACTICE = 1e-3
"""Least practice [share, mg/l] that a standard may start from: what it demands is counted as a multiple of it."""
DELAY = 100
"""Years by which an entry into force may be put off."""
DRAWS = 100_000
"""Draws of an ensemble: its ranges are then known to a hundredth of their width, and no machine has the year."""
CELLS = 1_000
"""Settings of a sweep: each is an ensemble of its own, and a grid grows by products."""
SEED = 2**63 - 1
"""Largest seed."""
WORKERS = 1_024
"""Processes, and draws side by side in one program: more than any machine that runs this has cores."""

PERMITS, PERMIT_STEP = 96, 16
"""Most permits of a run: all shipped books in one stack need 41. A run has room for the next multiple of the
step, so that few shapes are compiled and a run with few permits does not solve for many."""
PERIOD_STEP = 22
"""A run has room for the next multiple of these periods, so that one program serves all spans of years; those after
its last are skipped."""
REVIEWS, REVIEW_ROWS = 12, 8
"""Reviewed permits and rows of a review that a run has room for; every run has one shape of them."""
CONTRACTS = 16
"""Plants under a contract for difference that a run has room for."""
SEEN_LATE = 8
"""Years that a review may look back: a run remembers eight periods."""
WITHHELD = 0.98
"""Share of revenue that law and mark-up may keep back: at all of it no price pays for anything."""
PAID_ON_TOP = 0.95
"""Share of revenue that the state may add: at all of it, goods would be made for nothing."""
