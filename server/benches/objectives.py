"""What 500 service levels with 60 weeks of counts cost: importing a week, reckoning all of them anew, their pages.

The week is imported beside SQLite replacing the same rows in a plain table. Reckoning is what a page of one SLO
makes the server do when it remembers nothing: windows, weeks, budgets, attribution and the queue of reviews of all
SLOs; beside it SQLite adds up the same counts by SLO and week. The pages are held against nginx with the same bytes.
"""

import hashlib
import json
import random
import shutil
import sqlite3
import sys
import time
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from generate import WEEK
from load import Request, ask_once, cpu_per_request, rate
from peers import Nginx
from processes import Missing
from table import kilobytes, table, times
from teirei import BROWSER, PLAIN, accepted_rows

SEED = 20261123
PRODUCTS, OBJECTIVES, WEEKS = 25, 500, 60
MONDAY = date(2026, 11, 16)
ZONE = timezone(timedelta(hours=9))
TARGETS = ["0.99", "0.995", "0.999", "0.9995"]
RECKONED_LIMIT = 2.0
PAGE_LIMIT = 2.5


def slug(product):
    return f"product-{product:02d}"


def name(objective):
    return f"slo-{objective:03d}"


def catalogue():
    lines = ["[organization]", 'name = "Bench Group"', ""]
    for number in range(PRODUCTS):
        lines += ["[[product]]", f'slug = "{slug(number)}"', f'name = "Product {number:02d}"',
                  f"tier = {number % 3 + 1}", f'product_manager = "Manager {number}"', ""]
    return "\n".join(lines)


def definitions():
    """One OpenSLO document an SLO."""
    documents = []
    for number in range(OBJECTIVES):
        metric = f"{{metricSource: {{type: Bench, spec: {{query: {name(number)}}}}}}}"
        documents.append("\n".join([
            "apiVersion: openslo/v1", "kind: SLO",
            f"metadata: {{name: {name(number)}, displayName: Level {number:03d}}}", "spec:",
            f"  service: {slug(number % PRODUCTS)}",
            f"  indicator: {{metadata: {{name: {name(number)}}}, spec: {{ratioMetric: {{counter: true, good: {metric}, "
            f"total: {metric}}}}}}}",
            "  timeWindow: [{duration: 28d, isRolling: true}]", "  budgetingMethod: Occurrences",
            f"  objectives: [{{displayName: Good, target: {TARGETS[number % len(TARGETS)]}}}]", ""]))
    return "---\n".join(documents)


def counts():
    """Good and total of every SLO and day, oldest day first: (name, day, good, total)."""
    chance = random.Random(SEED)
    traffic = [round(chance.lognormvariate(9, 1.5)) + 50 for _ in range(OBJECTIVES)]
    first = MONDAY - timedelta(weeks=WEEKS - 1)
    for number in range(WEEKS * 7):
        day = first + timedelta(days=number)
        level = 0.6 if day.weekday() >= 5 else 1.0
        for objective in range(OBJECTIVES):
            total = round(traffic[objective] * level * chance.uniform(0.9, 1.1))
            allowed = 1 - float(TARGETS[objective % len(TARGETS)])
            bad = min(total, round(total * allowed * chance.uniform(0, 1.6)))
            yield name(objective), day, total - bad, total


def instant(day):
    return datetime.combine(day, datetime.min.time(), ZONE).isoformat()


def write_counts(path, rows):
    with open(path, "w", encoding="utf-8") as file:
        file.write("slo,period_start,period_end,good,total,samples_seen,samples_expected\n")
        for slo, day, good, total in rows:
            file.write(f"{slo},{instant(day)},{instant(day + timedelta(days=1))},{good},{total},288,288\n")


def fixture(cache):
    """The folder with definitions and counts, made when this file has changed since or it was never finished."""
    version = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
    folder = cache / f"objectives-{version}"
    if not (folder / "objectives.json").exists():
        for leftover in cache.glob("objectives-*"):
            shutil.rmtree(leftover)
        folder.mkdir(parents=True)
        rows = list(counts())
        write_counts(folder / "before.csv", [row for row in rows if row[1] < MONDAY])
        write_counts(folder / "week.csv", [row for row in rows if row[1] >= MONDAY])
        plain(folder / "plain.db", rows)
        (folder / "catalogue.toml").write_text(catalogue(), encoding="utf-8")
        (folder / "objectives.yaml").write_text(definitions(), encoding="utf-8")
        (folder / "objectives.json").write_text(json.dumps(len(rows)))
    return folder, json.loads((folder / "objectives.json").read_text())


