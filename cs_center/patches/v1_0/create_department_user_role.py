from cs_center.setup.roles import create_roles


def execute():
	"""Before the DocTypes are synced: Frappe would create the role, and nobody could tell that it came with the app."""
	create_roles()
