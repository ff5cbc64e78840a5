"""Speed and memory, each as a ratio to a floor: the least program that does the same work, taken in the same run."""
