"""Facts from this machine: the only code that touches the operating system."""
