"""Comparison of several results, and the report."""
