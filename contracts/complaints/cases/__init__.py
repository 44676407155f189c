"""Cases: filed, and what anyone may ask of them."""
