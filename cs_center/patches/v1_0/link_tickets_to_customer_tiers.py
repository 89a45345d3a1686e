from cs_center.setup.indexes import create_indexes
from cs_center.setup.seeds import insert_seeds
from cs_center.setup.ticket_template import add_rows
from cs_center.setup.ticket_tiers import link_tiers


def execute():
	"""Tickets named their customer's tier in free text; it becomes a link to the tiers, which have to be there first."""
	insert_seeds()
	link_tiers()
	create_indexes()
	add_rows()
