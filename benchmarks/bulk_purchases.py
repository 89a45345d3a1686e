"""A hundred thousand customers with a million purchases, made by the database itself in a minute; all of it goes again.

For scratch sites: it commits. Names begin with ``PREFIX``, order numbers too.
"""

from __future__ import annotations

import frappe

PREFIX = "Measured "
CUSTOMER, PROFILE, PURCHASE = "HD Customer", "CS Customer Profile", "CS Customer Purchase"
CHANGE, RUN = "CS Tier Change", "CS Tier Evaluation"
DAYS = 730
"""Purchases are spread over so many days before today: about half of them lie in a window of twelve months."""

AT_A_TIME = 100_000


def insert(customers: int, purchases: int) -> None:
	"""Customers by number; their purchases drawn with a seed, a twentieth of them returns."""
	frappe.db.sql(
		f"""insert into `tab{CUSTOMER}` (name, customer_name, creation, modified, owner, modified_by)
		select concat('{PREFIX}', lpad(seq, 7, '0')), concat('{PREFIX}', lpad(seq, 7, '0')), now(), now(),
			'Administrator', 'Administrator' from seq_1_to_{customers}"""
	)
	frappe.db.commit()
	for first in range(1, purchases + 1, AT_A_TIME):
		_insert_purchases(first, min(first + AT_A_TIME - 1, purchases), customers)
		frappe.db.commit()


def _insert_purchases(first: int, last: int, customers: int) -> None:
	"""Squared draws: few customers buy much, many buy little."""
	frappe.db.sql(
		f"""insert into `tab{PURCHASE}` (name, order_number, customer, purchased_on, is_return, amount, base_amount,
			currency, exchange_rate, creation, modified, owner, modified_by)
		select concat('{PREFIX}', seq), concat('{PREFIX}', seq),
			concat('{PREFIX}', lpad(1 + floor(pow(rand({first}), 2) * {customers}), 7, '0')),
			date_sub(curdate(), interval floor(rand({first} + 1) * {DAYS}) day),
			@back := (rand({first} + 2) < 0.05),
			@amount := round(10 + rand({first} + 3) * 2000, 2), if(@back, -@amount, @amount),
			'CNY', 1, now(), now(), 'Administrator', 'Administrator' from seq_{first}_to_{last}"""
	)


def remove() -> None:
	"""Everything that was measured, and the runs that it was measured with."""
	frappe.db.delete(RUN)
	for doctype, field in ((PURCHASE, "name"), (CHANGE, "customer"), (PROFILE, "name"), (CUSTOMER, "name")):
		frappe.db.sql(f"delete from `tab{doctype}` where {field} like '{PREFIX}%'")
		frappe.db.commit()


def reset() -> None:
	"""As on the first night: everybody has the base tier, nothing is known of anybody."""
	frappe.db.delete(RUN)
	frappe.db.sql(f"delete from `tab{CHANGE}` where customer like '{PREFIX}%'")
	frappe.db.sql(
		f"""update `tab{PROFILE}` set tier = 'Regular', earned_tier = 'Regular', tier_since = curdate(),
		below_since = null, spend = 0, orders = 0, tickets_pending = 0 where name like '{PREFIX}%'"""
	)
	frappe.db.commit()
