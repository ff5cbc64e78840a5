"""Work that goes on behind the pages: `Worker` runs what services have put in line, and what is due by the clock."""

from rmatrack.work.worker import Worker

__all__ = ["Worker"]
