"""DocTypes of the app that hold nothing of a customer, each with the reason and the texts and links that it has.

The fields stand here too: a new one has to be looked at before the test of the registry passes again.
"""

_STAFF = "About people who work here."
_SETTINGS = "What the centre decided for itself."
_OFFICIAL = "What a law or an authority says."

IMPERSONAL = {
	"CS Agent Profile": (
		_STAFF,
		"user agent_name department supervisor shift_calendar quiet_calendar fallback",
	),
	"CS Care Rule": (_SETTINGS, "title holiday_country holiday_name lowest_tier purpose team"),
	"CS Center Settings": (
		_SETTINGS,
		"default_calendar default_channel agent_channel api_channel alarm_role quiet_calendar default_company"
		" compensation_currency compensation_role major_report_role tier_currency contact_calendar adoption_position"
		" adoption_message",
	),
	"CS Channel": (
		_SETTINGS,
		"channel_name calendar hotline email_accounts greeting hold_words closing_words acknowledgement_text peak_windows",
	),
	"CS Channel Email Account": (_SETTINGS, "email_account"),
	"CS Channel Peak Window": (_SETTINGS, "start_time end_time"),
	"CS Complaint Category": (
		_SETTINGS,
		"category_name parent_complaint_category code description priority team department ticket_policy"
		" complaint_policy phrases old_parent",
	),
	"CS Complaint Phrase": (_SETTINGS, "phrase"),
	"CS Customer Erasure": (
		"The record of the act itself. What it was about stands in it, encrypted, only until it is done.",
		"customer requested_by step position sought left_over",
	),
	"CS Customer Tier": (_SETTINGS, "tier_name perks currency dedicated_agent team"),
	"CS Department": (_STAFF, "department_name description"),
	"CS Escalation Policy": (
		_SETTINGS,
		"title calendar previous_version family description conditions steps fallback_role fallback_user amended_from",
	),
	"CS Escalation Step": (
		_SETTINGS,
		"role user channel reassign_team raise_priority_to step_key",
	),
	"CS Notification Channel": (
		_SETTINGS,
		"channel_name webhook_url secret shown_address language quiet_calendar last_error",
	),
	"CS Regulator Clock": (_OFFICIAL, "title calendar source"),
	"CS Regulator Pack": (
		_OFFICIAL,
		"pack_name region checked_by caution source companies categories clocks",
	),
	"CS Regulator Pack Category": (_OFFICIAL, "category"),
	"CS Service Calendar": (
		_SETTINGS,
		"calendar_name time_zone imported_from description windows exceptions",
	),
	"CS Service Calendar Exception": (_SETTINGS, "windows description"),
	"CS Service Calendar Window": (_SETTINGS, "start_time end_time"),
	"CS Service Policy": (
		_SETTINGS,
		"title calendar previous_version family description conditions targets imported_from amended_from import_notes",
	),
	"CS Service Policy Target": (_SETTINGS, "ticket_priority"),
}
"""DocType -> (why it holds nothing of a customer, its texts, links, tables and attachments)."""
