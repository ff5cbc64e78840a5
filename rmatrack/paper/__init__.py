"""Drawing and reading back: values in, bytes out, in millimetres."""
