"""Schedules: payments that repeat."""
