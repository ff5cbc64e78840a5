"""The `rmatrack` command: the composition root that puts the floors together."""
