"""Watching over time: events, sessions of use, and notifications."""
