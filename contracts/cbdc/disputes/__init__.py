"""Disputes of payments."""
