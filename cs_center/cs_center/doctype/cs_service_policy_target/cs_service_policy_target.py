from cs_center.cs_center.row_of_document import RowOfDocument


class CSServicePolicyTarget(RowOfDocument):
	"""One promised time of a policy for a metric and a ticket priority. Checked by the policy."""
