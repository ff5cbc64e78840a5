"""What we write to people, in their language."""
