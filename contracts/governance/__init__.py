"""Governance: which agencies exist, who acts for them, and what their votes decide."""
