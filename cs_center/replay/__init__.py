"""The offline runner and its command line ``cs-center``: files in, files out. Imports the domain, never Frappe."""
