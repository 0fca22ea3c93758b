"""Stored reports: written without private things, read as the hostile files that they can be."""
