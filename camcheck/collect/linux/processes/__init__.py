"""The processes of a Linux machine, those that hide included."""
