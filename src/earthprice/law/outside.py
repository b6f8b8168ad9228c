"""What a book does outside its jurisdiction: a law binds where its state rules, and at that state's border."""

from __future__ import annotations

import numpy as np

from earthprice.law.floors import Contract
from earthprice.law.instruments import Support
from earthprice.law.note import Note
from earthprice.law.reached import Ground
from earthprice.law.rulebook import Rulebook
from earthprice.law.stack import Stack


def outside(s: Stack, g: Ground, reached: tuple[np.ndarray, ...], book: Rulebook) -> list[Note]:
    """Notes on the measures of a book that reach activities in no way within its jurisdiction.

    Within it is what runs in its zone, and what is shipped from or to it. Money (`support`,
    `contract`) may go abroad, and so may what says why it binds there (`reaches_abroad`).

    Args:
        s: the stack.
        g: the network.
        reached: mask of activities by measure, in the order of `s.items`.
        book: the book that is looked at.
    """
    said, zone, home = [], g.columns["zone"], book.jurisdiction
    within = (zone == home) | (g.columns["partner"] == home)
    for item, mask in zip(s.items, reached, strict=True):
        abroad = mask & ~within
        if item.book.rulebook != book.rulebook or item.measure.used == "never" or not abroad.any():
            continue
        if isinstance(item.measure, (Support, Contract)) or item.measure.reaches_abroad:
            continue
        blanks = {
            **{"measure": item.id, "text": book.rulebook, "article": item.article.number, "home": home},
            **{"some": str(abroad.sum()), "all": str(mask.sum()), "zones": ", ".join(sorted(set(zone[abroad])))},
            "advice": f"acts_on: {{zone: {home}}} or {{partner: {home}}} keeps it at home, "
            "reaches_abroad says why not.",
        }
        said.append(Note("abroad", blanks))
    return said
