"""What `make bench` runs: one interleaved run against nginx, datasette and DuckDB, printed as ratios.

Rates and times are medians over the rounds of the ratios within each round; processor time of
single-threaded work is the least of all rounds, because only disturbance adds to it. A goal that is
missed ends the run with exit code 1, something that cannot be measured with 2.

Code map: `generate` the data, `processes` programs and their cost, `load` requests, `peers` whom it is
measured against, `teirei` what is measured, `history` whether a long past costs anything, `hooks` messages
at a steady rate, `crowd` many readers while the bill is imported, `pictures` cards and charts, `page.mjs` the
browser, `table` how it is printed.
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from crowd import measure_crowd, print_crowd
from generate import WEEK, fixture
from history import measure_history, print_history
from hooks import measure_hooks, print_hooks
from load import ask_once, cpu_per_request, rate
from objectives import measure_objectives, print_objectives
from peers import Datasette, Nginx, duckdb_load
from pictures import measure_pictures, print_pictures
from processes import Missing, run_measured
from table import Goals, kilobytes, table, times
from teirei import Teirei, accepted_rows

ROOT = Path(__file__).resolve().parents[2]
RESIDENT_LIMIT_MIB = 64
DOCUMENT_AND_STYLES_LIMIT = 20_000
ISLAND_LIMIT = 90_000
PAGE_CPU_LIMIT = 0.5


def say(text):
    print(text, file=sys.stderr, flush=True)


def ratio_of(rounds, name, other):
    """The median over the rounds of one figure in another's."""
    return statistics.median(one[name] / one[other] for one in rounds if one[other])


# --- importing -----------------------------------------------------------------------------------

GUNZIP_PYTHON = ("import sys, zlib\nunpack = zlib.decompressobj(31)\n"
                 "with open(sys.argv[1], 'rb') as packed:\n"
                 "    while piece := packed.read(1 << 16):\n        unpack.decompress(piece)\n")


def measure_imports(teirei, arguments, data, facts):
    """The bill through each program, round by round; answers the last database too."""
    focus, peers = data / "focus.csv.gz", arguments.peers / "bin/python"
    floors = {"gunzip, zlib-rs": [str(arguments.gunzip), str(focus)],
              "gunzip, zlib of Python": [sys.executable, "-c", GUNZIP_PYTHON, str(focus)],
              "gunzip, gzip -dc": ["gzip", "-dc", str(focus)],
              "DuckDB, table of all columns": duckdb_load(peers, focus)}
    finished = {name: [] for name in [*floors, "Teirei, import cost"]}
    database = None
    for number in range(arguments.rounds):
        say(f"importing, round {number + 1} of {arguments.rounds} …")
        for name, command in floors.items():
            finished[name].append(run_measured(command, discard=not name.startswith("DuckDB")))
        for leftover in teirei.folder.glob("import*"):
            leftover.unlink()
        database, imported = teirei.import_cost(f"import{number}")
        finished["Teirei, import cost"].append(imported)
        if accepted_rows(imported) != facts["rows"]:
            raise Missing(f"not all rows were accepted:\n{imported.output[-2000:]}")
    return database, finished


def print_imports(finished, rows, goals):
    cpu = {name: min(run.cpu for run in runs) for name, runs in finished.items()}
    floor, duckdb = cpu["gunzip, zlib-rs"], cpu["DuckDB, table of all columns"]
    lines = []
    for name, runs in finished.items():
        peak = max(run.peak_mib for run in runs)
        wall = statistics.median(run.wall for run in runs)
        lines.append([name, f"{times(cpu[name] / floor)} [{cpu[name]:.2f} s]", times(cpu[name] / duckdb),
                      f"[{wall:.2f} s]", f"{rows / 1e6 / cpu[name]:.2f}", f"{peak:,.0f} MiB"])
    table(f"Import of {rows:,} rows of FOCUS csv.gz, least CPU of all rounds",
          ["", "CPU, × gunzip", "× DuckDB", "wall", "Mrow/CPU-s", "peak memory"], lines)
    peak = max(run.peak_mib for run in finished["Teirei, import cost"])
    goals.at_most("peak memory of the import", peak, RESIDENT_LIMIT_MIB, lambda mib: f"{mib:.1f} MiB")


# --- forecasts -----------------------------------------------------------------------------------

ERROR_OF_FLAT_LIMIT = 0.4
RANGES_HOLD = (0.70, 0.90)


def percent(ppm):
    return f"{ppm / 10_000:.2f} %"


