"""Noto Sans, cut down to the scripts we print; see OFL.txt and make.py."""
