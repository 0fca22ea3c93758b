"""What the desktop sessions know: PipeWire, the camera icon, who sits there."""
