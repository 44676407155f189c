"""Real validators under payments and a seeded plan of strikes; `make chaos`."""
