"""Upgrades: which version of each contract runs, and which follows it when."""
