"""An emulated USB webcam that the kernel's own uvcvideo driver binds to."""
