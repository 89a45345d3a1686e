from cs_center.setup.seeds import insert_categories
from cs_center.setup.ticket_categories import link_categories


def execute():
	"""Tickets named their complaint category in free text; it becomes a link to the tree, which has to be there first."""
	insert_categories()
	link_categories()
