"""S8, the text and how it is used: readings of its powers, two years' delay, and another country's answer on top."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from earthprice.demos.demonstration import Claim, Demonstration, Panel, marks
from earthprice.demos.draft import AS_OF, FIRST, FROM, net_gain
from earthprice.demos.lab import IN_FORCE, Lab
from earthprice.law import Prepared, delay, load_rulebook, prepare, stack
from earthprice.runs.engine import Outcome
from earthprice.world.terms import Terms

ANSWER = "japan-answer"
READINGS = ("as_before", "tight", "loose", "reviewed")
FIXED = ("as_before", "tight", "loose")
"""Readings that set a path beforehand; under `reviewed` the totals answer to what happens."""
TOTALS = ("mining_total_light", "mining_total_heavy", "separation_total")
NO_TOTALS = dict.fromkeys((f"{name}.amount" for name in TOTALS), "x50")
"""Overrides under which the totals bind nobody."""
LATER = 2.0
"""Years of delay."""
NDPR = "ndpr_oxide@CHN"


@dataclass(frozen=True)
class ReadingRuns:
    """The runs: no reform, the draft by reading (`free`: with ample totals), late, answered, answered without money."""

    base: Outcome
    read: dict[str, Outcome]
    free: dict[str, Outcome]
    late: Outcome
    answered: Outcome
    unpaid: Outcome


def readings(lab: Lab) -> Demonstration:
    """The draft under each reading of its powers, two years later, and with Japan's answer stacked on it."""
    books = {
        "law": stack(IN_FORCE),
        "draft": stack(FIRST),
        "late": stack(delay(load_rulebook(FIRST), LATER)),
        "answered": stack(FIRST, ANSWER, top=FIRST),
    }
    texts = {name: prepare(s, lab.world.network) for name, s in books.items()}
    runs = ReadingRuns(
        base=lab.run(_terms(lab, texts["law"])),
        read={r: lab.run(_terms(lab, texts["draft"], reading=r)) for r in READINGS},
        free={r: lab.run(_terms(lab, texts["draft"], reading=r, overrides=NO_TOTALS)) for r in FIXED},
        late=lab.run(_terms(lab, texts["late"])),
        answered=lab.run(_terms(lab, texts["answered"])),
        unpaid=lab.run(_terms(lab, texts["answered"], overrides={"mine_abroad.amount": 0.0})),
    )
    return Demonstration(
        title="One text, several uses: readings, delay, and an answer from abroad",
        words="The draft gives powers; how they are used decides most of what happens. The same text is read in four "
        "ways (totals grow as before, stay, grow fast, follow a review), put in force two years later, and met "
        "by an answer of Japan: stocks, recycling, money for a mine in Australia, research.",
        removed="For the totals: the law read as before and the draft read tight. For the readings: totals so large "
        "that they bind nobody. For the delay: none. For the answer: the same without money for the mine.",
        claims=_claims(lab, texts, runs),
        panels=_panels(lab, runs),
        rests_on=("use/*/elasticity_*", "model/mining/elasticity_*", "model/entry/*", "use/*/growth_*"),
        scenario="Readings are choices of an authority and carry no probability; Japan's answer is an illustration.",
    )


