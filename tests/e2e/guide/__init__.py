"""The operator's guide, run as it stands: every command is taken from the page."""
