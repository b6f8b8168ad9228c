"""The synthetic assessment of the report, as a result holds it."""

from __future__ import annotations

from pathlib import Path

from tests.report.conftest import assessment, bare, figures  # noqa: F401


def everything(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path there."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
