"""What the monitor has seen: one file that the monitor writes and everybody else reads."""
