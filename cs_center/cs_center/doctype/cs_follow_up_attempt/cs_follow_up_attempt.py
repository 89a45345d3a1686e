from cs_center.cs_center.row_of_document import RowOfDocument


class CSFollowUpAttempt(RowOfDocument):
	"""One attempt to reach the customer, also one that reached nobody."""
