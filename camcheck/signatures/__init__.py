"""Known-bad signatures: load, validate, match."""
