"""Where Frappe is told about this app. Strings only: every dotted name below is resolved by a test."""

app_name = "cs_center"
app_title = "CS Center"
app_publisher = "CS Center contributors"
app_description = "Customer service centre management for Frappe Helpdesk"
app_email = "cs-center@example.com"
app_license = "MIT"
required_apps = ["frappe/helpdesk"]
