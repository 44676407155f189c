"""Bugs planted into the engine; the simulator must find each of them."""
