"""CS Center: a customer-service-centre management system on top of Frappe Helpdesk."""

__version__ = "0.1.0"
