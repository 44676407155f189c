"""Tokens: the registrars' keys, and the right to vote signed blindly."""
