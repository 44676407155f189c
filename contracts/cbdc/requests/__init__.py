"""Requests of merchants, and refunds of payments."""
