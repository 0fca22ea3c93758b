"""Openings of cameras as they happen."""
