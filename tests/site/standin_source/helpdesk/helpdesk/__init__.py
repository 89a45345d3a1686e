"""Stand-in for Frappe Helpdesk 1.25.1 on the registry engine; written for CS Center's tests and local demo.

Made from the contract (`helpdesk_contract.json`) and from what was seen of a ticket's life on a running site.
It models nothing else: no mail is sent, no screens, no search, no knowledge base. On a real bench the same
tests run with the real app.
"""

__version__ = "1.25.1"
