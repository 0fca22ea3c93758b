"""Honest machines as people reported them, who imitates them, and what camcheck says of both."""
