"""A package outside the program, as a laboratory would write it."""
