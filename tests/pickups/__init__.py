"""Visits of carriers: booked, moved, called off, phoned."""
