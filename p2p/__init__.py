"""Authenticated, bounded message transport between members."""
