"""Scenarios: what is simulated, checked whole before anything is solved."""

from deposition.scenario.films import NO_FILM, FilmTable
from deposition.scenario.schema import Scenario
from deposition.scenario.sei import Film

__all__ = ["NO_FILM", "Film", "FilmTable", "Scenario"]
