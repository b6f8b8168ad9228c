"""Fill docs/mechanisms.md: under each `<!-- demo: NAME -->` the demonstration's words, picture and table of claims.

python tools/mechanisms.py [NAME ...]     those named, or all
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from earthprice.demos.catalogue import DEMOS, demonstrate
from earthprice.demos.demonstration import Demonstration
from earthprice.demos.lab import Lab
from earthprice.facts.world import load_world
from earthprice.report.demonstration import claims_markdown, picture, rests_markdown

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE = DOCS / "mechanisms.md"


def section(demo: Demonstration, rests: str) -> str:
    """What stands under the mark of a demonstration."""
    parts = [
        f"**`earthprice demo {demo.name}`. {demo.title}.** {demo.words}",
        f"*Without:* {demo.removed}",
        *([f"*Scenario, no forecast:* {demo.scenario}"] if demo.scenario else []),
        f"![{demo.title}](img/demo-{demo.name}.svg)",
        claims_markdown(demo),
        rests,
    ]
    return "\n\n".join(parts)


def fill(text: str, name: str, body: str) -> str:
    """The page with the section of a demonstration replaced."""
    pattern = rf"(<!-- demo: {name} -->\n).*?(<!-- demo: end -->)"
    filled, count = re.subn(pattern, lambda found: f"{found[1]}\n{body}\n\n{found[2]}", text, flags=re.DOTALL)
    if count != 1:
        sys.exit(f"docs/mechanisms.md has {count} places for '{name}'; it needs one: <!-- demo: {name} -->")
    return filled


def main() -> None:
    """Fill the page in place and write the pictures."""
    lab = Lab(load_world())
    for name in sys.argv[1:] or DEMOS:
        demo = demonstrate(name, lab)
        (DOCS / "img" / f"demo-{name}.svg").write_text(picture(demo), encoding="utf-8")
        body = section(demo, rests_markdown(demo, lab.world.numbers.table))
        PAGE.write_text(fill(PAGE.read_text(encoding="utf-8"), name, body), encoding="utf-8")
        print(f"{name}: {'shown' if demo.holds else 'NOT SHOWN'}")


if __name__ == "__main__":
    main()
