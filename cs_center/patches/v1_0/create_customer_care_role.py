from cs_center.setup.roles import create_roles


def execute():
	"""Before the DocTypes are synced, for the same reason as the role of the departments."""
	create_roles()
