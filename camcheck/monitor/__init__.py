"""Watching over time: events, sessions of use, their history, and telling the person."""
