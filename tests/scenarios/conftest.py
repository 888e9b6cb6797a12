"""Whole runs that the tests of a module share."""

from __future__ import annotations

import pytest
from helpers.outcomes import Runs, Summaries


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """The results folders of whole runs of shipped scenarios."""
    return Runs(tmp_path_factory.mktemp("outcomes"))


@pytest.fixture(scope="module")
def summaries(results: Runs) -> Summaries:
    """What each summary says."""
    return Summaries(results)
