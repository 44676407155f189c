"""The law of the digital baht."""