def _claims(lab: Lab, texts: dict[str, Prepared], runs: ReadingRuns) -> tuple[Claim, ...]:
    draft, level = runs.read["as_before"], partial(lab.level, stage="mining", zone=lab.home, status="unlicensed")
    early, after = slice(lab.at(2022), lab.at(2024)), lab.years >= FROM

    def dearer(by: dict[str, Outcome], reading: str, when: np.ndarray) -> float:
        ratio = lab.price(by[reading], NDPR)[when] / lab.price(by["as_before"], NDPR)[when]
        return 100.0 * float(ratio.mean()) - 100.0

    def of_effect(run: Outcome) -> float:
        effects = [(level(r) - level(runs.base))[early].sum() for r in (run, draft)]
        return 100.0 * float(effects[0] / effects[1])

    totals, bought = max(_apart(lab, texts, r, r) for r in FIXED), _bought(lab)
    return (
        Claim("largest difference of a yearly total with and without the draft, read alike", "kt/yr", totals, 0.0, 1e-9,
              "theory: the draft continues the totals; a rise of them is not its doing",
              _apart(lab, texts, "as_before", "tight")),
        Claim("tight against as before: neodymium-praseodymium oxide at home", "%", dearer(runs.read, "tight", after),
              1.0, 1e3, "theory: a lower total that binds makes what comes of it dearer",
              dearer(runs.free, "tight", after)),
        Claim("two years later: how much of the draft's effect on unlicensed digging of 2022-23 is there", "%",
              of_effect(runs.late), -10.0, 10.0,
              "theory: what is not in force catches nobody; only what is foreseen can move", of_effect(draft)),
        Claim("Japan's answer stacked on it: more ore dug at Mt Weld in 2030", "kt/yr",
              _weld(lab, runs.answered, draft), 0.1 * bought, bought,
              "arithmetic: at most what the money buys, were it all spent on the mine; and a tenth",
              _weld(lab, runs.unpaid, draft)),
    )  # fmt: skip


def _terms(lab: Lab, text: Prepared, **use: object) -> Terms:
    return text.terms(lab.years, as_of=AS_OF, **{"reading": "as_before", **use})  # type: ignore[arg-type]


def _apart(lab: Lab, texts: dict[str, Prepared], law: str, draft: str) -> float:
    """Largest difference between the totals of the law in force and those of the draft, each in a reading [kt/yr]."""
    a, b = _terms(lab, texts["law"], reading=law), _terms(lab, texts["draft"], reading=draft)
    assert a.permits == b.permits
    known = np.isfinite(a.permit_amount) & np.isfinite(b.permit_amount)
    return float(np.abs(np.where(known, a.permit_amount, 0.0) - np.where(known, b.permit_amount, 0.0)).max())


def _weld(lab: Lab, run: Outcome, other: Outcome) -> float:
    """Ore dug at Mt Weld in 2030, more than in another run [kt/yr]."""
    dug = [lab.level(r, stage="mining", concentrate="mt_weld")[lab.at(2030)] for r in (run, other)]
    return float(dug[0] - dug[1])


def _bought(lab: Lab) -> float:
    """What the answer's money for a mine abroad buys, were it all spent on the mine [kt/yr]."""
    money = load_rulebook(ANSWER).measures["mine_abroad"].quantities()
    total = float(money["amount"].values[0].value or 0.0) * float(money["lasts"].values[0].value or 0.0)
    at = np.flatnonzero(lab.lens.mask(stage="mining", concentrate="mt_weld"))
    return total / min(lab.central.drafts[i].capex for i in at)


def _panels(lab: Lab, runs: ReadingRuns) -> tuple[Panel, ...]:
    level = partial(lab.level, stage="mining", zone=lab.home, status="unlicensed")
    base, read, late, answered, draft = runs.base, runs.read, runs.late, runs.answered, runs.read["as_before"]
    options = {f"draft, {r.replace('_', ' ')}": run for r, run in read.items()}
    options |= {"draft, two years later": late, "draft and Japan's answer": answered}
    gains = [
        (zone or "world", words, net_gain(lab, zone)(run) - net_gain(lab, zone)(base))
        for zone in ("CHN", "JPN", "")
        for words, run in options.items()
    ]
    price = {r.replace("_", " "): lab.price(run, NDPR) for r, run in read.items()}
    wild = {"no reform": level(base), "draft": level(draft), "draft two years later": level(late)}
    three = {"no reform": base, "draft": draft, "draft and Japan's answer": answered}
    dug = {k: lab.level(run, stage="mining", concentrate="mt_weld") for k, run in three.items()}
    return (
        Panel("NdPr oxide at home, by reading of the draft", "year", "USD2020/kg", lab.paths(price)),
        Panel("Unlicensed digging in China", "year", "kt/yr", lab.paths(wild)),
        Panel("Ore dug at Mt Weld", "year", "kt/yr", lab.paths(dug)),
        Panel("Net gain against no reform, present value", "option", "bn USD2020", marks(gains), "bar"),
    )
