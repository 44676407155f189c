"""Money itself: balances and pools, limits, parameters, the supply equation."""
