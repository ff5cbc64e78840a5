"""The partner's desk: its home, due days, asking for devices and for time."""
