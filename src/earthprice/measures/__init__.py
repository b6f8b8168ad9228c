"""Measures: what a run means, as named series and as money."""
