"""Identity: a citizen is proofed once and signed on everywhere."""