def print_forecasts(program, goals):
    """How near months' ends are forecast and which anomalies are found; no clock takes part."""
    ended = subprocess.run([str(program)], capture_output=True, text=True, timeout=600)
    if ended.returncode:
        raise Missing(f"the forecasts could not be measured:\n{ended.stderr[-2000:]}")
    measured = json.loads(ended.stdout)
    anomalies = measured.pop("anomalies")
    lines = []
    for bills, days in measured.items():
        for one in days:
            methods = " ".join(f"{name} {percent(error)}" for name, error in one["methods"].items())
            lines.append([f"{bills}, day {one['day']}", f"{one['forecasts']:,}", percent(one["flat"]),
                          percent(one["chosen"]), times(one["chosen"] / one["flat"]), percent(one["held"]),
                          percent(one["width"]), methods])
    table("Forecasts of a month's end, bill complete to two days before: median errors",
          ["", "forecasts", "flat mean", "chosen method", "× flat mean", "80 % range held", "its width", "each method"],
          lines)
    for bills in ("generated", "demonstration"):
        day_8 = next(one for one in measured[bills] if one["day"] == 8)
        held = sum(one["held"] for one in measured[bills]) / len(measured[bills]) / 1e6
        goals.at_most(f"median error on day 8 in the flat mean's, {bills}", day_8["chosen"] / day_8["flat"],
                      ERROR_OF_FLAT_LIMIT, lambda ratio: f"{ratio:.2f}×")
        goals.within(f"80 % ranges that held, {bills}", held, RANGES_HOLD, lambda part: f"{part * 100:.0f} %")
    lines = []
    for name, key in (("recall of one-offs, 25 % and more", "one_offs"), ("recall of those of 50 % and more", "large"),
                      ("recall of lasting rises, in their first week", "rises"), ("precision of what is reported", "events")):
        whole, part = anomalies[key]
        lines.append([name, f"{part / whole * 100:.1f} %", f"{part:,} of {whole:,}"])
    lines.append(["false alarms on firsts, holidays or credits", str(anomalies["calendar"]), ""])
    table(f"Anomalies in 60 weeks of {anomalies['series']} generated bills", ["", "", ""], lines)
    goals.at_most("false alarms on firsts, holidays or credits", anomalies["calendar"], 0, str)


# --- starting ------------------------------------------------------------------------------------

def measure_starts(subjects, rounds):
    """Seconds from the start of each server to its first answer, round by round."""
    measured = []
    for number in range(rounds):
        say(f"starting, round {number + 1} of {rounds} …")
        times_of_round = {}
        for name, server in subjects.items():
            times_of_round[name] = server.start()
            server.stop()
        measured.append(times_of_round)
    return measured


# --- serving -------------------------------------------------------------------------------------

class Operation:
    """A request to a server that is measured; `control` is the nginx file of the same bytes."""

    def __init__(self, name, server, request, control=None, connections=32, has_rate=True):
        self.name, self.server, self.request, self.control = name, server, request, control
        self.connections, self.has_rate = connections, has_rate
        self.bytes = len(ask_once(request).body)


def operations(fresh, usual, nginx, datasette):
    """All that is asked in each round, controls and peers between Teirei's answers."""
    file = nginx.server
    page, json_answer = ask_once(fresh.page), ask_once(fresh.json)
    page_file = nginx.file("page", page.body)
    known = {**page_file.headers, "If-None-Match": ask_once(page_file).headers["etag"]}
    file_known = type(page_file)(page_file.url, known, status=304)
    fresh_known = fresh.not_modified(page.headers["etag"])
    usual_known = usual.not_modified(ask_once(usual.page).headers["etag"])
    same_page, same_json, same_known = (f"nginx, {what}" for what in
                                        ["file of the page's bytes", "file of the JSON's bytes", "304"])
    return [
        Operation(same_page, file, page_file),
        Operation("page, store read, compressed", fresh.server, fresh.page, same_page),
        Operation("page, store read, plain", fresh.server, fresh.page_plain, has_rate=False),
        Operation("page, as configured", usual.server, usual.page, same_page),
        Operation("datasette, roll-up as JSON", datasette.server, datasette.json, connections=8),
        Operation(same_json, file, nginx.file("json", json_answer.body)),
        Operation("JSON, store read", fresh.server, fresh.json, same_json),
        Operation("JSON, as configured", usual.server, usual.json, same_json),
        Operation(same_known, file, file_known),
        Operation("304, store read", fresh.server, fresh_known, same_page),
        Operation("304, as configured", usual.server, usual_known, same_page),
    ]


