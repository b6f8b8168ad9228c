"""The edge out: figures, tables and the page."""
