from cs_center.cs_center.row_of_document import RowOfDocument


class CSComplaintRegulatorPack(RowOfDocument):
	"""A regulator's deadlines that a complaint carries, and why."""
