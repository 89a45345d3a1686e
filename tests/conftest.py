"""Pure tests: no Frappe, no site, no clock. One seed for every property, so that a red run is red again."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

# Nothing is written into the checkout; what a run learned is in its seed.
set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "cs-center-hypothesis")

settings.register_profile(
	"cs_center",
	deadline=None,
	derandomize=True,
	max_examples=100,
	suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("thorough", parent=settings.get_profile("cs_center"), max_examples=2000)
settings.load_profile("cs_center")
