"""What all features of voting share: the manifest, windows, the log."""
