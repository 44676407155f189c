"""Parameters of the networks that this repository knows."""
