"""Parcels followed: what carriers and people report, and what follows from it."""
