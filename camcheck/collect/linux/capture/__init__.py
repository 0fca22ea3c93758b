"""Whether pictures flow, by witnesses that need no opening of the camera."""
