"""What happens when the app comes to a site. ``setup.uninstall`` takes every step back."""

from cs_center.setup.custom_fields import create_fields
from cs_center.setup.form_script import install_script, update_script
from cs_center.setup.indexes import create_indexes
from cs_center.setup.roles import create_roles
from cs_center.setup.seeds import insert_seeds
from cs_center.setup.ticket_template import add_rows


def before_install():
	create_roles()


def after_install():
	"""Runs after the DocTypes exist and before fixtures, as Frappe orders it."""
	create_fields()
	create_indexes()
	add_rows()
	install_script()
	insert_seeds()
	import_existing_service_levels()


def after_migrate():
	"""Light: what a new version of the app added, nothing that an administrator may have changed since."""
	create_fields()
	create_indexes()
	update_script()
	insert_seeds()


def import_existing_service_levels():
	"""The site's Helpdesk SLAs become policies, so that nothing changes for tickets on the day of installation.

	Open tickets are adopted by a job after the installation is committed.
	"""
	from cs_center.services.service_levels import adoption_run
	from cs_center.services.service_levels.importing import import_helpdesk_service_levels

	import_helpdesk_service_levels()
	adoption_run.start()
