"""The repository's own rules, as failing tests."""
