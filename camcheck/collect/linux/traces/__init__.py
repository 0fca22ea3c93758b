"""What signatures ask for: start entries, files, digests."""
