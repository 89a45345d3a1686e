"""Handler on every DocType: something that policies name got another name."""

from cs_center.services.service_levels import memory


def after_rename(doc, method=None, old=None, new=None, merge=False):
	"""Frappe writes the new name into the policies' rows, but leaves their time stamp, by which they are remembered."""
	if doc.doctype in memory.NAMED_BY_DEFINITIONS:
		memory.mark_as_changed()
