"""Write a report: one folder, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from earthprice.errors import OptionError
from earthprice.report.charts.figure import NumberedFigure
from earthprice.report.document import first_page
from earthprice.report.draw import DRAWN, LATE, Drawing, drawing
from earthprice.report.page import render_page
from earthprice.report.plain import json_text
from earthprice.report.printed import printable
from earthprice.report.words import named, words
from earthprice.results.folder import KeptPlace, claim
from earthprice.results.iamc import iamc
from earthprice.results.netcdf import draws, quantiles, write_netcdf
from earthprice.results.origin import origin
from earthprice.results.result import RUN
from earthprice.results.tables import TABLES, bibtex, write_csv, write_parquet
from earthprice.results.word import must_have_word, word
from earthprice.results.workbook import write_workbook
from earthprice.runs.crew import hired
from earthprice.runs.runner import Begun, Runner, begin
from earthprice.study.assessment import Assessment
from earthprice.study.every_draw import EveryDraw

WORD = "docx"
"""Page one for Word; written where it is asked for."""
FORMATS = ("html", "csv", "parquet", "svg", "png", "xlsx", "iamc", "nc")
"""What can be written; the records (run.json, certificate.json, rulebooks/, assumptions.csv ...) always are."""

QUICK = ("html", "csv")
"""What `assess --only figures` writes; no picture is drawn where only the figures were asked for."""

RULEBOOKS = "rulebooks"
"""Folder of the rulebooks used, in a result."""


def write_report(
    assessment: Assessment,
    folder: Path | KeptPlace,
    *,
    formats: Sequence[str] = FORMATS,
    language: str = "en",
    runner: Runner | int = 1,
    early: Begun | None = None,
) -> list[Path]:
    """Writes the report, its figures and tables into one folder, which replaces an earlier result there.

    Args:
        assessment: what the study found.
        folder: where the result is to stand: new, empty, or an earlier result and nothing else; or a place that was
            kept for it before the work (`results.folder.claim`).
        formats: some of `FORMATS`, and `docx`.
        language: of page one's labels and the figures on it: en, zh or ja.
        runner: who draws, as of `crew.each`.
        early: figures that are drawn already, or under way, in this language and these formats (`begin_early`).

    Returns:
        Every file written, report.html first.

    Raises:
        OptionError: an unknown format or language, or a folder that holds something else.
        EarthpriceError: the disk is full or may not be written; nothing half-written is left.
    """
    check_formats(formats, language)
    fill = partial(_fill, assessment, formats, language, runner, early)
    if isinstance(folder, KeptPlace):
        written = folder.put(fill)
    else:
        with claim(Path(folder), holds=RUN) as place:
            written = place.put(fill)
    first = [p for p in written if p.name == "report.html"]
    return first + [p for p in written if p not in first]


def check_formats(formats: Sequence[str] = FORMATS, language: str = "en") -> None:
    """Refuse a format or a language that cannot be written, before the work starts.

    Raises:
        OptionError: unknown; says the nearest. Or Word is asked for and python-docx is not installed.
    """
    for name in formats:
        if name not in (*FORMATS, WORD):
            raise OptionError(f"no format '{name}'.", where="formats", accepted=(*FORMATS, WORD), given=name)
    if WORD in formats:
        must_have_word("docx")
    words(language)


def begin_early(
    a: Assessment, runner: Runner, *, formats: Sequence[str] = FORMATS, language: str = "en"
) -> Begun | None:
    """Start to draw all but `LATE` once the first page stands; None where none is drawn.

    Args:
        a: what the first page tells.
        runner: who draws.
        formats: as of `write_report`.
        language: as of `write_report`.
    """
    if a.meta.options["only"]:
        return None
    return _begin(a, [i for i, draw in enumerate(DRAWN) if draw not in LATE], language, formats, runner)


def _fill(
    a: Assessment, formats: Sequence[str], language: str, runner: Runner | int, early: Begun | None, part: Path
) -> None:
    with hired(runner) as crew:
        drawn = _drawn(a, language, formats, crew, early)
        in_english = drawn if language == "en" or not {"png", WORD} & set(formats) else _drawn(a, "en", formats, crew)
        write_records(a, part)
        _write_tables_asked(a, part, formats)
        _fill_drawn(a, formats, language, drawn(), in_english, part)


def _fill_drawn(
    a: Assessment,
    formats: Sequence[str],
    language: str,
    drawn: list[Drawing],
    in_english: Callable[[], list[Drawing]],
    part: Path,
) -> None:
    """What holds figures; the words of a PNG are English in every language: it cannot borrow the reader's fonts."""
    figures = [d.figure for d in drawn]
    pictures = {d.figure.name: d.svg for d in drawn if d.svg is not None}
    if "html" in formats:
        both = pictures | {d.figure.narrow_name: d.narrow for d in drawn if d.narrow is not None}
        (part / "report.html").write_text(render_page(a, figures, both, words(language)), encoding="utf-8")
    write_figures(figures, pictures, part / "figures", formats)
    if {"png", WORD} & set(formats):
        pictures_of = {d.figure.name: d.png for d in in_english() if d.png is not None}
        for name, picture in pictures_of.items() if "png" in formats else ():
            (part / "figures" / f"{name}.png").write_bytes(picture)
        if WORD in formats:
            (part / "page-one.docx").write_bytes(word(first_page(a, words(language), figures, pictures_of)))
    if "xlsx" in formats:
        write_workbook(a, figures, part / "summary.xlsx")


