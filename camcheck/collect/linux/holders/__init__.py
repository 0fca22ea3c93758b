"""Who has a reference to a camera, and what the drivers count."""
