"""What the built wheel installs."""
