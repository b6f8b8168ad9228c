"""How large the letters of a picture are where it stands on a page."""

import re

PAPER = (194 / 25.4 * 72, 255 / 25.4 * 72)
"""Width and greatest height of a figure as a page prints it [pt]."""


def least_letters(picture: str, paper: tuple[float, float] = PAPER) -> float:
    """Smallest letters of an SVG scaled to the paper [pt]."""
    size = [float(re.search(rf' {side}="([0-9.]+)"', picture)[1]) for side in ("width", "height")]
    letters = [float(px) for px in re.findall(r'font-size="([0-9.]+)px"', picture)]
    return min(letters) * min(end / px for end, px in zip(paper, size, strict=True))
