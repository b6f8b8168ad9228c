"""The closed list of units, and the factor of each to the unit used inside (kt, USD2020/kg, MUSD, share, year)."""

from __future__ import annotations

CNY_PER_USD = 6.90
"""Yuan a dollar, mean of 2020 (dated quotes of that year in `prices.csv` stand at 6.87-7.07). Not deflated."""

FACTORS: dict[str, float] = {
    "share": 1.0,
    "share of tonnes": 1.0,
    "share of tonnes/year": 1.0,
    "share of traded tonnes": 1.0,
    "share of product": 1.0,
    "share of value": 1.0,
    "share/year": 1.0,
    "multiple": 1.0,
    "multiple of revenue": 1.0,
    "number": 1.0,
    "elasticity": 1.0,
    "year": 1.0,
    "month": 1 / 12,
    "day": 1 / 365,
    "working day": 7 / 5 / 365,
    "t": 1e-3,
    "kt": 1.0,
    "t REO": 1e-3,
    "t/year": 1e-3,
    "t REO/year": 1e-3,
    "t product/year": 1e-3,
    "kt REO/year": 1.0,
    "units of burden/year": 1e-6,
    "USD2020/kg": 1.0,
    "USD2020/t": 1e-3,
    "USD2020/t REO": 1e-3,
    "CNY/t": 1e-3 / CNY_PER_USD,
    "CNY/t REO": 1e-3 / CNY_PER_USD,
    "USD2020/t of burden": 1e-3,
    "CNY/t of burden": 1e-3 / CNY_PER_USD,
    "USD2020/unit of burden": 1.0,
    "CNY/unit of burden": 1 / CNY_PER_USD,
    "MUSD2020/year": 1.0,
    "MCNY/year": 1 / CNY_PER_USD,
    "MUSD2020/case": 1.0,
    "MCNY/case": 1 / CNY_PER_USD,
    "t REO/case": 1e-3,
    "mg/l": 1.0,
    "ratio to base year": 1.0,
}
"""Every unit that a rulebook may name: value in the file times factor = value inside."""

LARGEST: dict[str, float] = {
    "kt": 1e6,
    "kt REO/year": 1e6,
    "USD2020/kg": 1e6,
    "USD2020/unit of burden": 1e6,
    "MUSD2020/year": 1e6,
    "MUSD2020/case": 1e6,
    "t REO/case": 1e6,
    "units of burden/year": 1e15,
    "year": 100.0,
    "multiple": 1e3,
    "multiple of revenue": 1e3,
    "number": 1e6,
    "elasticity": 1e3,
    "mg/l": 1e6,
    "ratio to base year": 1e3,
}
"""Largest value that means something, in one unit of each kind: a thousand times what the world digs in a year, a
dollar a milligram, a hundredth of what the world earns in a year, a lifetime of waiting, water that is all salt."""

LIKE = {
    "month": "year",
    "day": "year",
    "working day": "year",
    "t": "kt",
    "t REO": "kt",
    "t/year": "kt",
    "t REO/year": "kt",
    "t product/year": "kt",
    "USD2020/t": "USD2020/kg",
    "USD2020/t REO": "USD2020/kg",
    "CNY/t": "USD2020/kg",
    "CNY/t REO": "USD2020/kg",
    "USD2020/t of burden": "USD2020/unit of burden",
    "CNY/t of burden": "USD2020/unit of burden",
    "CNY/unit of burden": "USD2020/unit of burden",
    "MCNY/year": "MUSD2020/year",
    "MCNY/case": "MUSD2020/case",
}
"""The unit of `LARGEST` that another is measured in inside."""

SHARES = tuple(u for u in FACTORS if u.startswith("share"))
"""Units whose values lie between 0 and 1."""


def largest(unit: str) -> float:
    """Largest value that means something in a unit: 1 for a share, else that of `LARGEST`, converted."""
    if unit in SHARES:
        return 1.0
    base = LIKE.get(unit, unit)
    return LARGEST[base] * FACTORS[base] / FACTORS[unit]


def conversion(unit: str) -> float:
    """Factor from `unit` to the unit used inside."""
    return FACTORS[unit]
