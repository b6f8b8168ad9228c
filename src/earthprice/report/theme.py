"""House theme of every chart: colours, type sizes, and drawing without a browser."""

from __future__ import annotations

import re
from typing import Any

import vl_convert

from earthprice.report.printed import each_printable

FONT = "Arial, Helvetica, Liberation Sans, DejaVu Sans Condensed, DejaVu Sans, sans-serif"
INK = "#222222"
QUIET = "#6b6b6b"
RULE = "#d9d9d9"

BASELINE = "#7f7f7f"
REFORM = "#0b5fa5"
RARE = "#d55e00"
OBSERVED = "#222222"
SCENARIOS = {"baseline": BASELINE, "reform": REFORM, "rare": RARE, "observed": OBSERVED}
"""Grey no reform, blue draft, orange rare price: told apart by every common colour blindness (after Okabe and Ito)."""

KINDS = ("#0b5fa5", "#009e73", "#d55e00", "#e6ab02", "#cc79a7", "#56b4e9", "#7f7f7f")
"""Colours of unordered kinds, in order of use."""

DARK = {
    "white": "#16181c",
    INK: "#e8e8e8",
    QUIET: "#a9adb3",
    RULE: "#4a4f56",
    "#ececec": "#30343a",
    BASELINE: "#a0a0a0",
    REFORM: "#6cb2f0",
    RARE: "#ff8f45",
    "#3a93cf": "#4f9fd6",
    "#009e73": "#35c79c",
    "#c79200": "#dcb13c",
    "#ededed": "#2b2f34",
    "#7fb2d9": "#1f5a8a",
    "#a9cce6": "#1c4668",
    "#d6e6f4": "#1a3347",
    "#f0a06a": "#8f4a1a",
    "#f7c4a0": "#6b3c1c",
    "#fbe3d3": "#46301f",
}
"""What stands for a colour of a chart on a dark page; other colours of kinds are light enough for both."""

PAGE_WIDTH = 734
"""Width of a figure [CSS px]: 194 mm, the text width of the report's A4 page."""

PHONE_WIDTH = 350
"""Width of a figure drawn for a narrow screen [CSS px]; on a screen of 390 px the page leaves 358."""

LETTERS = 11
"""Size of letters in figures [CSS px]: 8.1 pt where a figure is as wide as the page."""

LEAST_LETTERS = 9
"""Size under which a page never scales a figure's letters [CSS px]: a figure too wide for it scrolls in its box."""

NEEDLESS = re.compile(
    r'\s(role|aria-\w+|class|pointer-events)="[^"]*"'
    r'|\s((stroke-)?(width|opacity)="1"|text-anchor="start"|transform="translate\(0,0\)")(?=[\s/>])'
)
"""What Vega writes into a tag for screen readers and for its own scripts, or to say what holds anyway."""

UNSEEN = re.compile(r'<path class="(back|fore)ground" d="[^"]*"( display="none")?/>')
"""Frames of groups without a colour."""

FINE = re.compile(r"\.\d{3,}(?![\de])")
"""Digits of a coordinate from a hundredth of a pixel on."""

PNG_SCALE = 2.5
"""Pixels of a PNG per CSS pixel: 240 dots per inch on the printed page."""


def config() -> dict[str, Any]:
    """Vega-Lite configuration shared by all figures."""
    axis = {
        "labelFontSize": LETTERS,
        "titleFontSize": LETTERS,
        "labelColor": INK,
        "titleColor": QUIET,
        "titleFontWeight": "normal",
        "domainColor": RULE,
        "tickColor": RULE,
        "gridColor": "#ececec",
        "tickSize": 3,
        "labelPadding": 2,
    }
    return {
        "font": FONT,
        "background": "white",
        "view": {"stroke": None},
        "axis": axis,
        "axisX": {"grid": False},
        "title": {
            "fontSize": LETTERS,
            "fontWeight": "bold",
            "color": INK,
            "anchor": "start",
            "offset": 4,
            "subtitleFontSize": LETTERS,
            "subtitleColor": QUIET,
            "subtitlePadding": 1,
        },
        "text": {"fontSize": LETTERS, "color": INK},
        "legend": {"labelFontSize": LETTERS, "titleFontSize": LETTERS, "labelColor": INK, "titleColor": QUIET},
        "header": {"labelFontSize": LETTERS, "labelFontWeight": "bold", "title": None},
        "concat": {"spacing": 14},
    }


def themed(spec: dict[str, Any]) -> dict[str, Any]:
    """A Vega-Lite specification under the house theme."""
    return {**each_printable(spec), "config": config(), "padding": 3}


def svg(spec: dict[str, Any]) -> str:
    """A chart as SVG whose text stays text."""
    return str(vl_convert.vegalite_to_svg(themed(spec)))


def png(picture: str) -> bytes:
    """An SVG of ours as PNG at print resolution."""
    return bytes(vl_convert.svg_to_png(picture, scale=PNG_SCALE))


def dark_rules() -> str:
    """Style sheet that turns the colours of a chart inside a page to those of `DARK`."""
    return "\n".join(
        f'svg.figure [{paint}="{light}"] {{ {paint}: {dark}; }}'
        for light, dark in DARK.items()
        for paint in ("fill", "stroke")
    )


def inline(picture: str, name: str, title: str, style: str = "figure", larger: float = 1.35) -> str:
    """An SVG made ready to stand inside a page: own ids, width by style, one picture with a name for screen readers.

    Vega's own roles and labels go: it makes a picture of every group of marks, and most of them have no name. So does
    what shows nothing: classes, defaults, frames without a colour, digits below a hundredth of a pixel. The font and
    size of letters are said once.

    Args:
        picture: SVG text.
        name: prefix of its ids, so that two figures on one page never share a clip path.
        title: what a screen reader says, already escaped for XML.
        style: its classes in the style sheet, `figure` first.
        larger: how many times as wide as it was drawn it may be shown; its least width is in the style `--least`.
    """
    made = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', picture)
    made = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", made)
    made = re.sub(r'(href=")#([^"]+)"', rf'\1#{name}-\2"', made)
    made = re.sub(r"<[^>]*>", lambda tag: FINE.sub(_hundredths, NEEDLESS.sub("", tag[0])), UNSEEN.sub("", made))
    made = made.replace(f' font-family="{FONT}"', "").replace(f' font-size="{LETTERS}px"', "")
    head = re.search(r"<svg[^>]*>", made)
    assert head is not None
    tag = head.group(0)
    width = re.search(r'\swidth="([\d.]+)"', tag)
    plain = re.sub(r'\s(width|height|class)="[^"]*"', "", tag)
    wide = float(width.group(1)) if width else PAGE_WIDTH
    limits = f"--least:{wide * LEAST_LETTERS / LETTERS:.0f}px;max-width:{wide * larger:.0f}px"
    type_said = f'font-family="{FONT}" font-size="{LETTERS}px"'
    fresh = f'<svg class="{style}" role="img" aria-label="{title}" {type_said} style="{limits}"'
    return made.replace(tag, plain.replace("<svg", fresh, 1), 1)


def _hundredths(digits: re.Match[str]) -> str:
    """Digits behind a point, cut to two and without noughts at their end."""
    kept = digits[0][:3].rstrip("0")
    return "" if kept == "." else kept
