"""Runs: one law or many, in one draw or many, and who does them."""
