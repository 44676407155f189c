"""Attestations: salted commitments that issuers make."""
