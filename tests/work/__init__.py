"""Background work: in line with the deed that asks, run once, and none the worse for a crash."""
