from cs_center.cs_center.row_of_document import RowOfDocument


class CSServiceCalendarException(RowOfDocument):
	"""One date that is closed or has windows of its own. Checked by the calendar."""
