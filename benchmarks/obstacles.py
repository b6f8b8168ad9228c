"""Why an aim is missed, where it is: the obstacle in words with the profile of this run."""

from __future__ import annotations

from typing import Any

Latest = dict[str, Any]


def obstacles(latest: Latest) -> str:
    """One paragraph for each aim that is missed, and the profile of a path."""
    figures, ratios = latest["figures"], latest["ratios"]
    said = [_profile(figures["profile"])] if "failed" not in figures.get("profile", {"failed": ""}) else []
    for name, words in WORDS.items():
        if ratios[name]["met"] is False and not any(words(figures) in s for s in said):
            said.append(f"- **{ratios[name]['words']}**: {words(figures)}")
    today = figures.get("today", {})
    if today.get("path_s", 0.0) > today.get("aim_s", 0.0):
        said.append(_today(today))
    command = figures.get("command", {})
    if "second" in command:
        said += _command(command["second"], figures.get("ensemble", {}).get("draws_per_s_one", float("nan")))
    return "\n".join(said) or "Nothing: every aim is met."


def _profile(p: dict[str, Any]) -> str:
    return (
        f"Profile of a path ({1e3 * p['path_s']:.0f} ms, {p['steps']} Newton steps, "
        f"{p['steps_a_period']:.1f} a period): Newton directions (assemble the Jacobian, scale, solve) "
        f"{p['share_directions']:.0%}, at "
        f"{p['direction_ms']:.2f} ms each, of which one bare factorisation would be {p['factor_ms']:.2f} ms; "
        f"balances at trial prices {p['share_balances']:.0%}, at {p['balance_ms']:.2f} ms each; laws of motion, "
        f"setting up markets, further trial prices and the loops {p['share_rest']:.0%}."
    )


def _today(t: dict[str, Any]) -> str:
    return (
        f"- **`china-2026`, 2024 to 2030**: {t['periods']} periods, since years around a licence are quarters, and "
        f"{t['steps'] / t['periods']:.0f} Newton steps a period where a yearly path takes four: from one quarter to "
        f"the next a licence lets a quarter through, or nearly all, so that the last prices are a poor start (up to "
        f"{t['hardest']} steps). A step costs {1e3 * t['path_s'] / t['steps']:.2f} ms, laws of motion with it."
    )


def _floor(f: dict[str, Any]) -> str:
    p = f.get("profile", {})
    steps, direction, factor = p.get("steps_a_period", 0), p.get("direction_ms", 0), p.get("factor_ms", 1)
    return (
        f"the floor counts five factorisations a period and nothing else; a path takes {steps:.1f} steps a period, "
        f"and a direction costs {direction / factor:.1f} bare factorisations: the Jacobian is summed from its entries "
        "first, is not symmetric under ad valorem charges, so that Cholesky's half of the work does not do, and is "
        "so small that fixed costs of each operation count."
    )


def _peer(f: dict[str, Any]) -> str:
    p = f["peers"]
    return (
        f"Clarabel needs {1e3 * p['clarabel']['seconds'] / p['clarabel']['periods']:.0f} ms a period for the "
        "programme as we state it, scaled with care and compiled once: it is a good peer. Sixty times faster would be "
        f"{1e3 * p['clarabel']['path_s'] / 60:.0f} ms a path. Both peers gain from more cores as we do, path by path."
    )


def _steps(f: dict[str, Any]) -> str:
    kept, anew = f["peers"]["highs"], f["peers"]["highs_anew"]["path_s"]
    return (
        f"HiGHS itself is quick: {1e3 * kept['seconds'] / kept['periods']:.0f} ms a period with the model kept. "
        f"170 times faster than {anew:.1f} s would be {1e3 * anew / 170:.0f} ms a path, and the floor of five "
        f"factorisations a period is {1e3 * f['path']['floor_s']:.0f} ms."
    )


def _slope(f: dict[str, Any]) -> str:
    return (
        "one more factorisation a period, transposed, and every operation of the path once more backwards, from values "
        f"that are kept or made again; measured {f['path']['gradient_s'] / f['path']['path_s']:.2f}."
    )


def _command(c: dict[str, Any], pace: float) -> list[str]:
    start = c["import_s"] + c["compile_s"]
    if c["seconds"] <= 20.0 and start <= 5.0:
        return []
    parts = ", ".join(f"{k} {v:.1f} s" for k, v in c["parts_s"].items())
    return [
        f"- **`assess`, second run**: {c['seconds']:.0f} s, of which import {c['import_s']:.1f} s and {parts} "
        f"({sum(c['programs'].values())} events) in the first process alone, each worker traces for itself; the "
        f"draws under two laws are {c['draws'] / pace:.0f} s of one core; the rest is user cost and rare prices, "
        "options on the same draws, slopes, attribution to articles, drivers, the figures drawn and the "
        "report."
    ]


WORDS = {
    "path_over_floor": _floor,
    "faster_than_clarabel": _peer,
    "faster_than_clarabel_two": _peer,
    "faster_than_highs": _steps,
    "gradient_over_path": _slope,
}
