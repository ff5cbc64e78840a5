"""A shipping kit of its own: the carriers' numbers, labels and words, knowing nothing of who uses it."""
