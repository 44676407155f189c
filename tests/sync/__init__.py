"""Law of block sync: honest peers, liars, and our own broken state."""
