from cs_center.cs_center.row_of_document import RowOfDocument


class CSRegulatorPackCategory(RowOfDocument):
	"""A category whose complaints carry the parent's pack, with everything below it."""
