from cs_center.cs_center.row_of_document import RowOfDocument


class CSRegulatorClock(RowOfDocument):
	"""One deadline of a regulator: what starts it, what ends it, how long."""
