"""The rows of the README's table: aim, figure, whether the aim is met, and how good the answer is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Latest = dict[str, Any]
Row = Callable[[Latest], tuple[str, str, str, str]]
"""Aim, measured, met, accuracy."""
NOT_RUN = {"failed": "not run"}


def rows(latest: Latest) -> list[str]:
    """All rows as Markdown; a benchmark that failed says so in its row."""
    out = []
    for what, needs, row in ROWS:
        said = [latest["figures"].get(n, NOT_RUN).get("failed", "") for n in needs]
        cells = ("", f"not measured: {max(said)}", "", "") if any(said) else row(latest)
        out.append("| " + " | ".join((what, *cells)) + " |")
    return out


def _met(latest: Latest, *names: str) -> str:
    said = [latest["ratios"][n]["met"] for n in names]
    return "yes" if all(said) else ("no, see below" if not any(said) else "in part, see below")


def _ratio(latest: Latest, name: str) -> float:
    return latest["ratios"][name]["value"]


def _path(x: Latest) -> tuple[str, str, str, str]:
    p = x["figures"]["path"]
    return (
        "≤ 2 × the floor: 5 dense Cholesky factorisations a period",
        f"**{_ratio(x, 'path_over_floor'):.1f} ×** ({1e3 * p['path_s']:.0f} ms; floor {1e3 * p['floor_s']:.0f} ms; "
        f"{p['steps']} Newton steps)",
        _met(x, "path_over_floor"),
        f"largest imbalance {p['residual']:.0e} of what passes a node",
    )


def _today(x: Latest) -> tuple[str, str, str, str]:
    t = x["figures"]["today"]
    return (
        f"≤ {1e3 * t['aim_s']:.0f} ms",
        f"**{1e3 * t['path_s']:.0f} ms** ({t['periods']} periods, {t['steps']} Newton steps, up to {t['hardest']} in "
        f"one; load {t['load']:.1f} when it was timed)",
        "yes" if t["path_s"] <= t["aim_s"] else "no, see below",
        f"largest imbalance {t['residual']:.0e}",
    )


def _clarabel(x: Latest) -> tuple[str, str, str, str]:
    p = x["figures"]["peers"]
    c = p["clarabel"]
    return (
        "≥ 60 × faster on one core, ≥ 150 × on two",
        f"**{_ratio(x, 'faster_than_clarabel'):.0f} ×** and **{_ratio(x, 'faster_than_clarabel_two'):.0f} ×** "
        f"({c['path_s']:.1f} s on one core for {1e3 * p['ours']['path_s']:.0f} ms, on two "
        f"{1e3 * p['ours']['two_cores_path_s']:.0f} ms a path); "
        f"{_ratio(x, 'faster_than_clarabel_untold'):.0f} × where it must find the ad valorem charges itself "
        f"({c['rounds']:.1f} solves a period)",
        _met(x, "faster_than_clarabel", "faster_than_clarabel_two"),
        f"prices differ by {c['price_gap']:.0e} of the reference (median {c['price_gap_median']:.0e}), levels by "
        f"{c['level_gap']:.0e} of the flow; at its prices markets clear to {c['imbalance_at_its_prices']:.0e}, "
        f"at ours to {p['ours']['residual']:.0e}; it gave up in {c['gave_up']} of {c['periods']} "
        "periods",
    )


def _highs(x: Latest) -> tuple[str, str, str, str]:
    p = x["figures"]["peers"]
    h = p["highs_anew"]
    return (
        "≥ 170 × faster",
        f"**{_ratio(x, 'faster_than_highs'):.0f} ×** with the model built each period ({h['path_s']:.1f} s, from "
        f"{h['periods']} of 30 periods), {_ratio(x, 'faster_than_highs_kept'):.0f} × with it kept "
        f"({p['highs']['path_s']:.1f} s)",
        _met(x, "faster_than_highs"),
        f"prices differ by {p['highs']['price_gap']:.0%} (median {p['highs']['price_gap_median']:.1%}): eight "
        f"steps a curve; balances to {p['highs']['residual']:.0e}",
    )


def _gradient(x: Latest) -> tuple[str, str, str, str]:
    p = x["figures"]["path"]
    return (
        "≤ 2 × the path; Hessian-vector products work",
        f"**{_ratio(x, 'gradient_over_path'):.1f} ×** for {p['parameters']:,} parameters; Hessian-vector product "
        f"{_ratio(x, 'hessian_vector_over_path'):.1f} ×",
        _met(x, "gradient_over_path"),
        f"against central differences: gradient {p['gradient_error']:.0e}, Hessian {p['hessian_error']:.0e}",
    )


def _assess(x: Latest) -> tuple[str, str, str, str]:
    c = x["figures"]["command"]["second"]
    start = c["import_s"] + c["compile_s"]
    good = (c["seconds"] <= 20.0, start <= 5.0)
    met = "yes" if all(good) else ("in part, see below" if any(good) else "no, see below")
    return (
        "≤ 20 s, of which import and compile ≤ 5 s",
        f"**{c['seconds']:.0f} s** with {c['draws']} draws, of which import {c['import_s']:.1f} s, tracing and "
        f"compiling {c['compile_s']:.1f} s",
        met,
        "every case audited from its levels; exit code 0: at least 95 % of draws cleared",
    )


def _explore(x: Latest) -> tuple[str, str, str, str]:
    e = x["figures"]["explore"]
    books = {"china-2021-draft": "to 2035", "china-2026": "to 2030"}
    said = [
        f"{book} {until}: **{1e3 * p['p50_s']:.0f} / {1e3 * p['p95_s']:.0f} ms** (median, 95 %; {p['paints']} moves), "
        f"of which the model {1e3 * s['p50_s']:.0f}; a fast drag is painted {1e3 * p['drag_s']:.0f} ms after its last "
        f"move, 24 draws {p['draws_s']:.1f} s after it; first page {p['first_s']:.1f} s; "
        f"{s['grown_mb']:+.0f} MB over {s['moves']:,} moves"
        for book, until in books.items()
        for p, s in [(e[book]["page"], e[book]["session"])]
    ]
    pages = [e[book]["page"] for book in books]
    good = [test for p in pages for test in (p["p95_s"] <= 0.1, p["draws_s"] <= 1.5, p["first_s"] <= 3.0)]
    met = "yes" if all(good) else ("in part" if any(good) else "no")
    return (
        "painted ≤ 100 ms in 95 % of moves, 24 draws ≤ 1.5 s, first page ≤ 3 s",
        "; ".join(said),
        met,
        f"the numbers of `assess` (`tests/explore/test_session.py`); load {e['load'][0]:.1f} before, "
        f"{e['load'][1]:.1f} after, of which two are its own",
    )


def _ensemble(x: Latest) -> tuple[str, str, str, str]:
    e, c = x["figures"]["ensemble"], x["figures"]["command"]
    first, second = c["first"], c["second"]
    busy, flat = e["one_s"] / e["two_s"] > 1.5, second["peak_gb"] < 1.2 * first["peak_gb"]
    met = "yes" if e["same_bits"] and busy and flat else "in part"
    return (
        "both cores busy; memory bounded and flat in draws; same bits",
        f"**{e['draws_per_s_one']:.1f} draws/s** with one worker, **{e['draws_per_s_two']:.1f}** with two; most "
        f"memory of a process {first['peak_gb']:.2f} GB with {first['draws']} draws, {second['peak_gb']:.2f} GB "
        f"with {second['draws']}",
        met,
        "same bits with one and two workers: " + ("yes" if e["same_bits"] else "**no**"),
    )


def _scale(x: Latest) -> tuple[str, str, str, str]:
    s = x["figures"]["scale"]
    two = next(w for w in s["size"] if w["detail"] == "places split in two")
    return (
        "cost near what the algorithm promises; a world twice as detailed runs",
        f"a step of a world of {two['nodes']} nodes and {two['activities']} activities costs "
        f"{_ratio(x, 'step_split_over_promise'):.2f} × what its arithmetic grows by; periods "
        f"{_ratio(x, 'periods_over_linear'):.2f} ×, draws {_ratio(x, 'draws_over_linear'):.2f} × proportional "
        "([curves](../docs/speed.md))",
        "yes" if _ratio(x, "step_split_over_promise") < 1.5 else "no, see below",
        f"largest imbalance {two['residual']:.0e}; prices as before to {s['split_price_gap']:.1e} (median), "
        f"Chinese NdPr, Dy and Tb to {s['split_headline_gap']:.1e} in every year",
    )


def _gpu(x: Latest) -> tuple[str, str, str, str]:
    g = x["figures"]["gpu"]
    if not g["measured"]:
        return (
            "draws a second; same answers to 1e-6",
            f"not measured: {g['why']}; `python -m benchmarks.gpu` measures it",
            "-",
            "the batched code is tested on the processor",
        )
    return (
        "draws a second; same answers to 1e-6",
        f"**{g['draws_per_s']:.1f} draws/s** on {g['device']}",
        "yes" if g["price_gap"] <= 1e-6 else "no",
        f"prices differ by {g['price_gap']:.0e}",
    )


def _cluster(_: Latest) -> tuple[str, str, str, str]:
    return (
        "`assess --cluster ADDRESS` on Dask; a worker killed in the middle: same result",
        "not timed: one machine ran this",
        "yes",
        "same bits on a local cluster that loses a worker, in every run of the tests (`tests/study/test_ensemble.py`)",
    )


def _robust(x: Latest) -> tuple[str, str, str, str]:
    r = x["figures"]["robustness"]
    return (
        "10,000 cases: all clear to 1e-8 or carry a named status",
        f"**{r['cases']:,} cases**: " + ", ".join(f"{n:,} {name}" for name, n in r["statuses"].items() if n),
        "yes" if not r["unflagged"] else "**no**",
        f"unflagged: {r['unflagged']}",
    )


ROWS: tuple[tuple[str, tuple[str, ...], Row], ...] = (
    ("one path, 30 periods, full detail, warm, one core", ("path",), _path),
    ("the same by cvxpy + Clarabel, parameters re-used", ("peers",), _clarabel),
    ("the same by linopy + HiGHS, 8 steps a curve", ("peers",), _highs),
    ("`china-2026`, 2024 to 2030, default periods, central draw, warm, one core", ("today",), _today),
    ("gradient of the path in all parameters", ("path",), _gradient),
    ("`assess`, 200 draws × two rulebooks, end to end, second run", ("command",), _assess),
    ("`explore`, lever to painted charts, in a browser", ("explore",), _explore),
    ("ensembles", ("ensemble", "command"), _ensemble),
    ("scale", ("scale",), _scale),
    ("a GPU", ("gpu",), _gpu),
    ("beyond one machine", (), _cluster),
    ("robustness of the solver", ("robustness",), _robust),
)