def measure_serving(listed, arguments):
    """For each round what every operation cost and how often it could be had."""
    cpu, rates = [], []
    for number in range(arguments.rounds):
        say(f"serving, round {number + 1} of {arguments.rounds} …")
        cpu_of_round, rates_of_round = {}, {}
        for one in listed:
            cpu_of_round[one.name], _ = cpu_per_request(one.server, one.request, arguments.seconds / 2)
            if one.has_rate:
                rates_of_round[one.name] = rate(one.request, one.connections, arguments.seconds)
        cpu.append(cpu_of_round)
        rates.append(rates_of_round)
    return cpu, rates


def print_serving(listed, cpu, rates, goals):
    peer = "datasette, roll-up as JSON"
    per_second = [{name: one.per_second for name, one in round_.items()} for round_ in rates]
    least = {one.name: min(round_[one.name] for round_ in cpu) for one in listed}
    lines = []
    for one in listed:
        line = [one.name, kilobytes(one.bytes), f"{times(least[one.name] / least[peer])} [{least[one.name]:.3f} ms]"]
        if one.has_rate:
            middle = statistics.median(round_[one.name] for round_ in per_second)
            tails = [statistics.median(getattr(round_[one.name], tail) for round_ in rates)
                     for tail in ("p50", "p99")]
            line += [times(ratio_of(per_second, one.name, one.control)) if one.control else "",
                     f"{times(ratio_of(per_second, one.name, peer))} [{middle:,.0f}]",
                     f"[{tails[0]:.2f} / {tails[1]:.2f} ms]"]
        else:
            line += ["", "", ""]
        lines.append(line)
    table(f"Serving /reviews/{WEEK}: CPU per request over one connection, answers per second over 32 (datasette 8)",
          ["", "body", "CPU, × datasette", "rate, × nginx", "rate, × datasette", "p50 / p99"], lines)
    goals.at_most("CPU of rendering the page as sent to a browser, in datasette's for the bare JSON",
                  least["page, as configured"] / least[peer], PAGE_CPU_LIMIT, lambda ratio: f"{ratio:.2f}×")


# --- the browser ---------------------------------------------------------------------------------

def measure_pages(arguments, addresses):
    say("looking at pages in Chromium …")
    command = ["node", str(ROOT / "server/benches/page.mjs"), arguments.browser, *addresses.values()]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if ended.returncode:
        raise Missing(f"Chromium could not show the pages:\n{ended.stderr[-2000:]}")
    return dict(zip(addresses, json.loads(ended.stdout)))


def print_pages(pages, peer, goals):
    lines = []
    for name, page in pages.items():
        lines.append([name, times(page["bytes"] / pages[peer]["bytes"]), kilobytes(page["bytes"]),
                      f"{kilobytes(page['bytesBeforePaint'])} in {page['requestsBeforePaint']}",
                      kilobytes(page["scriptBytes"]), page["requests"], page["elements"],
                      f"{times(page['paint'] / pages[peer]['paint'])} [{page['paint']:.0f} ms]"])
    table("In Chromium, empty cache, bytes as compressed on the wire",
          ["", "× datasette", "all", "before paint", "JS + wasm", "requests", "elements", "first paint, × datasette"],
          lines)
    demo = pages["demo review"]
    goals.at_most("document and styles of the demo's review", demo["bytesBeforePaint"],
                  DOCUMENT_AND_STYLES_LIMIT, kilobytes)
    goals.at_most("requests before its first paint", demo["requestsBeforePaint"], 2, str)
    goals.at_most("island bundle, brotli", demo["islandBytes"], ISLAND_LIMIT, kilobytes)


# --- all of it -----------------------------------------------------------------------------------

def print_start_and_memory(starts, resident):
    ours, theirs = "Teirei, its review page", "datasette, roll-up as JSON"
    start = {name: statistics.median(one[name] for one in starts) for name in (ours, theirs)}
    lines = [
        ["start to first answer", f"{times(ratio_of(starts, ours, theirs))} [{start[ours] * 1000:.0f} ms]",
         f"[{start[theirs] * 1000:.0f} ms]"],
        ["resident memory after load", f"{times(resident['store read'] / resident['datasette'])} "
         f"[{resident['store read']:.0f} MiB]", f"[{resident['datasette']:.0f} MiB]"],
        ["the same, as configured", f"{times(resident['as configured'] / resident['datasette'])} "
         f"[{resident['as configured']:.0f} MiB]", ""],
    ]
    table("Starting and staying, × datasette", ["", "Teirei", "datasette"], lines)


