const CATEGORIES = "cs_center.api.complaint_categories.";

frappe.treeview_settings["CS Complaint Category"] = {
	breadcrumb: "CS Center",
	title: __("CS Complaint Category"),
	root_label: "CS Complaint Category",
	get_tree_root: false,
	get_tree_nodes: CATEGORIES + "children",
	add_tree_node: CATEGORIES + "add_child",
	fields: [
		{ fieldtype: "Data", fieldname: "category_name", label: __("Category", null, "CS Complaint Category"), reqd: 1 },
		{
			fieldtype: "Select",
			fieldname: "kind",
			label: __("Kind", null, "CS Complaint Category"),
			options: ["Complaint", "Enquiry"],
			default: "Complaint",
			description: __("A category below another one is of the same kind."),
		},
		{
			fieldtype: "Check",
			fieldname: "is_group",
			label: __("Has Categories Below", null, "CS Complaint Category"),
		},
	],

	// There are several categories of the first level; the tree's own root is none and stands for no name.
	onload(treeview) {
		treeview.root_value = "";
		treeview.make_tree();
	},

	// The kind stands on the first level: those below are of the same one.
	onrender(node) {
		if (node.is_root || !node.data) return;
		const is_on_first_level = node.parent_node?.is_root;
		if (is_on_first_level) mark(node, node.data.kind, "text-muted");
		if (!node.data.enabled) mark(node, "Disabled", "indicator-pill gray");
	},
};

function mark(node, word, look) {
	$("<span>").addClass(`ml-2 small ${look}`).text(__(word)).appendTo(node.$tree_link);
}
