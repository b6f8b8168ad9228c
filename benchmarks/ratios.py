"""From figures to ratios: what is compared from release to release, and held against the aims."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Figures = Mapping[str, Any]
"""Figures by benchmark."""


@dataclass(frozen=True)
class Ratio:
    """One ratio.

    Attributes:
        name: its key in `latest.json`.
        words: what it is.
        better: "lower" or "higher".
        aim: what it should reach; None where there is no aim.
        read: takes it from the figures; a KeyError says that it was not measured.
    """

    name: str
    words: str
    better: str
    aim: float | None
    read: Callable[[Figures], float]

    def of(self, figures: Figures) -> float | None:
        """Its value, None where it was not measured."""
        try:
            return float(self.read(figures))
        except KeyError:
            return None

    def met(self, value: float) -> bool | None:
        """Whether it reaches its aim; None without one."""
        if self.aim is None:
            return None
        return value <= self.aim if self.better == "lower" else value >= self.aim


def _size(figures: Figures, detail: str) -> Mapping[str, Any]:
    return next(s for s in figures["scale"]["size"] if s["detail"] == detail)


def _promised(figures: Figures) -> float:
    """Cost of a step in a world split in two over the shipped one's, beside what the arithmetic of a step grows by.

    Arithmetic: the products of `scale.products`.
    """
    one, two = _size(figures, "as shipped"), _size(figures, "places split in two")
    return two["ms_per_step"] / one["ms_per_step"] / (two["products"] / one["products"])


def _linear(points: list[Mapping[str, Any]], by: str, cost: str) -> float:
    """Cost a unit at the largest point over that at the smallest."""
    first, last = points[0], points[-1]
    return (last[cost] / last[by]) / (first[cost] / first[by])


RATIOS = (
    Ratio("path_over_floor", "one path / 5 factorisations a period", "lower", 2.0,
          lambda f: f["path"]["path_s"] / f["path"]["floor_s"]),
    Ratio("faster_than_clarabel", "cvxpy + Clarabel, parameters re-used / one path, one core each", "higher", 60.0,
          lambda f: f["peers"]["clarabel"]["path_s"] / f["peers"]["ours"]["path_s"]),
    Ratio("faster_than_clarabel_two", "the same on one core / ours a path on two", "higher", 150.0,
          lambda f: f["peers"]["clarabel"]["path_s"] / f["peers"]["ours"]["two_cores_path_s"]),
    Ratio("faster_than_clarabel_untold", "the same, finding the ad valorem charges itself / one path", "higher", None,
          lambda f: f["peers"]["clarabel"]["path_s"] * f["peers"]["clarabel"]["rounds"] / f["peers"]["ours"]["path_s"]),
    Ratio("faster_than_highs", "linopy + HiGHS, model built each period / one path", "higher", 170.0,
          lambda f: f["peers"]["highs_anew"]["path_s"] / f["peers"]["ours"]["path_s"]),
    Ratio("faster_than_highs_kept", "linopy + HiGHS, model kept between periods / one path", "higher", None,
          lambda f: f["peers"]["highs"]["path_s"] / f["peers"]["ours"]["path_s"]),
    Ratio("gradient_over_path", "gradient in all parameters / path", "lower", 2.0,
          lambda f: f["path"]["gradient_s"] / f["path"]["path_s"]),
    Ratio("hessian_vector_over_path", "Hessian-vector product / path", "lower", None,
          lambda f: f["path"]["hessian_vector_s"] / f["path"]["path_s"]),
    Ratio("assess_in_paths", "second run of assess / path", "lower", None,
          lambda f: f["command"]["second"]["seconds"] / f["path"]["path_s"]),
    Ratio("two_workers_over_one", "draws a second with two workers / with one", "higher", None,
          lambda f: f["ensemble"]["one_s"] / f["ensemble"]["two_s"]),
    Ratio("memory_200_over_50", "peak memory of assess with 200 draws / with 50", "lower", None,
          lambda f: f["command"]["second"]["peak_gb"] / f["command"]["first"]["peak_gb"]),
    Ratio("step_split_over_promise", "a step of the world split in two / what its arithmetic grows by", "lower", None,
          _promised),
    Ratio("periods_over_linear", "a period of the longest path / of the shortest", "lower", None,
          lambda f: _linear(f["scale"]["periods"], "periods", "path_s")),
    Ratio("draws_over_linear", "a path among many / alone", "lower", None,
          lambda f: _linear(f["scale"]["draws"], "draws", "seconds")),
)  # fmt: skip


def ratios(figures: Figures) -> dict[str, dict[str, Any]]:
    """All ratios by name, with words, aim and whether it is met."""
    out = {}
    for r in RATIOS:
        value = r.of(figures)
        met = None if value is None else r.met(value)
        out[r.name] = {"value": value, "better": r.better, "aim": r.aim, "met": met, "words": r.words}
    return out