# --- the peer ------------------------------------------------------------------------------------

AGGREGATE = """select slo, (day - ?1) / 7, sum(good), sum(total) from counts where day >= ?1 and day < ?2
group by slo, (day - ?1) / 7"""
WINDOW = "select slo, sum(good), sum(total) from counts where day >= ?1 and day < ?2 group by slo"


def plain(path, rows):
    """The same counts in a plain table, clustered by SLO and day."""
    database = sqlite3.connect(path)
    database.execute("create table counts (slo text, day integer, good integer, total integer, "
                     "primary key (slo, day)) without rowid")
    database.executemany("insert into counts values (?, ?, ?, ?)",
                         [(slo, day.toordinal(), good, total) for slo, day, good, total in rows])
    database.commit()
    database.close()


def aggregate_cpu(path, repeats=20):
    """Milliseconds of processor time in which SQLite adds up 13 weeks and the window of every SLO."""
    database = sqlite3.connect(path)
    end = MONDAY.toordinal() + 7
    started = time.process_time()
    for _ in range(repeats):
        weeks = database.execute(AGGREGATE, (end - 13 * 7, end)).fetchall()
        windows = database.execute(WINDOW, (end - 28, end)).fetchall()
    spent = time.process_time() - started
    database.close()
    if (len(weeks), len(windows)) != (13 * OBJECTIVES, OBJECTIVES):
        raise Missing(f"the plain table has {len(weeks)} weeks and {len(windows)} windows")
    return spent * 1000 / repeats


def replace_cpu(folder, scratch):
    """Seconds of processor time in which SQLite reads the week's file and replaces its rows."""
    path = scratch / "plain.db"
    shutil.copyfile(folder / "plain.db", path)
    started = time.process_time()
    database = sqlite3.connect(path)
    rows = []
    with open(folder / "week.csv", encoding="utf-8") as file:
        next(file)
        for line in file:
            slo, start, _, good, total, *_ = line.split(",")
            rows.append((slo, date.fromisoformat(start[:10]).toordinal(), int(good), int(total)))
    database.executemany("insert or replace into counts values (?, ?, ?, ?)", rows)
    database.commit()
    database.close()
    return time.process_time() - started


# --- measuring -----------------------------------------------------------------------------------

PAGES = {"objectives": f"/objectives?week={WEEK}", "their queue of reviews": f"/objectives/reviews?week={WEEK}",
         "weekly review": f"/reviews/{WEEK}", "one objective": f"/objectives/{name(7)}?week={WEEK}"}
RECKONED = f"/objectives/{name(7)}.csv?week={WEEK}"


def imported(teirei, folder, database, file, rows):
    finished = teirei.run(database, "--json", "import", "objectives", folder / file)
    if rows is not None and accepted_rows(finished) != rows:
        raise Missing(f"not all of {file} was accepted:\n{finished.output[-2000:]}")
    return finished


