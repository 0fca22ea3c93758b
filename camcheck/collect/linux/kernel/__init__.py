"""What the kernel offers and Python does not wrap: calls, pseudo files, events, descriptors."""
