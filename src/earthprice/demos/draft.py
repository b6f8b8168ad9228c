"""S8, the draft as a text: what each clause that changed between the draft of 2021 and the text of 2024 is worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from earthprice.demos.demonstration import Claim, Demonstration, Panel, marks
from earthprice.demos.lab import IN_FORCE, Lab
from earthprice.errors import RulebookError
from earthprice.law import Rulebook, Swap, clauses, load_rulebook, prepare, stack, swap
from earthprice.measures.welfare import RunAccounts, worth
from earthprice.runs.engine import Outcome

FIRST, SECOND = "china-2021-draft", "china-2024-regulations"
AS_OF = "2021-03-01"
"""Nothing published later is seen, so that both texts stand on the same yearly totals."""
FROM = 2026
"""Means are from here to the last year: both texts are in force and have been answered."""
DISCOUNT = 0.03
NAMES = {
    "fine+fine_separation": "fines 1-5 to 5-10 times",
    "fine_trade": "illegal trade fined, exports too",
    "tracing_system": "tracing widened (with that fine)",
    "repeal of imported_feed_free": "imported feed counted",
    "recycler_feed": "recyclers' feed policed",
    "stricter_approval": "second approval dropped",
    "entry_into_force": "in force Oct 2024, not Jan 2022",
}
"""Clauses in words."""
ClauseChange = Mapping[str, float | str]
NOBODY_CAUGHT: ClauseChange = {
    "present_inspection.caught": 0.0,
    "more_checks.caught": 0.0,
    "tracing_system.detects": 0.0,
}
AMPLE: ClauseChange = {"separation_total.amount": "x50"}
"""Overrides that switch a mechanism off: no inspection finds anything; the separation total binds nobody."""
UNTRACED: ClauseChange = {"tracing_system.detects": 0.0}
RICH: ClauseChange = UNTRACED | {"fine.wealth": 10.0, "fine_separation.wealth": 10.0}
"""Inspection alone, so that fewer are caught; and diggers who can pay ten years' revenue."""
SEEN = 0.1
"""A change that the yearly statistics would show [kt/yr]."""


@dataclass
class DraftTexts:
    """Two texts on the law in force, clause by clause; every run is made once."""

    lab: Lab
    runs: dict[tuple[str, tuple[tuple[str, float | str], ...]], Outcome] = field(default_factory=dict)

    @cached_property
    def first(self) -> Rulebook:
        """The earlier text."""
        return load_rulebook(FIRST)

    @cached_property
    def second(self) -> Rulebook:
        """The later text."""
        return load_rulebook(SECOND)

    @cached_property
    def swaps(self) -> dict[str, Swap]:
        """The later text with each changed clause as the earlier has it, by the clause's id."""
        found, below = clauses(self.first, self.second), [load_rulebook(IN_FORCE)]
        done = {c.id: swap(below, self.second, self.first, c, self.lab.world.network) for c in found}
        unfit = [s.words for s in done.values() if s.prepared is None]
        if unfit:
            raise RulebookError(f"a changed clause has no price: {unfit[0]}")
        return done

    def run(self, which: str, off: ClauseChange | None = None) -> Outcome:
        """A run of the law in force (`""`), of a text by its name, or of the later text without a clause, by its id."""
        key = (which, tuple(sorted((off or {}).items())))
        if key not in self.runs:
            if which in self.swaps:
                prepared = self.swaps[which].prepared
            else:
                prepared = prepare(stack(which or IN_FORCE), self.lab.world.network)
            assert prepared is not None
            there = {k: v for k, v in (off or {}).items() if k.split(".")[0] in prepared.stack.latest}
            terms = prepared.terms(self.lab.years, as_of=AS_OF, overrides=there)
            self.runs[key] = self.lab.run(terms)
        return self.runs[key]

    def worth(self, clause: str, read: Callable[[Outcome], float], off: ClauseChange | None = None) -> float:
        """What the later wording of a clause changes, all else as in the later text."""
        return read(self.run(SECOND, off)) - read(self.run(clause, off))


def mean_level(lab: Lab, **wanted: str) -> Callable[[Outcome], float]:
    """Mean yearly level of some activities from `FROM` on [kt/yr]."""
    when = slice(lab.at(FROM), None)
    return lambda run: float(lab.level(run, **wanted)[when].mean())


def mean_series(lab: Lab, name: str) -> Callable[[Outcome], float]:
    """Mean of a measure from `FROM` on."""
    when = slice(lab.at(FROM), None)
    return lambda run: float(lab.series(run)[name][when].mean())


