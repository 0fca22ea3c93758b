"""Notifications of camera use, who gets which: desktop, terminal, journal, the user's program."""
