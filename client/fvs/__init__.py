"""Face verification for an FVS operator: their models, their thresholds, no pictures kept."""
