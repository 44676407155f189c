"""Who is needed to try a service: agencies, officers, citizens of a development network."""
