"""Requests: a relying party asks, IdPs answer."""
