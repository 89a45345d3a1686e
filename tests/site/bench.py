"""The local bench under `.local/bench`: its layout, commands on its sites, sites made from a cached dump."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from pathlib import Path

import debian
import engine
import paths
import services
import standin
from console import HarnessError, run_logged

BASE_SITE = "base.localhost"
TEST_SITE = "test.localhost"
DEMO_SITE = "demo.localhost"
KILL_SITE = "kill.localhost"
STANDIN_APPS = ("telephony", "helpdesk")
ADMIN_PASSWORD = "admin"
# The charter site of the tests: an e-commerce service centre in China.
WIZARD = {
	"language": "English",
	"country": "China",
	"timezone": "Asia/Shanghai",
	"currency": "CNY",
	"email": "owner@example.com",
	"full_name": "Site Owner",
	"password": secrets.token_urlsafe(12),
}
SITE_SETTINGS = {
	"allow_tests": True,
	"developer_mode": 0,
	"server_script_enabled": 0,
	# Mails are made and kept in the queue, from an account that no record of a test can take away.
	"mute_emails": 1,
	"mail_server": "localhost",
	"auto_email_id": "support@example.com",
	"disable_mail_smtp_authentication": 1,
	"pause_scheduler": 1,
	"host_name": "http://localhost",
	# Fernet key for encrypted fields: tests only.
	"encryption_key": "Y3MtY2VudGVyLWxvY2FsLXRlc3RzLW9ubHktMDAwMDA=",
}


def lay_out() -> None:
	"""Write the bench's own files: its apps, and where MariaDB and Redis answer today."""
	paths.SITES.mkdir(parents=True, exist_ok=True)
	_write_asset_list()
	(paths.BENCH / "logs").mkdir(exist_ok=True)
	(paths.SITES / "apps.txt").write_text("\n".join(["frappe", *STANDIN_APPS, paths.APP]) + "\n")
	redis = f"redis://{services.HOST}:{services.port('redis')}"
	common = {
		"db_host": services.HOST,
		"db_port": services.port("mariadb"),
		"redis_cache": redis,
		"redis_queue": redis,
		"redis_socketio": redis,
		"webserver_port": services.port("web"),
		"root_login": "root",
		"root_password": services.ROOT_PASSWORD,
	}
	(paths.SITES / "common_site_config.json").write_text(json.dumps(common, indent=1) + "\n")


def _write_asset_list() -> None:
	"""Say that no JavaScript or CSS is built: Frappe looks for the list when it writes an e-mail."""
	assets = paths.SITES / "assets"
	assets.mkdir(exist_ok=True)
	for name in ("assets.json", "assets-rtl.json"):
		(assets / name).write_text("{}\n")


def frappe_command(site: str, *arguments: str | Path) -> list[str | Path]:
	"""Return the command line that bench itself would run in the sites folder."""
	return [engine.python(), "-m", "frappe.utils.bench_helper", "frappe", "--site", site, *arguments]


def environment() -> dict[str, str]:
	"""Return what frappe's commands need: the client programs on the path, no settings of another bench."""
	programs = {str(path.parent) for path in debian.find_programs().values()}
	clean = {name: "" for name in os.environ if name.startswith("FRAPPE_")}
	search = os.pathsep.join([*sorted(programs), os.environ.get("PATH", "")])
	return {**clean, **debian.library_path(), "PATH": search, "PYTHONWARNINGS": "ignore"}


def run_frappe(site: str, *arguments: str | Path, log: str) -> None:
	"""Run one of frappe's commands on a site, its output in `.local/logs/<log>.log`."""
	run_logged(frappe_command(site, *arguments), log, cwd=paths.SITES, env=environment())


def base_dump() -> Path:
	"""Return a dump of a site with frappe and the stand-in, made once for each version of both."""
	key = base_key()
	dump = paths.DUMPS / f"base-{key}.sql"
	if dump.exists():
		return dump
	drop_site(BASE_SITE)
	_create_base_site()
	paths.DUMPS.mkdir(parents=True, exist_ok=True)
	unfinished = dump.with_suffix(".part")
	_dump_database(_database(BASE_SITE), unfinished)
	unfinished.rename(dump)
	drop_site(BASE_SITE)
	return dump


def base_key() -> str:
	"""Return a hash over the engine, the stand-in and this module."""
	engine_key = paths.fingerprint([Path(engine.__file__), Path(__file__)])
	return f"{engine_key}-{standin.source_key()}"


