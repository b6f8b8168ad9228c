"""The head of an assessment: what was asked, of which texts, on what it rests, and how well it cleared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fine:
    """A fine of a text, as a multiple of the gain, lowest and highest."""

    text: str
    low: float
    high: float


@dataclass(frozen=True)
class Counts:
    """How many of the world's numbers stand on what, each counted once; and how many of the rulebooks' are assumptions.

    Attributes:
        read: read from a source as they are.
        derived: derived from sources by a step that is written beside them.
        near: judged, with the sources beside them that carry rows of the facts (column `fact`).
        judged: judged alone.
        zeros: structural zeros: what does not exist, which no draw moves, whatever says so.
        numbers, law_assumptions: numbers of the rulebooks, and the assumptions among them.
    """

    read: int
    derived: int
    near: int
    judged: int
    zeros: int
    numbers: int
    law_assumptions: int


@dataclass(frozen=True)
class MoneyAudit:
    """The audit of money: runs checked, runs that it rejects, largest miss as a share of turnover, in words."""

    checked: int
    broken: int
    worst: float
    words: str


@dataclass(frozen=True)
class Clearing:
    """How well the markets of all draws cleared.

    Attributes:
        cleared: share of draws that cleared and whose money is booked right.
        statuses: draws by status.
        markets: markets solved, one a period and run.
        lost: draws that are in no figure, in words.
        worst_residual: largest imbalance.
        tolerance: imbalance up to which a market counts as cleared.
        money_audit: the audit of money.
    """

    cleared: float
    statuses: dict[str, int]
    markets: int
    lost: list[str]
    worst_residual: float
    tolerance: float
    money_audit: MoneyAudit


@dataclass(frozen=True)
class ReportHead:
    """What was asked, of which texts, and what must be said beside the figures.

    Attributes:
        title, rulebook, book: title of the text assessed, the name or path it was asked for under, its id.
        baseline, stack: names of the law it is held against, and of the law with it.
        kind, against, answers: what the text is ("draft", "law", "text"), id of the rulebook named as baseline (empty
            where the law in force continues), ids of the answers to it.
        reading, readings: how the powers are used, and how else they could be.
        reading_words: what each of the readings says.
        as_of: nothing published later is seen.
        first_year, last_year, figure_year, base_year: years reported, that of the ten figures, the benchmark.
        known_from, recorded_to: day by which the benchmark's facts were public, last year of the record known.
        money: what money is in.
        discount, seed, draws, rare_draws: rate [share/yr], seed, draws, draws with a rare price.
        home: zone whose page it is.
        panels: elements whose oxides have a panel in the figure of prices, in their order.
        flags: what the text was added to, what lies outside its jurisdiction, contested under trade law, overrides.
        options: the options as given.
        terminal_value: how what is left at the end is valued, in words.
        damage_values: damage values in words, by burden.
        fines: fines of the texts stacked.
        caught_prior: share of unlicensed mining caught, low and high; None where none digs unlicensed.
        wealth: largest fine that can be collected in multiples of revenue: value, low, high; None where not said.
        hindcast, fit: what the hindcast says, and what was fitted to which record.
        patch: the overrides of the law as a rulebook.
        books: every rulebook of both stacks with its text, and the names under which it was asked for.
        private: suppliers of the user's own in the world, `id@zone`; empty in the shipped one.
    """

    title: str
    rulebook: str
    book: str
    baseline: str
    stack: str
    kind: str
    against: str
    answers: list[str]
    reading: str
    readings: list[str]
    reading_words: dict[str, str]
    as_of: str
    first_year: int
    last_year: int
    figure_year: int
    base_year: int
    known_from: str
    recorded_to: int
    money: str
    discount: float
    seed: int
    draws: int
    rare_draws: int
    home: str
    panels: list[str]
    flags: list[str]
    options: dict[str, Any]
    terminal_value: str
    damage_values: dict[str, str]
    fines: list[Fine]
    caught_prior: list[float] | None
    wealth: list[float] | None
    hindcast: str
    fit: str
    patch: str
    books: list[dict[str, Any]]
    private: list[str]

    @property
    def held_against(self) -> str:
        """What the text is held against, in words that follow "against"."""
        return self.against or ("no such law" if self.kind == "law" else "no reform")


@dataclass(frozen=True)
class Meta(Clearing, ReportHead):
    """Heading and clearing of an assessment, with what it was made by.

    Attributes:
        versions: versions of the packages that decide the numbers.
        facts_hash: digest of the facts.
        counts: how many numbers of each basis it rests on.
        charges: what charges on the licensed move to those who do not pay, in sentences; once options are compared.
        command: the command that gives it again.
    """

    versions: dict[str, str]
    facts_hash: str
    counts: Counts
    charges: list[str] = field(default_factory=list)
    command: str = ""
