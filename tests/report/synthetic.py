"""A synthetic assessment: its head, its questions and its tables; and how it is drawn."""

from __future__ import annotations

from earthprice.facts.world import load_world
from earthprice.report import theme
from earthprice.report.charts.figure import NumberedFigure
from earthprice.report.draw import DRAWN
from earthprice.report.words import named, words
from earthprice.study import assessment as nouns
from earthprice.study.meta import Counts, Fine, Meta, MoneyAudit
from tests.report import tables

META = Meta(
    title="Regulations on Rare Earth Management, draft of 15 January 2021", rulebook="china-2021-draft",
    book="china-2021-draft", baseline="china-in-force-2020", stack="china-in-force-2020 + china-2021-draft",
    kind="draft", against="", answers=[],
    reading="as_before", readings=["as_before", "tight"], as_of="2021-03-01", first_year=2021, last_year=2035,
    reading_words={"as_before": "As now.", "tight": "Totals stay."},
    figure_year=2026, base_year=2019, known_from="2020-02-01", recorded_to=2020,
    money="USD of 2020", discount=0.03, seed=1, draws=200, rare_draws=24, home="CHN",
    flags=["The stack holds an export quota: contested under trade law, see DS431."], options={"only": None},
    terminal_value="ore left at the end is worth nothing",
    panels=["ndpr", "dy", "tb", "ce", "la"],
    damage_values={"waste water": "1.2 USD/m3", "leached land": "35,000 USD/ha", "CO2e": "50 USD/t"},
    fines=[Fine("the draft", 1.0, 5.0), Fine("the 2024 text", 5.0, 10.0)], caught_prior=[0.05, 0.35], wealth=None,
    hindcast="Hindcast 2015–2020: better than no change for 5 of 9 series; not for the Dy price.",
    fit="", patch="", books=[], private=[],
    cleared=1.0, statuses={"cleared": 200, "almost": 0, "not_cleared": 0}, markets=6400,
    lost=[], worst_residual=3.1e-11, tolerance=1e-8,
    money_audit=MoneyAudit(20, 0, 3e-13, "Money booked twice: no miss."),
    versions={"earthprice": "0.1.0", "jax": "0.6.0"}, facts_hash=load_world().hash,
    counts=Counts(212, 96, 40, 100, 7, 23, 14), command="earthprice assess x",
)  # fmt: skip

QUESTIONS = [
    {
        "question": "fall",
        "asked": "Will exports fall?",
        "answer": "Against no reform in the same year, China's exports of Dy and Tb in 2026 are 12 % lower (9 in 10 "
        "draws: 3 to 21); NdPr and magnets: no clear sign. Under the tight reading 27 % lower.",
        "because": "The draft has no export article; the change comes from articles 20-27 and 14 through "
        "unlicensed ore.",
    },
    {
        "question": "hit",
        "asked": "Whom does it hit?",
        "answer": "No article names a country. The loss falls on magnet makers and users abroad (0.7 bn USD), the gain "
        "on neighbours and licensed miners. Of the loss abroad 58 % falls on Japan, 15 % on the United States.",
        "because": "That is in line with their shares of purchases (55 and 17 %).",
    },
    {
        "question": "now",
        "asked": "Why now?",
        "answer": "Two years' delay costs 0.4 bn USD (9 in 10 draws: −0.1 to 0.9), mostly ore lost for good.",
        "because": "At 2019 demand instead of the boom it would cost 0.2. Purpose cannot be read from a model.",
    },
]


def make_assessment() -> nouns.Assessment:
    return nouns.Assessment(
        meta=META,
        questions=[dict(q) for q in QUESTIONS],
        figures=tables.make_figures(),
        series=tables.make_series(),
        exports=tables.make_exports(),
        groups=tables.make_groups(),
        articles=tables.make_articles(),
        drivers=tables.make_drivers(),
        options=tables.make_options(),
        not_claimed=[
            "Why anyone acts.",
            "Prices in a given month; stops shorter than a year.",
            "Any single firm.",
            "Military use.",
            "Jobs.",
            "Legal advice: the article texts are our words.",
        ],
        prose="Regulations on Rare Earth Management (draft)\n\nArticle 8. Yearly totals ...\n",
        **tables.make_small(),
    )


def draw_all(a: nouns.Assessment, language: str = "en") -> list[NumberedFigure]:
    return [draw(a, named(words(language), a.meta)) for draw in DRAWN]


def draw_pictures(figures: list[NumberedFigure]) -> dict[str, str]:
    """Both pictures of each figure, as a page takes them."""
    drawn = [pair for f in figures for pair in ((f.name, f.spec), (f.narrow_name, f.narrow_spec))]
    return {name: theme.svg(spec) for name, spec in drawn if spec is not None}