def _create_base_site() -> None:
	new_site = ["new-site", BASE_SITE, "--no-mariadb-socket", "--force"]
	root = ["--db-root-username", "root", "--db-root-password", services.ROOT_PASSWORD]
	# new-site takes its name as an argument, not from --site.
	command = [engine.python(), "-m", "frappe.utils.bench_helper", "frappe", *new_site, *root]
	command += ["--admin-password", ADMIN_PASSWORD, "--install-app", "helpdesk"]
	run_logged(command, "base-site", cwd=paths.SITES, env=environment())
	wizard = "frappe.desk.page.setup_wizard.setup_wizard.setup_complete"
	run_frappe(BASE_SITE, "execute", wizard, "--kwargs", json.dumps({"args": WIZARD}), log="base-wizard")


def restore_site(site: str) -> None:
	"""Make `site` anew from the base dump: frappe and the stand-in installed, the app not yet.

	The database gets a new name each time: Frappe prefixes its keys in Redis with it, so nothing that an
	earlier site of the same name left in the cache can be read.
	"""
	_fill_site(site, base_dump(), SITE_SETTINGS)


def copy_site(source: str, target: str) -> None:
	"""Make `target` anew as a copy of a fresh site: its database and settings, under a database name of its own."""
	dump = paths.DUMPS / f"{source}.sql"
	_dump_database(_database(source), dump)
	_fill_site(target, dump, _settings(source))
	dump.unlink()


def _fill_site(site: str, dump: Path, settings: dict) -> None:
	drop_site(site)
	database, password = f"cs_{secrets.token_hex(6)}", secrets.token_hex(12)
	account = f"'{database}'@'{services.HOST}'"
	_sql(
		f"CREATE DATABASE `{database}`; CREATE USER {account} IDENTIFIED BY '{password}';"
		f"GRANT ALL PRIVILEGES ON `{database}`.* TO {account};"
	)
	run_logged(_client("mysql", database), "restore", env=environment(), stdin=dump)
	folder = paths.SITES / site
	for name in ("private/files", "private/backups", "public/files", "locks", "logs"):
		(folder / name).mkdir(parents=True, exist_ok=True)
	config = {**settings, "db_name": database, "db_password": password}
	(folder / "site_config.json").write_text(json.dumps(config, indent=1) + "\n")


def install_app(site: str) -> None:
	"""Install the app under test on a restored site."""
	run_frappe(site, "install-app", paths.APP, log=f"install-{site}")


def drop_site(site: str) -> None:
	"""Remove a site of this local bench with its database and its files."""
	folder = paths.SITES / site
	if not folder.exists():
		return
	if (folder / "site_config.json").exists():
		database = _database(site)
		_sql(f"DROP DATABASE IF EXISTS `{database}`; DROP USER IF EXISTS '{database}'@'{services.HOST}';")
	shutil.rmtree(folder)


def side_sites(site: str, number: int) -> list[str]:
	"""Return `site` and the names of those made like it: test.localhost, test-2.localhost ..."""
	stem, dot, domain = site.partition(".")
	return [site, *(f"{stem}-{count}{dot}{domain}" for count in range(2, number + 1))]


def site_exists(site: str) -> bool:
	"""Say whether the local bench has this site."""
	return (paths.SITES / site / "site_config.json").exists()


def _database(site: str) -> str:
	name = _settings(site).get("db_name")
	if not name:
		raise HarnessError(f"Site {site} names no database. Run `make clean` and try again.")
	return name


def _settings(site: str) -> dict:
	return json.loads((paths.SITES / site / "site_config.json").read_text())


def _client(program: str, *arguments: str) -> list[str]:
	path = debian.find_programs()[program]
	login = ["--protocol=tcp", f"--host={services.HOST}", f"--port={services.port('mariadb')}"]
	return [str(path), "--no-defaults", *login, "--user=root", *_password(), *arguments]


def _password() -> list[str]:
	return [f"--password={services.ROOT_PASSWORD}"]


def _sql(statements: str) -> None:
	run_logged(_client("mysql", "--execute", statements), "mysql", env=environment())


def _dump_database(database: str, target: Path) -> None:
	options = ["--single-transaction", "--quick", "--no-tablespaces", "--extended-insert"]
	run_logged(_client("mysqldump", *options, database), "mysqldump", env=environment(), stdout=target)
