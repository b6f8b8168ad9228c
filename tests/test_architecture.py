"""The page on architecture: every room in its order, answers to where a change goes, and each names what exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import earthprice
from earthprice.demos.catalogue import DEMOS
from tests.test_layers import MAY_IMPORT

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
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


def test_every_module_has_tests_that_name_it() -> None:
    """By a file of its name in its room, or by what they import; a verb by the shell, a mechanism by the catalogue.

    What a room's face hands on counts for the module that defines it.
    """
    faces = {}
    for face in PACKAGE.rglob("__init__.py"):
        room = ".".join(face.relative_to(PACKAGE.parent).parent.parts)
        faces |= {f"{room}.{name}": f"{module}.{name}" for module, name in brought_in(face)}
    named = {".".join(x) for path in TESTS.rglob("*.py") for x in brought_in(path)}
    named |= {faces[x] for x in named if x in faces}
    modules = {x.rpartition(".")[0] for x in named} | named | {entry.make.__module__ for entry in DEMOS.values()}
    unnamed = []
    for path in PACKAGE.rglob("[a-z]*.py"):
        inside = path.relative_to(PACKAGE)
        own = TESTS / inside.parent / f"test_{path.name}"
        known = own.exists() or ".".join(("earthprice", *inside.with_suffix("").parts)) in modules
        if not known and inside.parts[0] != "cli":
            unnamed.append(str(inside))
    assert not unnamed


def brought_in(path: Path) -> list[tuple[str, str]]:
    """What a file imports of the package: module and name."""
    found = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.ImportFrom)]
    return [(n.module, a.name) for n in found if (n.module or "").startswith("earthprice") for a in n.names]
