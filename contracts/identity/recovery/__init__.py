"""Recovery of lost keys, and keys that are reported lost."""
