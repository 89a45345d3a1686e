import re

import frappe
from frappe import _
from frappe.utils.nestedset import NestedSet

from cs_center.cs_center.doctype.cs_complaint_category import category_place, category_use
from cs_center.cs_center.doctype.cs_complaint_category.phrase_checks import check_phrases
from cs_center.services.complaints import categories

POLICIES = {"ticket_policy": "Ticket", "complaint_policy": "Complaint"}
"""Field -> what its policy has to apply to."""


class CSComplaintCategory(NestedSet):
	"""What a complaint or an enquiry is about: a node of a tree, and what is done about it."""

	nsm_parent_field = "parent_complaint_category"

	def before_insert(self):
		self.category_name = check_name(self.category_name)
		if frappe.db.exists(self.doctype, {"category_name": self.category_name}):
			frappe.throw(
				_("There is a category {0} already. Choose another name, or use that one.").format(
					frappe.bold(self.category_name)
				),
				frappe.DuplicateEntryError,
			)

	def validate(self):
		self.set_code()
		category_place.check_parent(self)
		self.set_kind()
		check_phrases(self)
		for field, subject in POLICIES.items():
			self.check_policy(field, subject)

	def on_update(self):
		super().on_update()
		category_place.mark_parent_as_group(self)
		category_place.spread_kind(self)
		forget_now_and_when_committed()

	def on_trash(self, allow_root_deletion=True):
		category_use.refuse_deletion(self)
		super().on_trash(allow_root_deletion)
		forget_now_and_when_committed()

	def before_rename(self, old, new, merge=False):
		new = check_name(new)
		if merge:
			category_place.check_merge(self, new)
		super().before_rename(old, new, merge)
		return {"new": new}

	def after_rename(self, old, new, merge=False):
		super().after_rename(old, new, merge)
		forget_now_and_when_committed()

	def set_code(self):
		"""As typed, in capitals; made from the name when empty."""
		self.code = (self.code or "").strip().upper() or self.free_code()
		if not re.fullmatch(r"[A-Z0-9_]+", self.code):
			frappe.throw(
				_(
					"The code {0} may have capital letters, digits and underscores only, for example {1}. Change it."
				).format(frappe.bold(self.code), "LATE_DELIVERY")
			)
		other = frappe.db.get_value(self.doctype, {"code": self.code, "name": ["!=", self.name]})
		if other:
			frappe.throw(
				_("The code {0} belongs to the category {1}. Choose another one.").format(
					frappe.bold(self.code), frappe.bold(other)
				),
				frappe.DuplicateEntryError,
			)

	def free_code(self) -> str:
		"""LATE_DELIVERY of "Late delivery"; a number is added to one that is taken, a Chinese name has no letters to use."""
		wanted = re.sub(r"[^A-Z0-9]+", "_", self.category_name.upper()).strip("_") or "CATEGORY"
		code, number = wanted, 1
		while frappe.db.exists(self.doctype, {"code": code}):
			number += 1
			code = f"{wanted}_{number}"
		return code

	def set_kind(self):
		"""Below another category it is of that one's kind; complaints keep the kind that they were filed under."""
		parent = self.parent_complaint_category
		self.kind = (
			frappe.db.get_value(self.doctype, parent, "kind") if parent else self.kind
		) or "Complaint"
		before = self.get_doc_before_save()
		if before and before.kind != self.kind:
			category_use.refuse_change_of_kind(self)

	def check_policy(self, field: str, subject: str):
		policy = self.get(field)
		if not policy or not self.has_value_changed(field):
			return
		if frappe.db.get_value("CS Service Policy", policy, "applies_to") != subject:
			frappe.throw(
				_("{0}: the policy {1} is not one for this. Choose a policy that applies to: {2}.").format(
					_(self.meta.get_label(field), context=self.doctype), frappe.bold(policy), _(subject)
				)
			)


def check_name(name: str | None) -> str:
	"""The name without spaces around it; refused with a "/", by which paths of categories are written."""
	name = " ".join((name or "").split())
	if "/" in name:
		frappe.throw(
			_(
				"The name {0} has a slash, which stands between a category and the one above it. Leave it out."
			).format(frappe.bold(name))
		)
	return name


def forget_now_and_when_committed():
	"""Another request may read the tree between this change and its commit."""
	categories.forget()
	frappe.db.after_commit.add(categories.forget)
