"""What `sapha cbdc` does. Amounts are baht with at most two decimals, or --satang."""
