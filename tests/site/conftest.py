"""Lets the harness's tests import its modules by name, as `python3 tests/site` does."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
