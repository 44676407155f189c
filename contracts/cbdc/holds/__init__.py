"""Holds: money set aside until it is captured or released."""
