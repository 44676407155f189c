"""Launcher of the installed package."""
