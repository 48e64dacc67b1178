"""Whether pages of cost stay as quick with a long history as with a short one, in a large organisation.

Three years of 300 products and 1,000 accounts with ten services each, 10.9 million rows, are loaded into
one database, and the last tenth of their days into another. The same pages of the same day are then asked
from both, taking turns, with the store read each time.
"""

import gzip
import hashlib
import json
import random
import shutil
import sys
from datetime import date, timedelta
from pathlib import Path

from generate import SERVICE_NAMES, TODAY, WEEK, month_bounds, plain
from load import Request, ask_once, cpu_per_request
from processes import Missing
from table import kilobytes, table, times
from teirei import BROWSER, accepted_rows

SEED = 20261123
PRODUCTS, ACCOUNTS, SERVICES = 300, 1000, 10
LAST_DAY = date(2026, 11, 22)
DAYS, SHORT_DAYS = 3 * 365, 3 * 365 // 10
GROWTH_LIMIT = 1.1

ENVIRONMENTS = ["production", "staging", "development"]
COLUMNS = ["BilledCost", "EffectiveCost", "ContractedCost", "ListCost", "ChargePeriodStart", "ChargePeriodEnd",
           "BillingPeriodStart", "BillingPeriodEnd", "BillingAccountId", "BillingAccountName", "BillingCurrency",
           "ChargeCategory", "ChargeClass", "ChargeDescription", "InvoiceIssuerName", "PricingQuantity",
           "PricingUnit", "ProviderName", "PublisherName", "ServiceCategory", "ServiceName", "RegionId",
           "SubAccountId", "SubAccountName"]


def slug(product):
    return f"product-{product:03d}"


def account_id(account):
    return f"{200000000000 + account * 7919:012d}"


def months(days):
    month = (LAST_DAY - timedelta(days=days - 1)).replace(day=1)
    while month <= LAST_DAY:
        yield month
        month = month_bounds(month)[1]


def write_bill(paths):
    """The bill of all days, and of the last days; answers how many rows each has."""
    chance = random.Random(SEED)
    parts = []
    for account in range(ACCOUNTS):
        name = f"{slug(account % PRODUCTS)}-{ENVIRONMENTS[account // PRODUCTS % 3]}"
        for service in range(SERVICES):
            base = round(chance.lognormvariate(1.2, 1.4) * 1000)
            parts.append((base, f"Usage,,,Bench Cloud,1,Hours,Bench Cloud,Bench Cloud,Other,{SERVICE_NAMES[service]},"
                                f"ap-northeast-1,{account_id(account)},{name}\n"))
    # No name and no time in the header, so that the same rows are the same bytes.
    raw = [open(path, "wb") for path in paths]
    files = [gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=1, mtime=0) for file in raw]
    counts = [0, 0]
    for file in files:
        file.write((",".join(COLUMNS) + "\n").encode())
    for number in range(DAYS):
        day = LAST_DAY - timedelta(days=DAYS - 1 - number)
        first, end = month_bounds(day)
        fixed = (f"{day}T00:00:00Z,{day + timedelta(days=1)}T00:00:00Z,{first}T00:00:00Z,{end}T00:00:00Z,"
                 "000022223333,Bench,USD,")
        level = (850 if day.weekday() >= 5 else 1000) + number // 4
        noise = [round(level * chance.uniform(0.93, 1.07)) for _ in range(1009)]
        lines = []
        for index, (base, rest) in enumerate(parts):
            amount = plain(base * noise[index % 1009])
            lines.append(f"{amount},{amount},{amount},{amount},{fixed}{rest}")
        data = "".join(lines).encode()
        for position, file in enumerate(files):
            if position == 0 or number >= DAYS - SHORT_DAYS:
                file.write(data)
                counts[position] += len(parts)
    for file in [*files, *raw]:
        file.close()
    return counts


def catalogue():
    """300 products of three or four accounts, each with a monthly budget in yen for all three years."""
    lines = ["[organization]", 'name = "Bench Group"', 'reporting_currency = "JPY"', ""]
    for number in range(PRODUCTS):
        lines += ["[[product]]", f'slug = "{slug(number)}"', f'name = "Product {number:03d}"',
                  f'group = "Group {number // 20 + 1:02d}"', f"tier = {number % 3 + 1}", ""]
    for account in range(ACCOUNTS):
        lines += ["[[account]]", f'id = "{account_id(account)}"', f'product = "{slug(account % PRODUCTS)}"',
                  f'environment = "{ENVIRONMENTS[account // PRODUCTS % 3]}"', ""]
    # A shared pool, split by what products cost: the most work that a page's past can be.
    lines += ["[[rule]]", 'name = "logs"', 'service = "Logs"', 'shared = "logs"', "",
              "[[pool]]", 'name = "logs"', 'method = "proportional"', ""]
    for index, month in enumerate(months(DAYS)):
        lines += ["[[rate]]", 'from = "USD"', 'to = "JPY"', f'month = "{month:%Y-%m}"',
                  'policy = "previous-month-end"', f'rate = "{130 + index % 30}.25"',
                  f"date = {month - timedelta(days=1)}", 'source = "bench"', ""]
        for number in range(PRODUCTS):
            lines += ["[[budget]]", f'product = "{slug(number)}"', f'month = "{month:%Y-%m}"',
                      f'amount = "{600_000 + 4_000 * number}"', 'currency = "JPY"', ""]
    return "\n".join(lines)


