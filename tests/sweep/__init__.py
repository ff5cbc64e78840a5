"""Promises about the sweep: every reminder once, on its day, and none that no longer holds."""
