"""Incoming mail: messages as the world sends them, each with its right answer or its right queue."""
