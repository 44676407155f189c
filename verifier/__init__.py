"""An independent verifier of elections: it shares no code with the ledger it checks."""
