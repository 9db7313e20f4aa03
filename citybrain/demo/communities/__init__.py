"""Files of townships and communities: grids and their workers, premises, checkpoints."""
