"""The public face: short, sorted, importable, documented, typed; and fast to import."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import earthprice
from earthprice.cli.app import app

PACKAGE = Path(earthprice.__file__).parent
HEAVY = ("jax", "numpy", "pandas", "pydantic", "xarray", "altair", "scipy", "rich")
SAME = {
    "as_dict": "what a demonstration, or a hindcast, is in JSON",
    "digest": "SHA-256 of what the room keeps",
    "drivers_table": "the study's table, and the page's",
    "left_out": "what the model leaves out of recorded series, of a past and of the years ahead",
    "main": "where the program starts, and the same from its folder",
    "picture": "what the module is about, as SVG",
    "prior_table": "the study's table, and the page's",
}
"""Names of functions that mean one thing in each of their rooms."""
TWINS = {2: "exports knowledge stocks"}
"""Names that mean two things, by the number of their functions: what a demonstration is called, and what it shows."""


def test_all_is_sorted_and_short() -> None:
    assert list(earthprice.__all__) == sorted(earthprice.__all__)
    assert len(earthprice.__all__) <= 20
    assert set(earthprice.__all__) <= set(dir(earthprice))


@pytest.mark.parametrize("name", earthprice.__all__)
def test_every_name_is_there_and_documented(name: str) -> None:
    thing = getattr(earthprice, name)
    assert inspect.getdoc(thing), f"{name} has no docstring"
    if inspect.isfunction(thing):
        hints = thing.__annotations__
        lacking = [p for p in [*inspect.signature(thing).parameters, "return"] if p not in hints]
        assert not lacking, f"{name} does not say the type of {lacking}"


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'assses'"):
        _ = earthprice.assses


def test_importing_loads_nothing_heavy() -> None:
    code = f"import earthprice, sys; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_what_crosses_a_functions_boundary_has_a_noun(path: Path) -> None:
    """No public function takes or hands back a bare tuple of more than two unlike things."""
    for node in public(ast.parse(path.read_text(encoding="utf-8")).body):
        if isinstance(node, ast.FunctionDef):
            given = [a.annotation for a in (*node.args.args, *node.args.kwonlyargs)]
            for part in (p for said in (*given, node.returns) if said for p in ast.walk(said)):
                if isinstance(part, ast.Subscript) and ast.unparse(part.value) == "tuple":
                    held = [ast.unparse(x) for x in getattr(part.slice, "elts", [])]
                    assert len(held) < 3 or len(set(held)) == 1, f"{node.name}: {ast.unparse(part)}"


def test_few_lines_are_kept_from_the_formatter() -> None:
    root = PACKAGE.parent.parent
    texts = [p.read_text("utf-8") for room in ("src", "tests", "tools") for p in (root / room).rglob("*.py")]
    assert sum(text.count("# fmt: " + "skip") for text in texts) < 50


def test_a_word_names_one_class() -> None:
    """Of public classes, and of types that a module names; a variable for any type is no word of its own."""
    found: dict[str, list[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            for name in named_types(node):
                found.setdefault(name, []).append(str(path.relative_to(PACKAGE)))
    assert len(found) > 300
    assert {name: places for name, places in found.items() if len(places) > 1} == {}


def test_a_word_names_one_function() -> None:
    """Of public functions at the top of a module; a verb of the command line is called as users type it."""
    verbs, found = {c.name for c in app.registered_commands}, Counter()
    for path in sorted(PACKAGE.rglob("*.py")):
        names = {n.name for n in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(n, ast.FunctionDef)}
        found.update(n for n in names if not n.startswith("_") and not (path.parent.name == "cli" and n in verbs))
    assert len(found) > 700
    assert {name for name in SAME if found[name] < 2} == set(), "one of its rooms has lost it"
    twins = {n: k for n, k in found.items() if k > 1 and n not in SAME}
    known = {name: k for k, names in TWINS.items() for name in names.split()}
    assert twins == known, "call it what it is; the list of those left only shrinks"


def named_types(node: ast.stmt) -> list[str]:
    """What a statement at the top of a module names as a class does: `OneWord`."""
    if isinstance(node, ast.ClassDef):
        return [node.name] * (not node.name.startswith("_"))
    if not isinstance(node, ast.Assign) or ast.unparse(node.value).startswith("TypeVar"):
        return []
    return [t.id for t in node.targets if isinstance(t, ast.Name) and re.fullmatch(r"[A-Z]\w*[a-z]\w*", t.id)]


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_public_functions_are_documented_and_typed(path: Path) -> None:
    """Every function and class whose name has no underscore, at the top of a module or in a public class."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in public(tree.body):
        where = f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name}"
        assert ast.get_docstring(node), f"{where} has no docstring"
        if isinstance(node, ast.ClassDef):
            continue
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        untyped = [a.arg for a in arguments if a.annotation is None and a.arg not in ("self", "cls")]
        assert not untyped and node.returns is not None, f"{where}: no type for {untyped or 'its result'}"


def public(body: list[ast.stmt]) -> list[ast.FunctionDef | ast.ClassDef]:
    found: list[ast.FunctionDef | ast.ClassDef] = []
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            found.append(node)
            found += public(node.body) if isinstance(node, ast.ClassDef) else []
    return found
