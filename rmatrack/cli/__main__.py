"""`python -m rmatrack.cli`, where the script is not on the path."""

from rmatrack.cli import main

main()
