"""The pages that figures are written on: `benchmarks/README.md` and `docs/speed.md`."""

from __future__ import annotations

from typing import Any

from benchmarks.figures import HERE
from benchmarks.obstacles import obstacles
from benchmarks.pictures import draw, promise
from benchmarks.rows import rows

DOCS = HERE.parent / "docs"
PICTURE = "img/speed.svg"


def template(name: str) -> str:
    """A page with places for figures."""
    return (HERE / "templates" / f"{name}.md").read_text(encoding="utf-8")


def write(latest: dict[str, Any]) -> None:
    """Write both pages and the picture."""
    figures, machine = latest["figures"], latest["machine"]
    path = figures.get("path", {})
    text = template("README").format(
        day=latest["day"],
        older=older(latest),
        rows="\n".join(rows(latest)),
        obstacles=obstacles(latest),
        path=f"china-2021-draft, central draw, {path.get('periods', 30)} years, {path.get('nodes', '?')} goods and "
        f"permits, {path.get('activities', '?')} activities",
        versions="Versions: " + ", ".join(f"{k} {v}" for k, v in machine["versions"].items()) + ".",
        **{k: v for k, v in machine.items() if k != "versions"},
    )
    (HERE / "README.md").write_text(text, encoding="utf-8")
    if all(name in figures and "failed" not in figures[name] for name in ("scale", "path")):
        draw(figures["scale"], DOCS / PICTURE)
        (DOCS / "speed.md").write_text(speed(figures), encoding="utf-8")


def older(latest: dict[str, Any]) -> str:
    """Which rows were not run with the last ones, when they were, and on what processor."""
    runs: dict[tuple[str, str], list[str]] = {}
    for name, (day, processor) in latest.get("runs", {}).items():
        if (day, processor) != (latest["day"], latest["machine"]["processor"]):
            runs.setdefault((day, processor), []).append(name)
    told = [f"{', '.join(names)} on {day} ({processor})" for (day, processor), names in runs.items()]
    return f" Not run again that day, and so not to be compared in seconds: {'; '.join(told)}." if told else ""


def speed(figures: dict[str, Any]) -> str:
    """The page of the docs."""
    scale, path = figures["scale"], figures["path"]
    size = scale["size"]
    table = [
        f"| {s['detail']} | {s['nodes']} | {s['activities']} | {s['left']} | {s['ms_per_step']:.2f} | "
        f"{p:.2f} | {s['path_s']:.2f} | {s['residual']:.0e} |"
        for s, p in zip(size, promise(size), strict=True)
    ]
    spans = ", ".join(
        f"{1e3 * p['path_s'] / p['periods']:.1f} ms each in a path of {p['periods']}" for p in scale["periods"]
    )
    many = ", ".join(
        f"{1e3 * d['seconds'] / d['draws']:.0f} ms a path in a row of {d['draws']}" for d in scale["draws"]
    )
    return template("speed").format(
        picture=PICTURE,
        sizes="\n".join(table),
        steps=path["steps"] / max(path["periods"] - 1, 1),
        split="`benchmarks/detail.py`",
        gap=f"{scale['split_price_gap']:.1e}",
        headline=f"{scale['split_headline_gap']:.1e}",
        periods=spans,
        draws=many,
        parameters=f"{path['parameters']:,}",
        gradient=path["gradient_s"] / path["path_s"],
        today=_today(figures.get("today", {})),
    )


def _today(t: dict[str, Any]) -> str:
    """The path of the law of 2026 in a sentence; that it was not timed where it was not."""
    if "path_s" not in t:
        return "not timed here."
    return (
        f"{1e3 * t['path_s']:.0f} ms warm on one core (the aim is {1e3 * t['aim_s']:.0f}): {t['periods']} periods, "
        f"quarters around its licences, and {t['steps']} Newton steps."
    )
