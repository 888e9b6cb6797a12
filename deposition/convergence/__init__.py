"""Error bars of the numbers of a run, from runs with a finer mesh and with shorter time steps."""
