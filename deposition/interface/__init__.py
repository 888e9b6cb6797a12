"""Moving interface: from the current on each facet to the next cell."""
