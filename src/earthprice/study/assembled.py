"""Fourth step of an assessment: what was drawn and answered, put together as one `Assessment`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import pandas as pd

from earthprice.law import numbers, prose
from earthprice.measures.compliance import compliance
from earthprice.measures.exposure import exposure
from earthprice.runs.crew import Crew
from earthprice.runs.engine import run
from earthprice.runs.rare import UserCost
from earthprice.runs.runner import Begun, Progress, Runner, begin
from earthprice.study.alternatives import COLUMNS, LATER, OptionsBegun, begin_options, compared, on_shared_draws, tried
from earthprice.study.answered import Answered, by_article
from earthprice.study.assessment import ARTICLE_COLUMNS, DRIVER_COLUMNS, Assessment
from earthprice.study.attribute import begin_articles
from earthprice.study.concerned import concerned
from earthprice.study.draws import DrawResults, prior_draws
from earthprice.study.ensemble import pairs
from earthprice.study.evasion import evasion
from earthprice.study.figures import every_draw, export_table, groups, series
from earthprice.study.frame import Frame, acting_years, text_alone
from earthprice.study.heading import heading
from earthprice.study.horizon import horizon
from earthprice.study.indicators import indicators
from earthprice.study.licences import licence_table
from earthprice.study.money import Money, country_gains
from earthprice.study.places import damage
from earthprice.study.prior_table import prior_table
from earthprice.study.purchase import bought, purchase
from earthprice.study.questions import Dates, better, questions
from earthprice.study.rare_prices import rare_range
from earthprice.study.standing import standing
from earthprice.study.tables import assumptions, flows, meta, money, not_claimed, observed, sources

FIGURE_YEARS = (2023, 2026, 2030)
"""Years of the table of exports beside that of the figures, where the text says anything in them."""


@dataclass(frozen=True)
class UnderWay:
    """What workers do while the first page, which does not tell it, is put together.

    Attributes:
        articles: the text with some of its articles.
        options: every option on the first draws.
    """

    articles: Begun
    options: OptionsBegun

    def drop(self) -> None:
        """Nobody waits for it any more."""
        self.articles.drop()
        self.options.first.drop()


def begin_slower(f: Frame, d: DrawResults, crew: Runner) -> UnderWay | None:
    """Start what the first page does not tell; None where only figures are asked."""
    if f.options.only:
        return None
    articles = begin_articles(f.plan, d.central, f.options.seed, crew)
    return UnderWay(articles, begin_options(f.plan, d.sample, d.user_costs[0], d.cleared, crew))


def assembled(f: Frame, d: DrawResults, a: Answered) -> Assessment:
    """Put the first page and what stands behind it together; what it does not tell is still to come."""
    law = numbers(f.texts.reform.stack, as_of=f.texts.as_of)
    discount = f.options.discount
    says = set(acting_years(text_alone(f).plan)) & set(FIGURE_YEARS)
    told = sorted({f.year, *(y for y in says if f.first <= y <= f.plan.engine.years[-1])})
    out = export_table(f.plan, d.cleared, told, d.bands)
    base = run(f.plan.engine, d.central, f.plan.baseline(f.plan.use()))
    central = {"baseline": base, "reform": run(f.plan.engine, d.central.near(base.guide), f.plan.reform(f.plan.use()))}
    wanted = not f.options.only or f.options.zones
    hangs = exposure(f.plan.lens, central, sorted({f.world.base_year, f.year}) if wanted else [])
    counted = Money(f.plan, f.first, discount)
    asked = [concerned(counted, d.cleared, zone, f.year, hangs, d.bands) for zone in f.options.zones]
    asked += [bought(f.plan, d.cleared, b, f.first, f.year, d.bands) for b in [f.options.buyer] if b]
    asked += questions(f.plan, d.cleared, d.delayed, out, Dates(f.first, f.year, discount), bands=d.bands)
    options = pd.DataFrame(columns=list(COLUMNS))
    made = Assessment(
        meta=meta(f.plan, d.every, heading(f, d, law), law),
        questions=asked,
        figures=a.figures,
        series=_paths(f, d),
        exports=out,
        licences=licence_table(f.plan, d.cleared, range(f.first, f.plan.engine.last + 1), d.bands),
        groups=groups(f.plan, d.cleared, f.first, discount),
        articles=pd.DataFrame(columns=list(ARTICLE_COLUMNS)),
        drivers=pd.DataFrame(columns=list(DRIVER_COLUMNS)),
        assumptions=assumptions(f.plan, law),
        reconciliation=f.world.reconciliation.head(25),
        readings=a.readings,
        side_by_side=a.side_by_side,
        options=options,
        flows=flows(f.plan, {name: o.record.level for name, o in central.items()}),
        not_claimed=not_claimed(f.texts.book),
        prose=prose(f.texts.book, as_of=f.texts.as_of),
        sources=sources(f.plan, law),
        compliance=compliance(f.plan.lens, central["baseline"], central["reform"], f.year),
        exposure=hangs,
        indicators=indicators(f.plan, d.cleared, range(f.first, f.plan.engine.last + 1), d.bands, f.texts.as_of),
        purchase=purchase(f.plan, d.cleared, f.options.buyer, f.first, d.bands),
        damage=damage(f.plan, d.cleared, f.year, d.bands),
        standing=standing(f.plan, d.cleared, f.first),
        every_draw=every_draw(f.plan, d.cleared),
    )
    return replace(made, drivers=a.drivers.table()) if a.drivers else made


def with_what_is_slower(
    f: Frame, d: DrawResults, a: Answered, made: Assessment, begun: UnderWay | None, crew: Runner, tell: Progress
) -> Assessment:
    """The assessment with articles, rare prices by damage and rate, and options, and with what else was asked for."""
    if begun:
        with Crew(1) as idle_crew:  # this process, while workers try the options
            rare = begin([d.user_costs[0]], partial(_rare, f), idle_crew)
            made = replace(made, articles=by_article(f, d.central, a, begun.articles, tell))
            made = replace(_with_options(f, d, a, made, begun.options, tell, crew), rare=rare.done(lambda *_: None)[0])
    if f.options.horizon:
        tell("beyond the years reported", 0, 1)
        made = replace(made, horizon=horizon(f.plan, d.user_costs[0], f.first, f.options.discount))
        tell("beyond the years reported", 1, 1)
    return replace(made, prior=_prior(f, d, a, tell, crew)) if f.options.prior else made


def _rare(f: Frame, user: UserCost) -> pd.DataFrame:
    return rare_range(f.plan, f.plan.whole, user, f.year, lambda *_: None, 1)


def _with_options(
    f: Frame, d: DrawResults, a: Answered, made: Assessment, begun: OptionsBegun, tell: Progress, crew: Runner
) -> Assessment:
    others = tried(f.plan, begun, d.cleared, d.delayed, tell, crew)
    on = on_shared_draws(d.cleared, d.delayed, others)
    gains, by = [g for g in a.catalogue if g.gain], country_gains(Money(f.plan, f.first, f.options.discount))
    said, options = evasion(f.plan, on, f.year, gains), compared(on, a.catalogue, by)
    own = made.figures.set_index("key").loc[f"gain_{f.plan.lens.home}"]
    page = float(own["diff_p50"]), int(own["draws"])
    asked = [*made.questions, better(options, f.plan.texts.held_against, f.world.countries[f.plan.lens.home], page)]
    more = {LATER: [p.reform for p in d.delayed], "the options": [c for of in others.values() for c in of.values()]}
    return replace(
        made, options=options, questions=asked, meta=replace(made.meta, charges=said, money_audit=money(d.every, more))
    )


def _prior(f: Frame, d: DrawResults, a: Answered, tell: Progress, crew: Runner) -> pd.DataFrame:
    """The figures on the prior alone beside those with fitted behaviour."""
    alone = pairs(f.plan, prior_draws(f), None, 0, lambda _, *done: tell("prior alone", *done), crew)
    return prior_table(a.catalogue, d.cleared, [p for p in alone if p.good])


def _paths(f: Frame, d: DrawResults) -> pd.DataFrame:
    """Paths through time: what was observed, the past replayed, both laws."""
    parts = [observed(f.plan, f.texts.as_of), d.past, series(f.plan, d.cleared, d.bands)]
    return pd.concat([p for p in parts if len(p)], ignore_index=True)
