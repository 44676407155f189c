"""Offline payments: devices, what they sign, and their misuse."""
