"""The stand-in's DocTypes say what the contract says; the contract check sees every kind of difference."""

import copy
import json

import contract
import paths
import pytest
import standin


class Row(dict):
	"""A row as `frappe.get_all` returns it: fields are also attributes."""

	__getattr__ = dict.get


def as_read_from_site(document: dict) -> dict:
	"""Turn a DocType file into what the contract check reads from a site that has synced it."""
	fields = [Row(field) for field in document["fields"]]
	permissions = [
		Row({right: row.get(right) for right in ("role", "read", "write", "create", "delete")})
		for row in document["permissions"]
	]
	return {
		"autoname": document["autoname"] or None,
		"child_table": bool(document["istable"]),
		"single": bool(document["issingle"]),
		"fields": {field.fieldname: contract.field_facts(field) for field in fields},
		"roles": contract.role_facts(permissions),
	}


def generated_doctypes() -> dict[str, dict]:
	facts = standin.read_contract()
	flags = json.loads(paths.FLAGS.read_text())["doctypes"]
	return {
		name: as_read_from_site(standin.doctype_json(name, doctype, flags.get(name, {})))
		for name, doctype in facts["doctypes"].items()
	}


def test_generated_doctypes_equal_the_contract():
	facts = standin.read_contract()
	facts["records_after_install"] = {}
	assert contract.compare(facts, generated_doctypes(), {}) == (len(facts["doctypes"]), {})


def test_flags_name_only_fields_of_the_contract():
	facts = standin.read_contract()["doctypes"]
	for name, flags in json.loads(paths.FLAGS.read_text())["doctypes"].items():
		assert flags.get("fields", {}).keys() <= facts[name]["fields"].keys(), name


def test_child_tables_named_only_by_options_are_made():
	described = standin.described_doctypes(standin.read_contract())
	assert described["HD Comment Reaction"]["child_table"] is True


@pytest.mark.parametrize(
	("change", "message"),
	[
		(lambda doctype: doctype.update(autoname="hash"), "autoname: contract '.####', site 'hash'"),
		(lambda doctype: doctype["fields"].pop("sla"), "field sla: missing on the site"),
		(lambda doctype: doctype["fields"].update(extra=["Data", ""]), "field extra: not in the contract"),
		(
			lambda doctype: doctype["fields"].update(subject=["Text", ""]),
			"field subject: contract ['Data', ''], site ['Text', '']",
		),
		(lambda doctype: doctype["roles"].update(Agent="r---"), "role Agent: contract 'rwcd', site 'r---'"),
	],
)
def test_each_kind_of_difference_is_reported(change, message):
	facts = standin.read_contract()
	site = copy.deepcopy(generated_doctypes())
	change(site["HD Ticket"])
	assert contract.compare_doctype(facts["doctypes"]["HD Ticket"], site["HD Ticket"]) == [message]


def test_missing_doctype_and_records_are_reported():
	facts = {"doctypes": {"HD New": {}}, "records_after_install": {"Role": ["Agent", "Porter"]}}
	checked, different = contract.compare(facts, {}, {"Role": {"Agent": {"name": "Agent"}}})
	assert checked == 2
	assert different == {
		"HD New": ["the site has no such DocType"],
		"records of Role": ["Porter: missing on the site"],
	}


def test_record_with_another_value_is_reported():
	expected = [{"name": "Closed", "category": "Resolved", "label_customer": None}]
	site = {"Closed": {"name": "Closed", "category": "Open", "label_customer": ""}}
	message = "Closed.category: contract 'Resolved', site 'Open'"
	assert contract.compare_records(expected, site) == [message]
