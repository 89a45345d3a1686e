from cs_center.cs_center.row_of_document import RowOfDocument


class CSServicePolicyCondition(RowOfDocument):
	"""One row (fact, operator, value) of a policy. Checked by the policy."""
