from cs_center.cs_center.row_of_document import RowOfDocument


class CSComplaintRootCause(RowOfDocument):
	"""A cause that an investigation found, with its evidence. Checked by the complaint."""
