"""The past: runs held against the record, and behaviour fitted to it."""
