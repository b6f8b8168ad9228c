"""The figures of the report: one function a figure, a table in, a chart out."""
