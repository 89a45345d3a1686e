"""Times of a log: the fast way reads what strptime reads, and nothing else."""

from __future__ import annotations

from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cs_center.replay.errors import RowError
from cs_center.replay.log_times import time_reader

ROME = ZoneInfo("Europe/Rome")
FORMS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S.%f", "%Y.%m.%dT%H:%M:%S", "%d/%m/%Y %H:%M")


@given(
	moment=st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(lambda found: found.replace(fold=0)),
	form=st.sampled_from(FORMS),
)
def test_every_form_reads_what_strftime_wrote(moment, form):
	text = moment.strftime(form)
	wanted = datetime.strptime(text, form).replace(tzinfo=ROME).astimezone(timezone.utc)
	assert time_reader(form, ROME)(text) == wanted


@given(
	text=st.text("0123456789/-.: TWZ+", min_size=15, max_size=28),
	form=st.sampled_from(FORMS),
)
def test_fast_way_refuses_what_strptime_refuses(text, form):
	try:
		wanted = datetime.strptime(text, form).replace(tzinfo=ROME)
		assume(1900 < wanted.year < 2200)
	except ValueError:
		with pytest.raises(RowError):
			time_reader(form, ROME)(text)
	else:
		assert time_reader(form, ROME)(text) == wanted


@pytest.mark.parametrize(
	"text",
	[
		"2012-10-09T14:50:17",
		"2012/10-09 14:50:17.0",
		"2012-W41-2T14:50:17",
		"2012/10/09 14:50:17",
		"2012/13/09 14:50:17.000",
		"",
	],
)
def test_time_of_another_form_is_refused_with_the_form(text):
	with pytest.raises(RowError, match=r"does not have the form '%Y/%m/%d %H:%M:%S\.%f'"):
		time_reader("%Y/%m/%d %H:%M:%S.%f", ROME)(text)


@pytest.mark.parametrize(
	("text", "wanted"),
	[
		("2012-10-28 02:30:00", "2012-10-28T00:30:00+00:00"),
		("2012-03-25 02:30:00", "2012-03-25T01:30:00+00:00"),
		("2012-07-01 12:00:00", "2012-07-01T10:00:00+00:00"),
	],
	ids=["repeated: first pass", "skipped: counts on with the offset before the gap", "summer"],
)
def test_local_times_around_a_change_of_the_clocks(text, wanted):
	assert time_reader("%Y-%m-%d %H:%M:%S", ROME)(text).isoformat() == wanted


@pytest.mark.parametrize("text", ["2012-07-01T12:00:00Z", "2012-07-01T14:00:00+02:00", "2012-07-01T14:00:00"])
def test_iso_times_with_and_without_offset(text):
	assert time_reader("iso", ROME)(text).isoformat() == "2012-07-01T12:00:00+00:00"


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59", "0001-01-01T00:00:00", "2200-01-01T00:00:00"])
def test_time_that_no_calendar_covers_is_refused(text):
	with pytest.raises(RowError, match="lies outside the years 1901 to 2199"):
		time_reader("iso", ZoneInfo("America/New_York"))(text)
