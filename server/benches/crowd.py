"""A crowd on the review page for a minute while the bill is imported, beside the same crowd on a quiet server.

The bill arrives again and again under other names, so that every import writes its whole roll-up into the database
that the page is read from. Both runs are against the server as people configure it, in one go.
"""

import subprocess
import threading
import time

from load import rate
from processes import Missing, run_measured
from table import table, times

CONNECTIONS = 32
QUIET_SECONDS = 20
BUSY_SECONDS = 60
P99_LIMIT = 2.0
RESIDENT_LIMIT = 2.0


class Importer(threading.Thread):
    """Imports the bill until it is told to stop, each time as another source."""

    def __init__(self, teirei, database, focus):
        super().__init__(daemon=True)
        self.teirei, self.database, self.focus = teirei, database, focus
        self.is_over, self.imports, self.peak_mib, self.fault = threading.Event(), 0, 0.0, None

    def run(self):
        try:
            while not self.is_over.is_set():
                command = self.teirei.command(self.database, "--json", "import", "cost", "--source",
                                              f"again-{self.imports}", self.focus)
                done = run_measured(command, environment=self.teirei.environment)
                self.peak_mib = max(self.peak_mib, done.peak_mib)
                self.imports += 1
        except (Missing, OSError, subprocess.SubprocessError) as fault:
            self.fault = fault


def measure_crowd(teirei, folder, data, seconds=BUSY_SECONDS):
    """The page's rate and times on a quiet server and during imports, and what both weigh in memory."""
    database, _ = teirei.import_cost("crowd")
    teirei.import_the_rest(database)
    served = teirei.server("crowd", database, True)
    with served.server:
        rate(served.page, CONNECTIONS, 2)
        quiet = rate(served.page, CONNECTIONS, min(seconds, QUIET_SECONDS))
        importer = Importer(teirei, database, data / "focus.csv.gz")
        importer.start()
        started = time.monotonic()
        try:
            # An answer that is no page ends the run here.
            busy = rate(served.page, CONNECTIONS, seconds)
            during = importer.imports + 1
        finally:
            importer.is_over.set()
            importer.join(300)
        took = time.monotonic() - started
        if importer.fault:
            raise Missing(f"the bill could not be imported under load: {importer.fault}")
        return {"quiet": quiet, "busy": busy, "imports": during, "took": took, "peak": importer.peak_mib,
                "resident": served.server.resident_mib()}


def print_crowd(measured, resident_of_peer, goals):
    quiet, busy = measured["quiet"], measured["busy"]
    lines = [
        ["99 of 100 answered within", f"{times(busy.p99 / quiet.p99)} [{busy.p99:.1f} ms]", f"[{quiet.p99:.1f} ms]"],
        ["half answered within", f"{times(busy.p50 / quiet.p50)} [{busy.p50:.1f} ms]", f"[{quiet.p50:.1f} ms]"],
        ["answers per second", f"{times(busy.per_second / quiet.per_second)} [{busy.per_second:,.0f}]",
         f"[{quiet.per_second:,.0f}]"],
        ["imports of the whole bill meanwhile", str(measured["imports"]), ""],
        ["resident memory afterwards, × datasette",
         f"{times(measured['resident'] / resident_of_peer)} [{measured['resident']:.0f} MiB]", ""],
        ["peak memory of an import", f"[{measured['peak']:.1f} MiB]", ""],
    ]
    table(f"{CONNECTIONS} connections on the review page while the bill is imported, × the same on a quiet server",
          ["", "busy", "quiet"], lines)
    goals.at_most("p99 of the page while an import runs, in that of a quiet server", busy.p99 / quiet.p99, P99_LIMIT,
                  lambda ratio: f"{ratio:.2f}×")
    goals.at_most("resident memory after it, in datasette's", measured["resident"] / resident_of_peer, RESIDENT_LIMIT,
                  lambda ratio: f"{ratio:.2f}×")
