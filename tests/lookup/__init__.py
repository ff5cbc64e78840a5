"""Finding orders by whatever a caller knows."""
