"""The holder's work on a case, and its contents."""
