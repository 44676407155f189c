"""The measurements' own arithmetic, and the vectors that the Go peer is tested against."""
