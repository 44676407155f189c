"""Complaints of Bangkok, from filing to result."""
