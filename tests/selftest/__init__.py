"""Tests of the self-test: rounds, pictures, and the light in a film."""
