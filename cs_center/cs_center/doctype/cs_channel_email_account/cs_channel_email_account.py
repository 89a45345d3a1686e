from cs_center.cs_center.row_of_document import RowOfDocument


class CSChannelEmailAccount(RowOfDocument):
	"""One e-mail account whose tickets get the parent's channel."""
