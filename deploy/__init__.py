"""The kit of operators; the one program in it builds the Debian package."""
