"""Processes between the ledger and what citizens and agencies have; each stands on the client."""
