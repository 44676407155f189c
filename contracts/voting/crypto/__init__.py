"""Pure cryptography of voting; no state."""
