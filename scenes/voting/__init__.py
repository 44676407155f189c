"""A secret ballot: citizens, registrars, trustees, and everybody who checks."""
