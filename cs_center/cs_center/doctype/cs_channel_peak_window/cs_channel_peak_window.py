from cs_center.cs_center.row_of_document import RowOfDocument


class CSChannelPeakWindow(RowOfDocument):
	"""A time of day in which a channel needs a least number of agents. Checked by the channel."""
