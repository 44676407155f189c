"""What scenes share: the cast, stories with their promises, calls, and loads of transactions."""
