"""docs/mechanisms.md: each demonstration's words, picture and table of claims.

python -m tools.pages.mechanisms [NAME ...]     those named, or all
"""

from __future__ import annotations

import sys

from earthprice.demos.catalogue import DEMOS, demonstrate
from earthprice.demos.demonstration import Demonstration
from earthprice.demos.lab import Lab
from earthprice.facts.world import load_world
from earthprice.report.demonstration import claims_markdown, picture, rests_markdown
from tools.pages.fill import DOCS, fill


def words(demo: Demonstration, rests: str) -> str:
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


def main() -> None:
    """Fill the page in place and write the pictures."""
    lab = Lab(load_world())
    for name in sys.argv[1:] or DEMOS:
        demo = demonstrate(name, lab)
        (DOCS / "img" / f"demo-{name}.svg").write_text(picture(demo), encoding="utf-8")
        fill("mechanisms.md", {f"demo {name}": words(demo, rests_markdown(demo, lab.world.numbers.table))})
        print(f"{name}: {'shown' if demo.holds else 'NOT SHOWN'}")


if __name__ == "__main__":
    main()
