"""Law of snapshots: what is in them, who believes them, and what a store made of one is."""
