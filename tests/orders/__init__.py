"""Due lists, files of them, orders and their dates."""
