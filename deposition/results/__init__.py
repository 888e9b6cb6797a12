"""Files of a results folder: written and read without the solver."""
