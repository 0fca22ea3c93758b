"""The facts of a Mac."""
