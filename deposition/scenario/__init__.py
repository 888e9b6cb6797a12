"""Scenarios: all settings of a run, validated as a whole before the run."""

from deposition.scenario.schema import Scenario
from deposition.scenario.sei import Film
from deposition.sei.film_library import NO_FILM
from deposition.sei.film_table import FilmTable

__all__ = ["NO_FILM", "Film", "FilmTable", "Scenario"]
