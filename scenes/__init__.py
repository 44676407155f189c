"""Scenes on real processes, for the demonstration, measurements and end-to-end tests.

Nothing else imports them, and a wheel does not have them.
"""
