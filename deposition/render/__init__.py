"""Pictures of snapshots and results; matplotlib in 2D, PyVista off-screen in 3D."""
