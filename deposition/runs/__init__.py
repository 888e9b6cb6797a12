"""From a scenario to a results folder."""
