"""The digital baht for programs. Amounts are satang."""
