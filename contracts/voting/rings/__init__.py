"""Rings: members post one-time keys, and one of them, nobody knows which, signs for a ballot."""
