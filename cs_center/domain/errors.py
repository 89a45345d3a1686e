"""Named errors of the domain. Each carries a code and its parameters, so that a screen can say it in any language."""

from __future__ import annotations

from typing import Any


class DomainError(ValueError):
	"""A value that the domain refuses. ``code`` names the reason, ``params`` hold what it is about."""

	code = "invalid"
	message = "Invalid value"

	def __init__(self, **params: Any) -> None:
		self.params = params
		super().__init__(self.message.format(**params))


class CalendarError(DomainError):
	"""Something is wrong with a service calendar or with a question asked of it."""


class UnknownZoneError(CalendarError):
	code = "unknown_zone"
	message = "Unknown time zone {zone!r}. Use a name of the IANA database, for example Asia/Shanghai."


class UnknownWeekdayError(CalendarError):
	code = "unknown_weekday"
	message = "Unknown weekday {weekday!r}. Use monday to sunday."


class BadTimeError(CalendarError):
	code = "bad_time"
	message = "{value!r} on {day} is not a time of day. Write HH:MM, from 00:00 to 24:00."


class EmptyWindowError(CalendarError):
	code = "empty_window"
	message = "The window {start}-{end} on {day} has no length. Give it an end after its start."


class OverlappingWindowsError(CalendarError):
	code = "overlapping_windows"
	message = "The windows {first} and {second} overlap. Join them or move one."


class DuplicateExceptionError(CalendarError):
	code = "duplicate_exception"
	message = "{date} has two exceptions. Keep one."


class BadExceptionError(CalendarError):
	code = "bad_exception"
	message = (
		"The exception on {date} must be either closed or have windows of its own, not both and not neither."
	)


class BadDateError(CalendarError):
	code = "bad_date"
	message = "{value!r} is not a usable date. Write YYYY-MM-DD, from 1900 to 2200."


class NeverOpenError(CalendarError):
	code = "never_open"
	message = "The calendar has no window at all. Add at least one."


class HorizonError(CalendarError):
	code = "horizon"
	message = "The calendar has no open time within {days} days after {after}. Add windows."


class OutOfRangeError(CalendarError):
	code = "out_of_range"
	message = "The question leads outside the years {first} to {last}, in which calendars are laid out."


class BadShapeError(CalendarError):
	code = "bad_shape"
	message = "{place} is not in the expected form: {wanted}."


class DuplicateWeekdayError(CalendarError):
	code = "duplicate_weekday"
	message = "{weekday} is given twice. Join its windows in one list."


class NaiveDatetimeError(CalendarError):
	code = "naive_datetime"
	message = "{value} has no time zone. Pass an aware datetime."


class InvertedSpanError(CalendarError):
	code = "inverted_span"
	message = "The end {end} is before the start {start}."


class NegativeAmountError(CalendarError):
	code = "negative_amount"
	message = "The amount {amount} must not be negative; days must be at least 1."


class PolicyError(DomainError):
	"""A service policy that cannot be used as written."""


class NoTargetsError(PolicyError):
	code = "no_targets"
	message = "The policy {policy!r} has no targets. Add at least one."


class BadTargetError(PolicyError):
	code = "bad_target"
	message = "The policy {policy!r} has a target ({metric}) that cannot be used: {reason}."


class DuplicateTargetError(PolicyError):
	code = "duplicate_target"
	message = "The policy {policy!r} has two targets for {metric} and priority {priority}. Keep one."


class DuplicateOrderError(PolicyError):
	code = "duplicate_order"
	message = (
		"The policies {first!r} and {second!r} have the same priority number {order}. Give each its own."
	)


class BadConditionError(PolicyError):
	code = "bad_condition"
	message = "The condition on {fact!r} cannot be used: {reason}."


class UnknownCalendarError(PolicyError):
	code = "unknown_calendar"
	message = "The policy {policy!r} names the calendar {calendar!r}, which is not there."
