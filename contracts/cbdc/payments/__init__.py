"""Payments: transfers, batches, and money from and to banks."""