def measure_objectives(teirei, cache, rounds, seconds):
    """What the week's import, the reckoning and the pages cost, round by round."""
    folder, rows = fixture(cache)
    week = 7 * OBJECTIVES
    base = teirei.folder / "objectives-base.db"
    print(f"importing {rows:,} counts of {OBJECTIVES} SLOs …", file=sys.stderr, flush=True)
    teirei.run(base, "catalog", "apply", folder / "catalogue.toml")
    imported(teirei, folder, base, "objectives.yaml", OBJECTIVES)
    whole = imported(teirei, folder, base, "before.csv", rows - week)
    weeks, again, replaced = [], [], []
    for number in range(rounds):
        database = teirei.folder / f"objectives-{number}.db"
        for leftover in teirei.folder.glob("objectives-[0-9]*"):
            leftover.unlink()
        shutil.copyfile(base, database)
        weeks.append(imported(teirei, folder, database, "week.csv", week))
        again.append(imported(teirei, folder, database, "week.csv", week))
        replaced.append(replace_cpu(folder, teirei.folder))
    served = teirei.server("objectives", database, False)
    nginx = Nginx(teirei.folder / "nginx-objectives")
    aggregate, reckoned = [], []
    cpu = {page: [] for page in PAGES}
    rates = {page: [] for page in PAGES}
    with served.server, nginx.server:
        requests = {page: Request(served.base + path, BROWSER) for page, path in PAGES.items()}
        bodies = {page: ask_once(request).body for page, request in requests.items()}
        files = {page: nginx.file(f"page-{position}", body) for position, (page, body) in enumerate(bodies.items())}
        alone = Request(served.base + RECKONED, PLAIN)
        for number in range(rounds):
            print(f"pages of {OBJECTIVES} SLOs, round {number + 1} of {rounds} …", file=sys.stderr, flush=True)
            aggregate.append(aggregate_cpu(folder / "plain.db"))
            reckoned.append(cpu_per_request(served.server, alone, seconds / 2)[0])
            for page, request in requests.items():
                own, _ = cpu_per_request(served.server, request, seconds / 2)
                control, _ = cpu_per_request(nginx.server, files[page], seconds / 4)
                cpu[page].append((own, control))
                rates[page].append((rate(request, 4, seconds).per_second, rate(files[page], 4, seconds).per_second))
    return {"rows": rows, "whole": whole, "weeks": weeks, "again": again, "replaced": replaced,
            "aggregate": aggregate, "reckoned": reckoned, "cpu": cpu, "rates": rates,
            "bytes": {page: len(body) for page, body in bodies.items()}}


def print_objectives(measured, goals):
    week, again = (min(run.cpu for run in measured[which]) for which in ("weeks", "again"))
    plainly = min(measured["replaced"])
    table(f"Import of counts of {OBJECTIVES} SLOs, least CPU of all rounds",
          ["", "rows", "CPU, × SQLite replacing the week", "peak memory"],
          [["a week", f"{7 * OBJECTIVES:,}", f"{times(week / plainly)} [{week:.2f} s]",
            f"{max(run.peak_mib for run in measured['weeks']):,.0f} MiB"],
           ["the same week again", f"{7 * OBJECTIVES:,}", f"{times(again / plainly)} [{again:.2f} s]", ""],
           [f"the {WEEKS - 1} weeks before, at once", f"{measured['rows'] - 7 * OBJECTIVES:,}",
            f"[{measured['whole'].cpu:.2f} s]", f"{measured['whole'].peak_mib:,.0f} MiB"]])
    aggregate, reckoned = min(measured["aggregate"]), min(measured["reckoned"])
    table(f"Reckoning {OBJECTIVES} SLOs anew: windows, 13 weeks, attribution, the queue of reviews",
          ["", "CPU"], [["SQLite, sums by SLO and week", f"[{aggregate:.2f} ms]"],
                        ["Teirei, × SQLite", f"{times(reckoned / aggregate)} [{reckoned:.1f} ms]"]])
    goals.at_most("CPU of reckoning all SLOs, in SQLite's sums of the same counts", reckoned / aggregate,
                  RECKONED_LIMIT, lambda ratio: f"{ratio:.2f}×")
    lines = []
    for page, costs in measured["cpu"].items():
        own = min(cost for cost, _ in costs)
        shares = sorted(theirs / ours for ours, theirs in measured["rates"][page] if ours)
        lines.append([page, kilobytes(measured["bytes"][page]), f"{times(own / aggregate)} [{own:.1f} ms]",
                      f"{times(own / reckoned)}", f"1 in {shares[len(shares) // 2]:,.0f}"])
    table(f"Pages of {OBJECTIVES} SLOs, store read", ["", "body", "CPU, × SQLite's sums", "× reckoning",
                                                       "rate, in nginx' of the same bytes"], lines)
    page = min(cost for cost, _ in measured["cpu"]["objectives"])
    goals.at_most("CPU of the page of all SLOs, in SQLite's sums of their counts", page / aggregate, PAGE_LIMIT,
                  lambda ratio: f"{ratio:.2f}×")


if __name__ == "__main__":
    print(*fixture(Path(sys.argv[1])))