def bench(arguments, folder, stack):
    data, facts = fixture(arguments.cache)
    load_before = os.getloadavg()
    started = time.monotonic()
    goals = Goals()
    teirei = Teirei(arguments.program, arguments.site, folder, data)

    database, imported = measure_imports(teirei, arguments, data, facts)
    teirei.import_the_rest(database)
    fresh, usual = teirei.server("fresh", database, False), teirei.server("usual", database, True)
    datasette = Datasette(folder, arguments.peers / "bin/datasette", data / "wor.db")
    nginx = Nginx(folder / "nginx")
    starts = measure_starts({"Teirei, its review page": usual.server,
                             "datasette, roll-up as JSON": datasette.server}, arguments.rounds)

    for server in (fresh.server, usual.server, datasette.server, nginx.server):
        stack.enter_context(server)
    listed = operations(fresh, usual, nginx, datasette)
    cpu, rates = measure_serving(listed, arguments)
    resident = {"store read": fresh.server.resident_mib(), "as configured": usual.server.resident_mib(),
                "datasette": datasette.server.resident_mib()}
    demo = teirei.demo()
    stack.enter_context(demo.server)
    pages = measure_pages(arguments, {"demo review": demo.address, "review of the bench": usual.address,
                                      "datasette, roll-up as HTML": datasette.html.url})

    pictures = measure_pictures(fresh, arguments.rounds, arguments.seconds)
    history = measure_history(teirei, arguments.cache, arguments.rounds, arguments.seconds)
    objectives = measure_objectives(teirei, arguments.cache, arguments.rounds, arguments.seconds)

    hooks = measure_hooks(teirei, folder)

    say("a crowd while the bill is imported …")
    # Servers that are asked nothing meanwhile cost next to nothing.
    crowd = measure_crowd(teirei, folder, data)

    load_after = os.getloadavg()
    print(f"Teirei bench: {arguments.rounds} interleaved rounds, {os.cpu_count()} cores, "
          f"load {load_before[0]:.2f} before and {load_after[0]:.2f} after, {time.monotonic() - started:.0f} s")
    print(f"data: {facts['rows']:,} rows, {facts['plain_bytes'] / 1e6:,.0f} MB plain, "
          f"sha256 {facts['focus_sha256'][:16]}; ratios hold within ±40 %, [figures] only here and now")
    print_serving(listed, cpu, rates, goals)
    print_pages(pages, "datasette, roll-up as HTML", goals)
    print_pictures(*pictures, goals)
    print_imports(imported, facts["rows"], goals)
    print_start_and_memory(starts, resident)
    print_history(*history, goals)
    print_objectives(objectives, goals)
    print_hooks(hooks, goals)
    print_crowd(crowd, resident["datasette"], goals)
    print_forecasts(arguments.forecast, goals)
    return goals.print()


def arguments_read():
    parser = argparse.ArgumentParser(description="Prints ratios against peers measured in the same run.")
    parser.add_argument("--program", type=Path, default=ROOT / "target/release/teirei")
    parser.add_argument("--gunzip", type=Path, default=ROOT / "target/release/examples/gunzip")
    parser.add_argument("--forecast", type=Path, default=ROOT / "target/release/examples/forecast")
    parser.add_argument("--site", type=Path, default=ROOT / "target/site")
    parser.add_argument("--peers", type=Path, default=ROOT / ".tools/peers")
    parser.add_argument("--cache", type=Path, default=ROOT / "target/bench")
    parser.add_argument("--browser", default=shutil.which("chromium"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=2, help="how long each rate is measured")
    return parser.parse_args()


def main():
    arguments = arguments_read()
    # So that servers are stopped whichever way the bench ends.
    for sign in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, lambda number, _: sys.exit(128 + number))
    # Nobody's own configuration takes part.
    for name in [name for name in os.environ if name.startswith("TEIREI_")]:
        del os.environ[name]
    arguments.cache.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix="run-", dir=arguments.cache) as folder, \
                contextlib.chdir(folder), contextlib.ExitStack() as stack:
            return 0 if bench(arguments, Path(folder), stack) else 1
    except Missing as missing:
        say(f"bench: {missing}")
        return 2


if __name__ == "__main__":
    sys.exit(main())
