"""One network: what its page shows."""
