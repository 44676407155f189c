"""Disputes of answers."""
