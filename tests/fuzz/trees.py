"""Mutants of a tree of plain values: one to four changes of keys, values, types, dates, numbers and texts."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

Place = tuple[Any, Any]
"""A container and the key or position in it."""

NUMBERS = (
    *(0, 1, -1, 0.0, -0.0, 0.5, -0.5, 0.95, 0.98, 1.0000001, 2, 10, 1e-12, 1e-300, 1e18, 1e30, 1e300, 10**9, 10**10),
    *(10**20, 9007199254740993, 2**63, -(2**63), 1899, 1900, 2020, 2022, 2050, 2101, 9999, 10**5000),
)
TEXTS = (
    "", " ", "a", "CHN", "JPN", "*", "**", "[", "[!", "[" * 50, "?" * 90, "a" * 90, "a" * 101, "a" * 300, "a" * 20_000,
    "9" * 5_000, "9" * 30_000 + "x", "0-99999999999", "99999999999", "nan", "inf", "-inf", "NaN", "1e400", "0x10",
    "yes", "\ud800", "\uffff", "\x00", "\x1b[2J", "\u202e", "é", "稀土", "🜛", "e\u0301", "[/red]", "{0}", "%s", "=1+1",
    "../../x", "share", "t REO/year", "mg/l", "relax 10 % per 0.5", "tighten 99999 % per 0.0000001",
    "price_real:ndpr_oxide@CHN",
)  # fmt: skip
DATES = (
    "2021-01-15",
    "2026-13-01",
    "2026-02-30",
    "01/11/2026",
    "2026-1-1",
    "0000-01-01",
    "0001-01-01",
    "1900-01-01",
    "9999-12-31",
    "2999-12-31",
    "2022-01-01",
    "20220101",
    "2021-W01-1",
    "2021-01-15T00:00",
    "-2021-01-01",
)
OTHER: tuple[Any, ...] = (None, True, False, [], {}, [[]], {"": ""}, [None], [1, 2], ["a", "a"], {"a": {"b": 1}})


def places(tree: Any) -> Iterator[Place]:
    """Every container and key of a tree."""
    if isinstance(tree, dict | list):
        for key in list(tree) if isinstance(tree, dict) else range(len(tree)):
            yield tree, key
            yield from places(tree[key])


def _scalars(tree: Any) -> list[Place]:
    return [(c, k) for c, k in places(tree) if not isinstance(c[k], dict | list)]


def drop(tree: Any, rng: random.Random) -> None:
    """Without a key or an entry."""
    container, key = rng.choice(list(places(tree)))
    del container[key]


def duplicate(tree: Any, rng: random.Random) -> None:
    """An entry twice, or many times; a key under another name."""
    container, key = rng.choice(list(places(tree)))
    if isinstance(container, list):
        container[key:key] = [copy.deepcopy(container[key]) for _ in range(rng.choice((1, 1, 2, 30)))]
    else:
        container[f"{key}{rng.choice(('2', '_', ' ', 'é'))}"] = copy.deepcopy(container[key])


def retype(tree: Any, rng: random.Random) -> None:
    """A value of another kind."""
    container, key = rng.choice(list(places(tree)))
    old = container[key]
    options = [*OTHER, [old], {"value": old}, _words(old)[:200]]
    container[key] = copy.deepcopy(rng.choice(options))


def _words(value: Any) -> str:
    """A value as text, also where a number of an earlier change has more digits than Python writes out."""
    try:
        return str(value)
    except ValueError:
        return "9" * 5_000


def number(tree: Any, rng: random.Random) -> None:
    """An extreme number where there was a number, or anywhere."""
    spots = [(c, k) for c, k in _scalars(tree) if isinstance(c[k], int | float)] or _scalars(tree)
    container, key = rng.choice(spots)
    old = container[key]
    scaled = old * rng.choice((-1, 2, 10, 1000)) if isinstance(old, int | float) and abs(old) < 1e100 else 1
    container[key] = rng.choice((*NUMBERS, scaled, scaled))


def nudge(tree: Any, rng: random.Random) -> None:
    """A number somewhat larger or smaller: most such mutants work."""
    spots = [(c, k) for c, k in _scalars(tree) if isinstance(c[k], float | int) and not isinstance(c[k], bool)]
    if not spots:
        return drop(tree, rng)
    container, key = rng.choice(spots)
    old = container[key]
    container[key] = old + rng.choice((-3, -1, 1, 5)) if isinstance(old, int) else old * rng.uniform(0.3, 3.0)
    return None


def text(tree: Any, rng: random.Random) -> None:
    """A strange text."""
    container, key = rng.choice(_scalars(tree))
    old = _words(container[key])
    at = rng.randrange(len(old) + 1)
    odd = rng.choice(TEXTS)
    container[key] = rng.choice((odd, old[:at] + odd + old[at:], old[:at], old * 3))


def date(tree: Any, rng: random.Random) -> None:
    """A strange day or year where there was one."""
    dated = ("from", "date", "announced", "published", "first", "year", "as_of")
    spots = [(c, k) for c, k in places(tree) if k in dated] or _scalars(tree)
    container, key = rng.choice(spots)
    container[key] = rng.choice((*DATES, 1900, 1950, 2100, 2101, 2022, 2022.5))


def borrow(tree: Any, rng: random.Random) -> None:
    """The value of another place."""
    (one, a), (other, b) = (rng.choice(list(places(tree))) for _ in range(2))
    one[a] = copy.deepcopy(other[b])


def grow(tree: Any, rng: random.Random) -> None:
    """A yearly change beside or in place of a value."""
    spots = [(c, k) for c, k in places(tree) if isinstance(c[k], dict) and {"from", "value", "range"} & set(c[k])]
    if not spots:
        return drop(tree, rng)
    container, key = rng.choice(spots)
    change = rng.choice((0.5, 1.0, -0.5, 0.05, 1e18, -0.99, rng.uniform(-1, 2)))
    row = {k: v for k, v in container[key].items() if k not in ("value", "range")} | {"yearly_change": change}
    row |= {"basis": "assumption", "why": "w"}
    if isinstance(container, list) and rng.random() < 0.7:
        container.append(row)
    else:
        container[key] = row
    return None


def nest(tree: Any, rng: random.Random) -> None:
    """A value some lists deep."""
    container, key = rng.choice(list(places(tree)))
    for _ in range(rng.choice((1, 3, 29, 40, 90))):
        container[key] = [container[key]]


CHANGES: tuple[Callable[[Any, random.Random], None], ...] = (
    drop,
    duplicate,
    retype,
    number,
    nudge,
    nudge,
    nudge,
    text,
    text,
    date,
    borrow,
    grow,
    grow,
    nest,
)


def mutant(tree: Any, rng: random.Random) -> Any:
    """A copy of a tree with some changes."""
    changed = copy.deepcopy(tree)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        if any(True for _ in places(changed)) and _scalars(changed):
            rng.choice(CHANGES)(changed, rng)
    return changed


def spliced(one: str, other: str, rng: random.Random) -> str:
    """A text with a piece of it left out, moved, repeated, or taken from another text."""
    a, b = sorted(rng.randrange(len(one) + 1) for _ in range(2))
    c, d = sorted(rng.randrange(len(other) + 1) for _ in range(2))
    piece = rng.choice((other[c : min(d, c + 200)], rng.choice(TEXTS), "\t", "\n", ": ", "- ", "{", "[", "&a ", "!x "))
    return rng.choice((one[:a] + piece + one[a:], one[:a] + piece + one[min(b, a + 40) :], one[:b]))


def dump(tree: Any) -> str:
    """A tree as YAML in flow style, one line a value at the top."""
    if isinstance(tree, dict) and tree:
        return "\n".join(f"{_quoted(k)}: {_flow(v)}" for k, v in tree.items()) + "\n"
    return _flow(tree)


def _flow(thing: Any) -> str:
    out: list[str] = []
    todo: list[Any] = [thing]
    while todo:  # not recursive: mutants are nested deeper than Python may recurse
        now = todo.pop()
        if isinstance(now, _Raw):
            out.append(now.text)
        elif isinstance(now, dict):
            parts: list[Any] = [_Raw("{")]
            for k, v in now.items():
                parts += [_Raw(f"{_quoted(k)}: "), v, _Raw(", ")]
            todo += reversed([*parts, _Raw("}")])
        elif isinstance(now, list | tuple):
            parts = [_Raw("[")]
            for v in now:
                parts += [v, _Raw(", ")]
            todo += reversed([*parts, _Raw("]")])
        else:
            out.append(_scalar(now))
    return "".join(out)


class _Raw:
    def __init__(self, text: str) -> None:
        self.text = text


def _scalar(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value) if abs(value) < 10**4000 else "1" + "0" * 5000
    if isinstance(value, float):
        shown = format(Decimal(repr(value)), "f") if abs(value) < 1e308 else "9" * 320
        return shown if "." in shown else f"{shown}.0"
    return _quoted(str(value))


def _quoted(value: str) -> str:
    safe = (c if " " <= c < "\x7f" and c not in '"\\' else f"\\U{ord(c):08x}" for c in str(value))
    return f'"{"".join(safe)}"'
