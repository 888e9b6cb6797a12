"""Times, memory and growth of cost of the simulator, and of peers on the same meshes."""
