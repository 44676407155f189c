"""Transfers of a case, and joint agencies."""
