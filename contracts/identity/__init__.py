"""Identity: attestations, requests, consent and sign-on reuse, without personal data."""
