"""Complaints for citizens and agencies: content, receipts and the nodes that keep content."""
