"""Elections: founded, given up, opened; the stage they are at."""
