"""When each e-mail leaves: not in quiet hours, not outside the shift, and not as one of many.

The first mail to somebody leaves at once; those that follow within the digest's minutes wait for the end of that time
and leave as one. Urgent mails pass all of this. Production plans its deliveries by the same rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from cs_center.domain.calendar import ServiceCalendar
from cs_center.domain.quiet_hours import release

from .escalation_tally import Mail
from .people import Habits, People


def departures(
	mails: Iterable[Mail], people: People, calendars: Mapping[str, ServiceCalendar]
) -> dict[str, list[datetime]]:
	"""For each user the instants at which a mail reaches them, in order; a digest counts once."""
	by_user: dict[str, list[Mail]] = defaultdict(list)
	for mail in mails:
		by_user[mail.user].append(mail)
	return {
		user: sorted(_leaving(sorted(by_user[user]), people.habits_of(user), calendars))
		for user in sorted(by_user)
	}


def _leaving(
	mails: Sequence[Mail], habits: Habits, calendars: Mapping[str, ServiceCalendar]
) -> Iterator[datetime]:
	quiet, shift = calendars.get(habits.quiet_calendar), calendars.get(habits.shift_calendar)
	last: datetime | None = None
	for mail in mails:
		if mail.is_urgent:
			yield mail.at
			continue
		at = release(mail.at, quiet, shift).at
		if last is not None and abs(last - at) < habits.digest:
			if last >= at:
				continue  # it joins what is still to leave
			at = release(last + habits.digest, quiet, shift).at
		last = at
		yield at
