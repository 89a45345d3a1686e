"""What is wrong with a purchase or with a file of purchases, in words that say what to do."""

from __future__ import annotations

from collections.abc import Callable

from frappe import _

from .purchase_values import Problem


def sentence(problem: Problem) -> str:
	"""One problem in the language of whoever asks. Plain text: escape it where it goes into a page."""
	return _SENTENCES[problem.code]().format(*problem.values)


def sentences(problems: list[Problem]) -> str:
	"""Several problems of one purchase, one after the other."""
	return " ".join(sentence(problem) for problem in problems)


# Functions, because nothing is translated while a module is read.
_SENTENCES: dict[str, Callable[[], str]] = {
	# the number
	"no_order_number": lambda: _("The order number is missing."),
	"long_order_number": lambda: _("The order number {0} is longer than 140 characters."),
	"shortened_order_number": lambda: _(
		"{0} is not the whole order number: a spreadsheet has shortened it. Format the column as text, enter the number again and save the file."
	),
	"taken": lambda: _("There is an order {0} already. Each order number can be recorded once."),
	"twice": lambda: _("The order number {0} is in row {1} already."),
	# the customer
	"no_customer": lambda: _("The customer is missing."),
	"unknown_customer": lambda: _("There is no customer {0}. Create the customer or correct the name."),
	"unknown_address": lambda: _(
		"No customer has a contact with the e-mail address {0}. Name the customer, or add the address to a contact."
	),
	"shared_address": lambda: _(
		"The e-mail address {0} belongs to contacts of several customers: {1}. Name the customer."
	),
	# the date
	"no_date": lambda: _("The date is missing."),
	"unreadable_date": lambda: _("{0} is not a date. Write it as 2026-03-31."),
	"ambiguous_date": lambda: _(
		"{0} does not say which number is the day and which the month. Write it as 2026-03-31."
	),
	"future_date": lambda: _("The date {0} is in the future. Correct it."),
	"early_date": lambda: _("The date {0} is before 1990. Correct it."),
	# amount and currency
	"no_amount": lambda: _("The amount is missing."),
	"unreadable_amount": lambda: _("{0} is not an amount. Write it as 1234.50."),
	"currency_sign": lambda: _(
		"{0} has a currency sign. Write the amount as 1234.50, and the currency in its own column."
	),
	"negative_amount": lambda: _(
		"The amount {0} is below zero. Write it without the sign, and mark the row as a return if it is one."
	),
	"large_amount": lambda: _("{0} is too large a number. Correct it."),
	"fine_amount": lambda: _("{0} has more than {1} digits after the point. Round it."),
	"unknown_currency": lambda: _(
		"There is no currency {0}. Write its code of three letters, for example CNY."
	),
	"no_rate": lambda: _(
		"The exchange rate from {0} to {1} is missing. Enter what one {0} was worth in {1}."
	),
	"unreadable_rate": lambda: _("{0} is not an exchange rate. Write it as 7.1234."),
	"own_rate": lambda: _(
		"Amounts in {0} need no exchange rate, but {1} is given. Leave it out or correct the currency."
	),
	"long_channel": lambda: _("The shop or platform {0} is longer than 140 characters."),
	# returns
	"unreadable_return": lambda: _("{0} does not say whether this is a return. Write 1 or 0."),
	"no_return": lambda: _(
		"The row names the returned order {0} but is not marked as a return. Mark it, or leave the order out."
	),
	"returns_itself": lambda: _("{0} cannot be a return of itself. A return has an order number of its own."),
	"no_such_order": lambda: _("There is no order {0} to return. Record it first, or leave it out."),
	"bad_order": lambda: _(
		"The order {0} in row {1} has a problem, so its return cannot be recorded either."
	),
	"returns_return": lambda: _("{0} is a return itself. Name the order that was bought."),
	"order_of_another": lambda: _("The order {0} was bought by {1}. Correct the customer or the order."),
	"return_currency": lambda: _("The order {0} is in {1}. Enter its return in the same currency."),
	"large_return": lambda: _(
		"The order {0} came to {1}, but {2} would have been returned. Correct the amount or the order."
	),
	# the row
	"too_many_cells": lambda: _(
		"The row has more cells than the heading line. Put values with the separator {0} into quotation marks."
	),
}

_OF_FILES: dict[str, Callable[[], str]] = {
	"empty": lambda: _("The file is empty. It needs a heading line and a row for each order."),
	"no_rows": lambda: _("The file has a heading line but no rows. Attach the file with the orders."),
	"not_text": lambda: _(
		"The file is not a CSV file. Save it as CSV (UTF-8) in your spreadsheet and attach it again."
	),
	"unknown_encoding": lambda: _(
		"The file's characters cannot be read: it is neither UTF-8 nor GB18030. Save it as CSV (UTF-8) and attach it again."
	),
	"missing_columns": lambda: _("These columns are missing: {0}. The heading line was read as: {1}."),
	"repeated_column": lambda: _("The column {0} is there twice. Remove one of the two."),
	"broken_quotes": lambda: _(
		"The quotation marks in row {0} are wrong: one is missing, or one stands inside of a value and is not doubled. Nothing was imported."
	),
	"long_cell": lambda: _(
		"A value in row {0} is longer than {1} characters. A quotation mark may be missing there."
	),
}


def file_sentence(problem: Problem) -> str:
	"""Why a file as a whole is refused."""
	return _OF_FILES[problem.code]().format(*problem.values)
