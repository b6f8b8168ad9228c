"""The synthetic assessment of the report, as a result holds it."""

from tests.report.conftest import assessment, bare, figures  # noqa: F401
