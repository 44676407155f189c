"""Acts of authority: issue, licences, parameters, freezes, seizures."""
