"""The central bank's digital baht: issue, redeem, transfer."""
