"""Reports of many machines as a Parquet data set, and questions over it (docs/fleet.md)."""
