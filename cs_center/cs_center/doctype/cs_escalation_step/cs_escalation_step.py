from cs_center.cs_center.row_of_document import RowOfDocument


class CSEscalationStep(RowOfDocument):
	"""One step of an escalation policy: when it fires, who is told and how, what else is done. Checked by the policy."""
