"""Why a webhook address is refused, and what to do. The address itself is a secret: only its host is named."""

from frappe import _, bold
from frappe.utils import escape_html

from cs_center.integrations import web_addresses


def explain_refused_address(code: str, host: str) -> str:
	"""A sentence for a code of ``AddressRefused``."""
	place = bold(escape_html(host or _("(empty)")))
	if code == web_addresses.NOT_HTTPS:
		return _(
			"The webhook address is not encrypted. Use its https:// address, or allow private addresses in CS Center Settings if it stands in your own network."
		)
	if code == web_addresses.HAS_CREDENTIALS:
		return _(
			"The webhook address holds a user name or a password before the host. Leave them out; use the secret for the signature."
		)
	if code == web_addresses.UNKNOWN_HOST:
		return _(
			"The host {0} of the webhook address was not found. Correct it, or see whether this server can look names up."
		).format(place)
	if code == web_addresses.PRIVATE_ADDRESS:
		return _(
			"The host {0} of the webhook address lies in a private network. Enter a public address, or allow private addresses in CS Center Settings."
		).format(place)
	return _("This is not a webhook address. Copy it from the group chat as a whole, from https:// on.")
