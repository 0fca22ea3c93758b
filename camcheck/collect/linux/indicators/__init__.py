"""What the user is shown: lights, their settings, shutters."""
