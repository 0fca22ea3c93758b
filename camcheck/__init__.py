"""camcheck tells who holds the camera, whether its light tells the truth, and what is known bad."""

__version__ = "0.2.0"
