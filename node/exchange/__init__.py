"""Questions and answers between members: what block sync and the content store share."""
