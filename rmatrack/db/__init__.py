"""What is remembered: tables, and the named questions about them."""