def fixture(cache):
    """The folder with both bills, made when this file has changed since or it was never finished."""
    version = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
    folder = cache / f"history-{version}"
    if not (folder / "history.json").exists():
        print("generating 10.9 million rows, once …", file=sys.stderr, flush=True)
        for leftover in cache.glob("history-*"):
            shutil.rmtree(leftover)
        folder.mkdir(parents=True)
        counts = write_bill([folder / "long.csv.gz", folder / "short.csv.gz"])
        (folder / "catalogue.toml").write_text(catalogue(), encoding="utf-8")
        (folder / "history.json").write_text(json.dumps(counts))
    return folder, json.loads((folder / "history.json").read_text())


# --- measuring -----------------------------------------------------------------------------------

PAGES = {"product": f"/products/{slug(7)}?week={WEEK}", "its cost, the month": f"/products/{slug(7)}/cost?week={WEEK}",
         "products": "/products", "weekly review": f"/reviews/{WEEK}"}


def load(teirei, folder, name, rows):
    """Imports one of the bills into a database of its own; answers the database and what it took."""
    database = teirei.folder / f"history-{name}.db"
    teirei.run(database, "catalog", "apply", folder / "catalogue.toml")
    imported = teirei.run(database, "--json", "import", "cost", folder / f"{name}.csv.gz")
    if accepted_rows(imported) != rows:
        raise Missing(f"not all rows of {name}.csv.gz were accepted:\n{imported.output[-2000:]}")
    return database, imported


def measure_history(teirei, cache, rounds, seconds):
    """What the pages cost with both histories, round by round, and what the imports took."""
    folder, counts = fixture(cache)
    servers, imports = {}, {}
    for name, rows in zip(("short", "long"), counts[::-1]):
        print(f"importing {rows:,} rows …", file=sys.stderr, flush=True)
        database, imports[name] = load(teirei, folder, name, rows)
        servers[name] = teirei.server(f"history-{name}", database, False)
    measured = {page: {"short": [], "long": []} for page in PAGES}
    with servers["short"].server, servers["long"].server:
        requests = {(page, name): Request(served.base + path, BROWSER)
                    for page, path in PAGES.items() for name, served in servers.items()}
        sizes = {page: len(ask_once(requests[page, "long"]).body) for page in PAGES}
        for number in range(rounds):
            print(f"pages of a long history, round {number + 1} of {rounds} …", file=sys.stderr, flush=True)
            for (page, name), request in requests.items():
                cost, _ = cpu_per_request(servers[name].server, request, seconds / 2)
                measured[page][name].append(cost)
    return measured, sizes, imports, counts


def print_history(measured, sizes, imports, counts, goals):
    lines = []
    for page, costs in measured.items():
        least = {name: min(rounds) for name, rounds in costs.items()}
        ratio = least["long"] / least["short"]
        lines.append([page, kilobytes(sizes[page]), f"{times(ratio)} [{least['long']:.1f} ms]",
                      f"[{least['short']:.1f} ms]"])
        goals.at_most(f"CPU of {page} with three years, in that with a tenth", ratio, GROWTH_LIMIT,
                      lambda one: f"{one:.2f}×")
    table(f"{PRODUCTS} products, {ACCOUNTS:,} accounts: CPU per page, {DAYS} days of history in {SHORT_DAYS}, store read",
          ["", "body", f"{counts[0]:,} rows", f"{counts[1]:,} rows"], lines)
    rate = {name: one.cpu / rows for (name, one), rows in zip(imports.items(), counts[::-1])}
    table("Their imports", ["", "CPU per row, × short", "wall", "peak memory"],
          [[name, times(rate[name] / rate["short"]), f"[{one.wall:.1f} s]", f"{one.peak_mib:,.0f} MiB"]
           for name, one in imports.items()])


if __name__ == "__main__":
    print(*fixture(Path(sys.argv[1])))
