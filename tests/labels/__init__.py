"""Labels: which carrier, which number, what reads back, what is held, and what a batch does when it is interrupted."""
