"""Pure cryptography of identity; no state."""
