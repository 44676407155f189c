"""After the result: stars, appeals, reopening, withdrawal."""
