"""The rooms: imports go down, the core touches no file and no network, and nothing is imported inside a function."""

from __future__ import annotations

import ast
import sys
import tomllib
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import chain
from pathlib import Path

import pytest

import earthprice

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path(earthprice.__file__).parent

MAY_IMPORT = {
    "caps": set(),
    "errors": {"caps"},
    "keep": {"errors"},
    "arithmetic": {"errors"},
    "world": {"errors"},
    "law": {"world", "errors"},
    "market": {"keep", "world", "errors"},
    "dynamics": {"market", "world", "errors"},
    "facts": {"world", "errors"},
    "runs": {"law", "dynamics", "market", "world", "arithmetic", "keep", "errors"},
    "measures": {"runs", "law", "dynamics", "world", "errors"},
    "past": {"measures", "runs", "law", "dynamics", "market", "facts", "world", "arithmetic", "errors"},
    "demos": {"measures", "runs", "law", "dynamics", "market", "facts", "world", "arithmetic", "errors"},
    "study": {"past", "measures", "runs", "law", "dynamics", "market", "facts", "world", "arithmetic", "errors"},
    "report": {"study", "past", "demos", "measures", "law", "world", "errors"},
    "results": {"report", "study", "past", "demos", "measures", "runs", "law", "facts", "world", "keep", "errors"},
    "explore": {"report", "study", "measures", "runs", "law", "facts", "world", "arithmetic", "errors"},
    "cli": {"explore", "results", "report", "study", "past", "demos", "runs", "law", "facts", "world", "keep"}
    | {"arithmetic", "errors"},
    "__main__": {"cli"},
}
"""Room -> the rooms it may import. Only the command line may import more of the facts than `facts.world`."""

CORE = ("world", "market", "dynamics", "runs", "measures", "past", "demos", "study")
EDGE_LIBRARIES = set(
    "asyncio csv ftplib glob http importlib.resources io json os pathlib pickle requests shutil socket sqlite3 ssl "
    "subprocess tempfile urllib".split()
)
FILE_CALLS = set("open read_csv read_parquet to_csv to_parquet loadtxt savetxt read_text write_text".split())
LAZY = ("cli", "__init__")
"""Rooms whose start-up speed needs an import inside a function."""
IMPORT_NAMES = {
    "jinja2": "jinja2",
    "python-docx": "docx",
    "PyYAML": "yaml",
    "ruamel.yaml": "ruamel",
    "vl-convert-python": "vl_convert",
}
BEHIND = {"pyarrow"}
"""Libraries that pandas calls for us."""


def files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0].removesuffix(".py")


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path) -> list[tuple[str, bool]]:
    """Every module that a file imports, and whether it does so inside a function."""
    tree = parsed(path)
    inside = {
        id(n) for f in ast.walk(tree) if isinstance(f, ast.FunctionDef | ast.AsyncFunctionDef) for n in ast.walk(f)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(a.name, id(node) in inside) for a in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            name = node.module or ""
            found += [(_module(name, a.name), id(node) in inside) for a in node.names]
    return found


def _module(package: str, name: str) -> str:
    """`from package import name` imports the module `package.name` if there is one, else `package`."""
    path = PACKAGE.parent / Path(*package.split("."), name)
    return f"{package}.{name}" if path.is_dir() or path.with_suffix(".py").is_file() else package


@pytest.mark.parametrize("path", files(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_only_go_down(path: Path) -> None:
    here = room(path)
    if here == "__init__":
        return
    for name, _ in imports(path):
        if name.startswith("earthprice."):
            there = name.split(".")[1]
            allowed = MAY_IMPORT[here] | {here, "caps"}
            assert there in allowed, f"{path.relative_to(PACKAGE)} imports {name}; {here} may import {sorted(allowed)}"
            if there == "facts" and here not in ("facts", "cli"):
                assert name == "earthprice.facts.world"


@pytest.mark.parametrize("path", files(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_import_inside_a_function(path: Path) -> None:
    if room(path) in LAZY:
        return
    late = [name for name, inside in imports(path) if inside]
    assert not late, f"{path.relative_to(PACKAGE)} imports {late} inside a function"


@pytest.mark.parametrize("path", [p for p in files() if room(p) in CORE], ids=lambda p: str(p.relative_to(PACKAGE)))
def test_the_core_touches_no_file_and_no_network(path: Path) -> None:
    for name, _ in imports(path):
        parts = name.split(".")
        assert not EDGE_LIBRARIES & {parts[0], ".".join(parts[:2])}, f"{path.relative_to(PACKAGE)} imports {name}"
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            assert called not in FILE_CALLS, f"{path.relative_to(PACKAGE)}:{node.lineno} calls {called}"


def test_no_cycle_between_modules() -> None:
    known = {module_name(p) for p in files()}
    graph = {module_name(p): {n for n, inside in imports(p) if n in known and not inside} for p in files()}
    graph.pop("earthprice")
    for name, needs in graph.items():
        needs -= {"earthprice", name}
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(f"modules import each other: {error.args[1]}")


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(("earthprice", *(p for p in parts if p != "__init__")))


def test_rooms_have_no_cycle() -> None:
    assert list(TopologicalSorter(MAY_IMPORT).static_order())[0] == "caps"


def test_what_is_imported_is_declared_and_the_reverse() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = (project["optional-dependencies"][name] for name in ("dask", "explore", "word"))
    declared = {d.split(">")[0] for d in chain(project["dependencies"], *extras)}
    names = {IMPORT_NAMES.get(d, d) for d in declared - BEHIND}
    used = {n.split(".")[0] for p in files() for n, _ in imports(p)} - set(sys.stdlib_module_names) - {"earthprice"}
    with_parents = {"pydantic_core": "pydantic", "markupsafe": "jinja2"}
    assert {with_parents.get(u, u) for u in used} == names


def test_files_and_functions_stay_small() -> None:
    for path in files():
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") <= 400, f"{path.relative_to(PACKAGE)} is too long: is a noun missing?"
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                assert lines <= 60, f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name} has {lines} lines"
