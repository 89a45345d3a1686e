from cs_center.cs_center.row_of_document import RowOfDocument


class CSServiceCalendarWindow(RowOfDocument):
	"""One weekly window, "HH:MM" to "HH:MM" in the calendar's zone. Checked by the calendar."""
