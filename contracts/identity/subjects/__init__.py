"""Subjects: registration, keys, and recovery of lost ones."""