def write_records(a: Assessment, folder: Path) -> None:
    """What every result holds: how it was run, whether it cleared, the rulebook as prose, assumptions and sources."""
    certificate = {
        "cleared": a.meta.cleared,
        "draws": a.meta.draws,
        "markets": a.meta.markets,
        "worst_residual": a.meta.worst_residual,
        "tolerance": a.meta.tolerance,
        "meaning": "Cleared is a statement about arithmetic, not about truth.",
    }
    run = {**asdict(a.meta), "made_on": origin(), "books": write_books(a, folder)}
    (folder / "run.json").write_text(json_text(run), encoding="utf-8")
    (folder / "certificate.json").write_text(json_text(certificate), encoding="utf-8")
    if a.meta.private:
        (folder / "PRIVATE.txt").write_text(printable(a.meta.flags[0]) + "\n", encoding="utf-8")
    (folder / "rulebook.txt").write_text(printable(a.prose), encoding="utf-8")
    (folder / "sources.bib").write_text(bibtex(a.sources), encoding="utf-8")
    write_csv(a.assumptions, folder / "assumptions.csv")


def write_books(a: Assessment, folder: Path) -> list[dict[str, Any]]:
    """Every rulebook used, as the file that was read; what run.json says of them: name, file and its SHA-256."""
    kept = []
    for book in a.meta.books:
        path = folder / RULEBOOKS / f"{book['rulebook']}.yaml"
        path.parent.mkdir(exist_ok=True)
        text = str(book["text"]).encode()
        path.write_bytes(text)
        said = {k: v for k, v in book.items() if k != "text"}
        kept.append({**said, "file": f"{RULEBOOKS}/{path.name}", "sha256": sha256(text).hexdigest()})
    return kept


def _drawn(
    a: Assessment, language: str, formats: Sequence[str], crew: Runner, early: Begun | None = None
) -> Callable[[], list[Drawing]]:
    """Start to draw what is not under way; what comes back waits for all of it."""
    if a.meta.options["only"] and WORD not in formats:
        return lambda: [Drawing(draw(a, named(words(language), a.meta)), None, None) for draw in DRAWN]
    left = [i for i, draw in enumerate(DRAWN) if early is None or draw in LATE]
    begun = [b for b in (early, _begin(a, left, language, formats, crew)) if b]
    return lambda: sorted((d for b in begun for d in b.done(lambda *_: None)), key=lambda d: d.figure.number)


def _begin(a: Assessment, numbers: Sequence[int], language: str, formats: Sequence[str], runner: Runner) -> Begun:
    """Start to draw some figures; the flows and the draws, which none shows, stay here."""
    shown = replace(a, flows=a.flows.head(0), every_draw=EveryDraw())
    wants_png = bool({"png", WORD} & set(formats)) and language == "en"
    return begin(numbers, partial(drawing, shown, language, wants_png), runner)


def write_figures(
    figures: list[NumberedFigure], pictures: dict[str, str], folder: Path, formats: Sequence[str]
) -> None:
    """Each figure as SVG with the CSV of what it draws."""
    folder.mkdir()
    for figure in figures:
        if "csv" in formats:
            write_csv(figure.data, folder / f"{figure.name}.csv")
        if "svg" in formats and figure.name in pictures:
            (folder / f"{figure.name}.svg").write_text(pictures[figure.name], encoding="utf-8")


def write_tables(a: Assessment, folder: Path) -> None:
    """Every table of the assessment as CSV in a folder."""
    for name in TABLES:
        write_csv(getattr(a, name), folder / f"{name}.csv")


def _write_tables_asked(a: Assessment, folder: Path, formats: Sequence[str]) -> None:
    tables = folder / "tables"
    if {"csv", "parquet"} & set(formats):
        tables.mkdir()
    if "csv" in formats:
        write_tables(a, tables)
    if "parquet" in formats:
        for name in TABLES:
            write_parquet(getattr(a, name), tables / f"{name}.parquet")
    if "iamc" in formats:
        write_csv(iamc(a), folder / "iamc.csv")
    if "nc" in formats:
        write_netcdf(quantiles(a), folder / "paths.nc")
        if a.every_draw.draws:
            write_netcdf(draws(a), folder / "ensemble.nc")
