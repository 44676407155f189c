"""The retail digital currency of the central bank."""
