"""The page on architecture: every room in its order, answers to where a change goes, and each names what exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import earthprice
from tests.test_layers import MAY_IMPORT

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path(earthprice.__file__).parent
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
ABOVE, BELOW = PAGE.split("## Where")
ROOMS = [re.findall(r"`(\w+)`", row.split("|")[1]) for row in ABOVE.splitlines() if row.startswith("| `")]
WHERE = [row for row in BELOW.split("## Units")[0].splitlines() if row.startswith(("| a ", "| an ", "| one "))]
ADDRESS = re.compile(r"`((?:docs|tests|tools|data|[a-z]+)(?:/[\w./]+)+?)(?::(\w+))?`")
ASKED = (
    "an instrument, an element, a zone, a burden, a chart, one of the ten figures, a language, a past, a base year, "
    "an option, a law of motion"
)


def home(path: str) -> Path:
    """Where a path of the page lies: in the package, or in the repository."""
    inside = PACKAGE / path
    return inside if inside.exists() else ROOT / path


def names(path: Path) -> set[str]:
    """What a module defines at its top."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    defined = {n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    targets = [t for n in tree.body if isinstance(n, ast.Assign) for t in n.targets]
    targets += [n.target for n in tree.body if isinstance(n, ast.AnnAssign)]
    return defined | {t.id for t in targets if isinstance(t, ast.Name)}


def test_every_room_stands_on_the_page_above_what_it_may_import() -> None:
    order = [room for row in ROOMS for room in row]
    assert set(order) == {p.stem for p in PACKAGE.iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()} - {
        "__init__",
        "__main__",
    }
    apart = {"keep", "arithmetic", "errors", "caps", "facts", "law", "world"}
    for room, may in MAY_IMPORT.items():
        if room in order and room not in apart:
            assert all(order.index(room) < order.index(below) for below in may), room


def test_each_change_has_an_answer() -> None:
    assert tuple(row.split("|")[1].strip() for row in WHERE) == tuple(ASKED.split(", "))


def test_what_the_answers_name_exists_and_is_public() -> None:
    found = ADDRESS.findall(PAGE)
    assert len(found) > 20
    for path, name in found:
        there = home(path)
        assert there.exists(), path
        if name:
            assert not name.startswith("_")
            assert name in names(there), f"{path}:{name}"
