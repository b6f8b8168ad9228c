"""The page: one HTML file that needs no network and no script."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from earthprice.measures.rounding import MINUS
from earthprice.report import articles, gains, licences, places, purchase, side_by_side, small_print, theme
from earthprice.report.charts.figure import NumberedFigure
from earthprice.report.page_height import runs_over, shrink
from earthprice.report.page_one import head_lines, how_sure, range_words, ten_columns, ten_rows
from earthprice.report.printed import file_alone, files_alone, printable
from earthprice.report.words import Words, named
from earthprice.study.assessment import Assessment
from earthprice.world.world import in_sentence

HEADING = re.compile(r'<h2>(?P<heading>.*?)</h2>|<figure id="(?P<figure>[^"]+)">\s*<figcaption><b>(?P<title>.*?)</b>')
"""A heading of the pages that follow page one, or the title of a figure."""
NO_BREAK = "\u00a0"
"""A space at which no line breaks."""


def render_page(a: Assessment, figures: list[NumberedFigure], pictures: dict[str, str], words: Words) -> str:
    """The report as one HTML text: page one first, then figures, tables, checklist, methods, certificate, sources.

    Args:
        a: the assessment.
        figures: all figures from 1 on, in order.
        pictures: SVG by name of figure, those for narrow screens by its `narrow_name`.
        words: labels of page one.
    """
    words = named(words, a.meta)
    first = first_values(a, words)
    fit, after = shrink(first), "auto" if runs_over(first) else "page"
    values = first | following_values(a) | {"figures": [for_template(f, pictures) for f in figures]}
    style = environment().get_template("style.css").render(dark=Markup(theme.dark_rules()))
    page = environment().get_template("page.html.j2")
    return with_contents(page.render(style=Markup(style), fit=f"{fit:.3f}", after=after, w=words, **values))


def with_contents(page: str) -> str:
    """The page with an anchor at every heading after page one, and a list of links to them and the figures below it."""
    first, mark, rest = page.partition('<section id="following">')
    links: list[str] = []

    def anchored(found: re.Match[str]) -> str:
        name = found["figure"] or f"part-{len(links) + 1}"
        links.append(f'<li><a href="#{name}">{found["title"] or found["heading"]}</a></li>')
        return found[0] if found["figure"] else f'<h2 id="{name}">{found["heading"]}</h2>'

    rest = HEADING.sub(anchored, rest)
    contents = f'<nav id="contents" aria-label="Contents"><h2>Contents</h2>\n<ol>{"".join(links)}</ol></nav>'
    return f"{first}{mark}\n{contents}{rest}"


def first_values(a: Assessment, words: Words) -> dict[str, Any]:
    """What page one's template takes."""
    return {
        "title": words("title", title=a.meta.title),
        "head": head_lines(a, words),
        "flags": a.meta.flags,
        "questions": questions_answered(a, words),
        "year": a.meta.figure_year,
        "ten": ten_rows(a, words),
        "ten_columns": ten_columns(a, words),
        "sure": how_sure(a),
        "not_claimed": a.not_claimed,
    }


def questions_answered(a: Assessment, words: Words) -> list[dict[str, str]]:
    """The questions with their answers; the questions in the page's language."""
    return [
        {
            "answer": q["answer"][:1].upper() + q["answer"][1:],
            "because": q["because"],
            "asked": words(f"question.{q['question']}", zone=in_sentence(words.name("zone", q.get("zone", "")))),
        }
        for q in a.questions
    ]


def following_values(a: Assessment) -> dict[str, Any]:
    """What the following pages' template takes."""
    kept = ("command", "rulebook", "baseline", "reading", "as_of", "seed", "draws", "facts_hash")
    without = {"command": files_alone(a.meta.command), "rulebook": file_alone(a.meta.rulebook)}
    versions = [(f"{name} version", v) for name, v in a.meta.versions.items()]
    return {
        "deterrence": articles.deterrence_lines(a),
        "modelled": articles.modelled_sentence(a),
        "articles": articles.article_table(a),
        "nothing": articles.nothing_table(a),
        "readings": articles.readings_table(a),
        "side": side_by_side.side_table(a),
        "side_said": side_by_side.side_words(a),
        "reading_words": a.meta.reading_words,
        "licences": licences.licence_words(a),
        "licences_said": licences.licence_sentence(a),
        "options": gains.options_table(a),
        "options_short": gains.telling_table(a),
        "options_said": gains.telling_words(a),
        "charges": a.meta.charges,
        "compliance": gains.compliance_table(a),
        "exposure": gains.exposure_table(a),
        "first_year": a.meta.first_year,
        "ranges": range_words(a),
        "purchase": purchase.purchase_table(a),
        "damage": places.damage_table(a),
        "rare": gains.rare_table(a),
        "standing": gains.standing_table(a),
        "prior": small_print.prior_table(a),
        "horizon": gains.horizon_table(a),
        "drivers": small_print.drivers_table(a),
        "moves": small_print.moves_table(a),
        "left_out": small_print.assumptions_in_file(a),
        "assumptions": small_print.assumptions_table(a),
        "sources": small_print.sources_table(a),
        "checklist": small_print.CHECKLIST,
        "methods": small_print.METHODS,
        "sign_words": small_print.SIGN_WORDS,
        "cleared": small_print.CLEARED,
        "tolerance": a.meta.tolerance,
        "repeat": [(k.replace("_", " "), without.get(k, getattr(a.meta, k))) for k in kept] + versions,
    }


def for_template(figure: NumberedFigure, pictures: dict[str, str]) -> dict[str, Any]:
    """A figure as the template takes it, its pictures ready to stand in the page: one is shown, by the page's width."""
    title = str(escape(printable(f"{figure.number}. {figure.title}")))
    wide, narrow = pictures.get(figure.name, ""), pictures.get(figure.narrow_name, "")
    picture = theme.inline(wide, figure.name, title, "figure on-wide" if narrow else "figure") if wide else ""
    if narrow:
        picture += theme.inline(narrow, figure.narrow_name, title, "figure on-narrow", larger=1.1)
    return {
        "number": figure.number,
        "name": figure.name,
        "title": figure.title,
        "caption": figure.caption,
        "picture": Markup(re.sub(r"\s+xmlns:xlink=\"[^\"]*\"", "", picture)),
    }


def tied(text: str) -> str:
    """Prose with real minus signs, and no line break before a percent sign."""
    return re.sub(r"(?<![\w.,])-(?=\d)", MINUS, str(text)).replace(" %", NO_BREAK + "%")


def breakable(name: str) -> Markup:
    """A name whose line may break behind each of its underscores."""
    return Markup("_<wbr/>").join(printable(str(name)).split("_"))


@cache
def environment() -> Environment:
    """Templates of the package; every value is escaped, a missing one is an error."""
    made = Environment(
        loader=PackageLoader("earthprice.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalized,
    )
    made.filters |= {"tied": tied, "breakable": breakable}
    return made


def _finalized(value: Any) -> Any:
    """A value as it stands in the page, before it is escaped."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value
