"""End to end: real validator processes on loopback."""
