"""Sessions: a sign-on that is used again."""
