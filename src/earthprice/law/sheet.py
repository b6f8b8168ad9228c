"""The sheet: the arrays of `Terms` while the instruments write on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from earthprice.errors import RulebookError
from earthprice.law.acting import Acting
from earthprice.law.days import Days
from earthprice.law.reached import Reached
from earthprice.world.terms import Levy, PlantContract, Terms

ONE_AT_A_TIME = "one at a time: replaces: the other, or other days"


@dataclass(frozen=True)
class Cut:
    """A cut of one burden that a share of those bound make: positions, column, what is limited, shares [S, 1].

    `kept` is what the standard leaves of the burden; `free`: no cost given.
    """

    at: np.ndarray
    column: int
    quantity: str
    obeyed: np.ndarray
    kept: np.ndarray
    free: bool


@dataclass(frozen=True)
class Abroad:
    """What the state of one zone takes and pays elsewhere, while it is being written; arrays as of `Levy`.

    `fines`: where its penalty holds, so that what is withheld (`deter`) is its own [S, M].
    """

    specific: np.ndarray
    advalorem: np.ndarray
    bill: np.ndarray
    entry_support: np.ndarray
    knowledge_support: np.ndarray
    fines: np.ndarray


class Writing:
    """Arrays of `Terms` by stretch of days while they are written: each is a copy of a blank one once it is asked for.

    Args:
        blank: terms without law, whose arrays nobody writes on.
    """

    def __init__(self, blank: Terms) -> None:
        self._blank = blank

    def __getattr__(self, name: str) -> np.ndarray:
        found = self.__dict__[name] = getattr(self._blank, name).copy()
        return found

    @property
    def written(self) -> dict[str, np.ndarray]:
        """The arrays that were asked for."""
        return {name: x for name, x in vars(self).items() if name != "_blank"}


@dataclass
class Sheet:
    """The arrays of `Terms` by stretch of days while they are written, and what is caught, cut, levied, insured.

    `fed`: positions, shares that obey and limits of feed from ore [S, 1]. `duties`: rates on the value at the border,
    by the state that sets them and its levy; `tariff`: those of the state of arrival together [S, M].
    """

    days: Days
    ground: Reached
    terms: Writing
    bill: np.ndarray = field(init=False)
    duties: dict[tuple[str, str], np.ndarray] = field(init=False, default_factory=dict)
    tariff: np.ndarray = field(init=False)
    cuts: list[Cut] = field(init=False, default_factory=list)
    fed: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = field(init=False, default_factory=list)
    escaped: np.ndarray = field(init=False)
    missed: np.ndarray = field(init=False)
    penalties: dict[str, np.ndarray] = field(init=False)
    punished: np.ndarray = field(init=False)
    abroad: dict[int, Abroad] = field(init=False, default_factory=dict)
    contracts: dict[tuple[int, int, int], PlantContract] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        shape = (len(self.days.years), len(self.ground.ids))
        self.bill = np.zeros((*shape, self.ground.network.burdens.shape[1]))
        self.tariff = np.zeros(shape)
        self.escaped, self.missed = np.ones(shape), np.ones(shape)
        self.penalties = {k: np.zeros(shape) for k in ("seized", "times_gain", "wealth", "floor", "closed")}
        self.punished = np.zeros(shape, bool)

    def duty(self, state: str, levy: str) -> np.ndarray:
        """Rates of a levy of a state on the value at the border, to be added to [S, M]."""
        return self.duties.setdefault((state, levy), np.zeros_like(self.tariff))

    def elsewhere(self, a: Acting, zones: np.ndarray) -> tuple[Abroad | None, np.ndarray]:
        """Where a measure's money outside its book's zone is written, and which of `zones` lie outside."""
        out = zones != a.item.book.jurisdiction
        if not out.any():
            return None, out
        zone = self.ground.zone(a.item.book.jurisdiction, a.item.book.where(("jurisdiction",)))
        if zone not in self.abroad:
            flat = [np.zeros_like(self.tariff) for _ in range(3)]
            research = np.zeros_like(self.terms.knowledge_support)
            fines = np.zeros_like(self.punished)
            self.abroad[zone] = Abroad(flat[0], flat[1], np.zeros_like(self.bill), flat[2], research, fines)
        return self.abroad[zone], out


def blank(days: Days, g: Reached) -> Sheet:
    """A sheet without law."""
    return Sheet(days, g, Writing(g.without_law(len(days.years))))


def one_at_a_time(a: Acting, sheet: Sheet, both: np.ndarray, does: str) -> None:
    """Refuse a measure where another of its instrument acts already: `both` [S, M reached]."""
    if not both.any():
        return
    t, m = (int(i) for i in np.argwhere(both)[0])
    on, when = sheet.ground.ids[a.at[m]].removesuffix("/reserve_buy").removesuffix("/floor_buy"), sheet.days.years[t]
    what = f"'{a.item.id}' {does} {on} in {when:.6g}, which another {a.item.measure.instrument} already {does}"
    raise RulebookError(what, where=a.item.where(), accepted=ONE_AT_A_TIME)


def averaged(sheet: Sheet) -> Terms:
    """What is written as means over the days of each period; a state holder's price over the days it holds.

    Permits are not on the sheet. The arrays may be shared: nobody may write on them.
    """
    days, part = sheet.days, sheet.ground
    blank, untouched = part.whole.without_law(len(days.begins)), part.without_law(len(days.years))
    written = {k: x for k, x in sheet.terms.written.items() if not same_bits(x, getattr(untouched, k))}
    written["state_cost"] = sheet.terms.state_cost  # each sheet has its own, if of nothing
    means = {k: days.held(x)[0] if k == "reservation" else days.mean(x) for k, x in written.items()}
    means = {k: part.spread(x, getattr(blank, k)) for k, x in means.items()}
    for x in means.values():
        x.setflags(write=False)
    return replace(blank, foreign=_levies(sheet), contracts=_contracts(sheet), **means)


def sharing(found: Terms, others: Sequence[Terms]) -> Terms:
    """The same terms, each array by activity that says what one of others does that one: laws differ in few of them.

    Args:
        found: terms, whose arrays nobody writes on.
        others: terms whose arrays nobody writes on.
    """
    shared = {}
    for name, x in vars(found).items():
        if isinstance(x, np.ndarray) and x.shape[:2] == found.specific.shape:
            others_say = {id(y): y for y in (getattr(o, name) for o in others)}
            if id(x) not in others_say:
                shared[name] = next((y for y in others_say.values() if same_bits(x, y)), x)
    return replace(found, **shared)


def same_bits(x: np.ndarray, y: np.ndarray) -> bool:
    """Whether two arrays are the same to the last bit, what is no number too: most differ at the end."""
    if x is y or x[-1:].tobytes() != y[-1:].tobytes():
        return x is y
    return np.array_equal(x.view(np.int64), y.view(np.int64))


def _levies(sheet: Sheet) -> tuple[Levy, ...]:
    """What each state takes and pays outside its zone, by zone: means over the days of each period."""
    mean, blank = sheet.days.mean, sheet.ground.whole.without_law(len(sheet.days.begins))

    def spread(x: np.ndarray) -> np.ndarray:
        return sheet.ground.spread(mean(x), blank.specific)

    return tuple(
        Levy(zone, spread(x.specific), spread(x.advalorem), spread(x.entry_support), mean(x.knowledge_support))
        for zone, x in sorted(sheet.abroad.items())
    )


def _contracts(sheet: Sheet) -> tuple[PlantContract, ...]:
    """The contracts for difference: their numbers are means over the days on which they hold, their cover over all."""
    found = []
    for c in sheet.contracts.values():
        strike, share = sheet.days.held(c.strike)
        back, covered = (sheet.days.held(np.where(np.isfinite(c.strike), x, np.nan))[0] for x in (c.back, c.covered))
        on = share > 0
        back, covered = (np.where(on, x, 0.0) for x in (back, covered))
        activity = int(sheet.ground.at[c.activity])
        found.append(replace(c, activity=activity, strike=strike, back=back, covered=share * covered))
    return tuple(found)
