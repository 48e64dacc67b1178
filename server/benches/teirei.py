"""The program under test: loading it, serving from it, and what its demonstration weighs."""

import json

from generate import TODAY, WEEK
from load import Request
from processes import Server, free_port, run_measured

BROWSER = {"Accept-Language": "ja", "Accept-Encoding": "gzip, deflate, br, zstd"}
PLAIN = {"Accept-Language": "ja"}


class Teirei:
    """The release build, with its databases below a folder."""

    def __init__(self, program, site, folder, data):
        self.program, self.folder, self.data = str(program), folder, data
        self.environment = {"TEIREI_SERVER__SITE": str(site), "TEIREI_LOG__FILTER": "warn"}

    def command(self, database, *words):
        return [self.program, "--database", f"sqlite:{database}", "--today", TODAY, *words]

    def run(self, database, *words, **settings):
        return run_measured(self.command(database, *words), environment=self.environment, **settings)

    def import_cost(self, name):
        """Imports the bill into a database of its own; answers the database and what it took."""
        database = self.folder / f"{name}.db"
        self.run(database, "catalog", "apply", self.data / "catalogue.toml")
        return database, self.run(database, "--json", "import", "cost", self.data / "focus.csv.gz")

    def import_the_rest(self, database):
        self.run(database, "import", "objectives", self.data / "objectives.yaml", self.data / "counts.csv")
        self.run(database, "import", "incidents", self.data / "incidents.csv")

    def server(self, name, database, remembers):
        port = free_port()
        environment = {**self.environment, "TEIREI_SERVER__CACHE": "on" if remembers else "off"}
        command = self.command(database, "serve", "--listen", f"127.0.0.1:{port}")
        return Served(Server(name, command, f"http://127.0.0.1:{port}/reviews/{WEEK}",
                             self.folder / f"{name}.log", environment), port)

    def demo(self):
        port = free_port()
        command = [self.program, "demo", "--today", TODAY, "--listen", f"127.0.0.1:{port}",
                   "--data", str(self.folder / "demo")]
        return Served(Server("teirei demo", command, f"http://127.0.0.1:{port}/reviews/{WEEK}",
                             self.folder / "demo.log", self.environment), port)


class Served:
    """A running Teirei and the requests that are measured."""

    def __init__(self, server, port):
        self.server = server
        self.base = f"http://127.0.0.1:{port}"
        self.address = f"http://127.0.0.1:{port}/reviews/{WEEK}"
        self.page = Request(self.address, BROWSER)
        self.page_plain = Request(self.address, PLAIN)
        self.json = Request(f"{self.address}.json", PLAIN)

    def not_modified(self, tag):
        return Request(self.address, {**BROWSER, "If-None-Match": tag}, status=304)


def accepted_rows(finished):
    """How many rows an import with `--json` says it took in."""
    return json.loads(finished.output[finished.output.index("{"):])["accepted"]
