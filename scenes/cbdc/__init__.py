"""The digital baht in a town of two banks."""
