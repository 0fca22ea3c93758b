"""The facts of a Windows machine."""
