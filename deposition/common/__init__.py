"""Constants, errors, units and files: what every other room may use."""
