from frappe import _

from cs_center.cs_center.computed_record import ComputedRecord


class CSCustomerErasure(ComputedRecord):
	"""That a customer was made anonymous: by whom and when, under which neutral name; never who it was."""

	def what_to_do_instead(self) -> str:
		return _(
			"The erasure {0} is the record of an act and stays. Make another customer anonymous from its profile."
		)
