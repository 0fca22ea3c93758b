"""Who is told of a use of the camera, when, and how: desktop, terminal, journal, own programs."""
