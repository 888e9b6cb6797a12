"""Version of the program; packaging reads it here too, and CITATION.cff repeats it."""

VERSION = "0.2.0.dev0"
