"""A seeded demonstration: days of a shop's service run through the real hooks and the minute pass, then told.

``run`` changes data and moves the clock of its process, so it refuses any site that does not allow tests.
"""

from cs_center.demo.performance import run

__all__ = ["run"]
