from cs_center.cs_center.row_of_document import RowOfDocument


class CSComplaintStageChange(RowOfDocument):
	"""A stage of a complaint: when it was entered and left, by whom. Written by the services."""
