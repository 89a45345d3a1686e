from cs_center.cs_center.row_of_document import RowOfDocument


class CSComplaintPhrase(RowOfDocument):
	"""Words that speak for a category, or against it, with their weight. Checked by the category."""
