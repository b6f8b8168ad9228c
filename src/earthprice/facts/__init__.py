"""Facts: the edge in. Tables with unit, date, source and grade on every number."""
