"""Cells, scenarios and results that the tests share."""
