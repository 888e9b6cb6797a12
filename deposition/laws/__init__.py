"""Physical laws: one small class or function each, with its formula, units and source."""
