from cs_center.cs_center.row_of_document import RowOfDocument


class CSComplaintCompensation(RowOfDocument):
	"""Something that makes a customer whole again, with its approval. Checked by the complaint."""
