"""Delegation and guardianship."""
