"""The law of identity."""
