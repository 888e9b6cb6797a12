"""The cases: a Python file (formula, comparison) and its scenario each."""
