"""Cases split into parts, and merged."""
