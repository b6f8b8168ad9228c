"""Demonstrations: every mechanism of the model shown at work by a small experiment, beside the same without it."""