def net_gain(lab: Lab, zone: str = "") -> Callable[[Outcome], float]:
    """Present value of a zone's accounts from 2021 on, of the world's if no zone is named [bn USD2020]."""

    def read(run: Outcome) -> float:
        booked = RunAccounts.of(lab.lens, run)
        return worth(lab.engine, 2021, DISCOUNT)(booked, [k for k in booked.money if not zone or k[0] == zone]) / 1e3

    return read


def draft(lab: Lab) -> Demonstration:
    """The text of 2024 with one clause at a time as the draft of 2021 has it."""
    t = DraftTexts(lab)
    digging = mean_level(lab, stage="mining", zone=lab.home, status="unlicensed")
    imported = mean_level(lab, stage="separation", zone=lab.home, feed="imported")
    smuggled = mean_level(lab, stage="trade", zone=lab.home, status="unlicensed")
    caught = "theory: a fine or a record that brings someone to light makes digging or smuggling dearer"
    fines, trade, tracing, feed = "fine+fine_separation", "fine_trade", "tracing_system", "repeal of imported_feed_free"
    claims = (
        Claim("fines of 5-10 in place of 1-5 times the gain, where diggers can pay: unlicensed digging", "kt/yr",
              t.worth(fines, digging, RICH), -1e3, -SEEN, caught, t.worth(fines, digging, NOBODY_CAUGHT)),
        Claim("the same where they own a year's revenue: nothing", "kt/yr", t.worth(fines, digging, UNTRACED),
              -SEEN, SEEN, "theory: what cannot be collected deters nobody, and both fines exceed it",
              t.worth(fines, digging, RICH)),
        Claim("illegal trade fined, exports too: smuggling", "kt/yr", t.worth(trade, smuggled), -1e3, -SEEN, caught,
              t.worth(trade, smuggled, NOBODY_CAUGHT)),
        Claim("tracing widened: unlicensed digging", "kt/yr", t.worth(tracing, digging) - t.worth(trade, digging),
              -1e3, -SEEN, caught, t.worth(tracing, digging, NOBODY_CAUGHT) - t.worth(trade, digging, NOBODY_CAUGHT)),
        Claim("imported feed counted: imported feed separated in China", "kt/yr", t.worth(feed, imported), -1e3, -SEEN,
              "theory: what needs a scarce permit is done less; freedom from a total that binds nobody is worth "
              "nothing",
              t.worth(feed, imported, AMPLE)),
    )  # fmt: skip
    return Demonstration(
        title="From the draft of 2021 to the regulations of 2024, clause by clause",
        words="Each clause that the text of 2024 has otherwise is put back, alone, as the draft had it; the difference "
        "is what the new wording is worth. Wordings that do not stand alone are swapped with what they name, and "
        f"the label says so. Both texts are seen from {AS_OF}, on the same yearly totals.",
        removed="For fines, trade and tracing: nobody is caught, so that no fine can be worth anything (for the second "
        "claim: diggers can pay any fine). For imported feed: the separation total is so large that it binds "
        "nobody.",
        claims=claims,
        panels=_panels(t),
        rests_on=("deposit/*/output_unlicensed", "model/entry/unlicensed_response", "model/mining/elasticity_*"),
        scenario="The share caught, the coverage of tracing and what it detects are assumptions: no authority "
        "publishes them.",
    )


def _panels(t: DraftTexts) -> tuple[Panel, ...]:
    """What each clause is worth on four figures, and both texts beside the law in force."""
    lab = t.lab
    shown = (
        ("unlicensed digging", "kt/yr", mean_level(lab, stage="mining", zone=lab.home, status="unlicensed")),
        ("NdPr oxide at home", "USD2020/kg", mean_series(lab, f"price/ndpr_oxide@{lab.home}")),
        ("external damage at home", "MUSD2020/yr", mean_series(lab, "damage")),
        ("net gain of China", "bn USD2020", net_gain(lab, lab.home)),
    )
    return tuple(
        Panel(f"Worth of each clause: {words}", "clause", unit, _bars(t, read), "bar") for words, unit, read in shown
    )


def _bars(t: DraftTexts, read: Callable[[Outcome], float]) -> pd.DataFrame:
    rows = [("later wording of the clause", NAMES.get(c, c), t.worth(c, read)) for c in t.swaps]
    rows += [
        ("whole text, against the law in force", name, read(t.run(text)) - read(t.run("")))
        for name, text in (("draft of 2021", FIRST), ("text of 2024", SECOND))
    ]
    return marks(rows)
