"""The data that `make bench` measures on: 365 days of 100 accounts and 40 services, one row each.

The same seed gives the same amounts everywhere. They are written in two forms: what Teirei imports
(FOCUS csv.gz, catalogue, OpenSLO, counts, incidents) and what datasette serves (`wor.db`, clustered on
day, account and service, with weekly roll-ups). `fixture.json` is written last and holds the sums by
which a fixture is known.
"""

import gzip
import hashlib
import json
import math
import random
import shutil
import sqlite3
import sys
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

SEED = 20261122
FIRST_DAY = date(2025, 11, 24)
DAYS = 365
ACCOUNTS = 100
SERVICES = 40
ACCOUNTS_PER_PRODUCT = 5
PRODUCTS = ACCOUNTS // ACCOUNTS_PER_PRODUCT

# The review that is measured, and the day on which the meeting looks at it.
WEEK = "2026-W47"
WEEK_MONDAY = date(2026, 11, 16)
TODAY = "2026-11-23"
WEEKS_OF_COUNTS = 17
TOKYO = timezone(timedelta(hours=9))

SERVICE_NAMES = ["Compute", "Object storage", "Relational database", "Load balancing", "Network", "Queue",
                 "Functions", "Cache", "Search", "Logs"]
CATEGORIES = ["Compute", "Storage", "Databases", "Networking", "Networking", "Integration",
              "Compute", "Databases", "Analytics", "Management and Governance"]
REGIONS = ["ap-northeast-1", "ap-northeast-3", "us-west-2"]
ENVIRONMENTS = ["production", "production", "production", "staging", "development"]

# All mandatory columns of FOCUS 1.0 and the usual conditional ones, in the order of real exports.
COLUMNS = ["BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodEnd",
           "BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargePeriodEnd",
           "ChargePeriodStart", "ConsumedQuantity", "ConsumedUnit", "ContractedCost", "EffectiveCost",
           "InvoiceIssuerName", "ListCost", "PricingQuantity", "PricingUnit", "ProviderName",
           "PublisherName", "RegionId", "ResourceId", "ServiceCategory", "ServiceName", "SubAccountId",
           "SubAccountName", "Tags"]


def product(account):
    return f"product-{account // ACCOUNTS_PER_PRODUCT:02d}"


def account_id(account):
    return f"{100000000000 + account * 7919:012d}"


def service_name(service):
    return f"{SERVICE_NAMES[service % 10]} {'ABCD'[service // 10]}"


def julian(day):
    """The number of a day in `wor.db`: `cast(julianday(text) - 0.5 as int)`, so that a Monday is
    `day - ((day + 1) % 7)`."""
    return day.toordinal() + 1721424


def month_bounds(day):
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


def plain(micro):
    return f"{micro // 1_000_000}.{micro % 1_000_000:06d}"


def daily_amounts(chance):
    """For each day a list of micro-dollars, account by account and within it service by service."""
    base = [chance.lognormvariate(1.5, 1.6) for _ in range(ACCOUNTS * SERVICES)]
    uniform = chance.uniform
    for number in range(DAYS):
        day = FIRST_DAY + timedelta(days=number)
        level = (0.85 if day.weekday() >= 5 else 1.0) * (1 + 0.0006 * number)
        wave = [level * (1 + 0.1 * math.sin(number / 9 + phase)) for phase in range(ACCOUNTS + SERVICES)]
        yield day, [
            round(base[account * SERVICES + service] * wave[account + service] * uniform(0.93, 1.07) * 1e6)
            for account in range(ACCOUNTS)
            for service in range(SERVICES)
        ]


class FocusFile:
    """The bill as csv.gz, with the sum of its plain bytes."""

    def __init__(self, path):
        # No name and no time in the header, so that the same rows are the same bytes.
        self.raw = open(path, "wb")
        self.packed = gzip.GzipFile(filename="", fileobj=self.raw, mode="wb", compresslevel=6, mtime=0)
        self.digest = hashlib.sha256()
        self.plain_bytes = 0
        self.parts = [self.fixed_parts(a, s) for a in range(ACCOUNTS) for s in range(SERVICES)]
        self.write(",".join(COLUMNS) + "\n")

    @staticmethod
    def fixed_parts(account, service):
        """What does not change from day to day: description, issuer to unit, provider to tags."""
        name, environment = service_name(service), ENVIRONMENTS[account % ACCOUNTS_PER_PRODUCT]
        tags = json.dumps({"team": product(account), "environment": environment}).replace('"', '""')
        resource = f"urn:bench:{account_id(account)}:{service:02d}"
        return (
            f"Usage,,{name} usage per hour in {REGIONS[service % 3]}",
            f"Hours,Bench Cloud,Bench Cloud,{REGIONS[service % 3]},{resource},{CATEGORIES[service % 10]},"
            f'{name},{account_id(account)},{product(account)}-{environment},"{tags}"\n',
        )

    def write(self, text):
        data = text.encode()
        self.digest.update(data)
        self.plain_bytes += len(data)
        self.packed.write(data)

    def write_day(self, day, amounts):
        first, end = month_bounds(day)
        account = f",000011112222,Bench,USD,{end}T00:00:00Z,{first}T00:00:00Z,"
        period = f",{day + timedelta(days=1)}T00:00:00Z,{day}T00:00:00Z,"
        lines = []
        for micro, (description, rest) in zip(amounts, self.parts):
            billed, effective, listed = plain(micro), plain(micro * 92 // 100), plain(micro * 105 // 100)
            quantity = plain(micro * 7)
            lines.append(f"{billed}{account}{description}{period}{quantity},Hours,{billed},{effective},"
                         f"Bench Cloud,{listed},{quantity},{rest}")
        self.write("".join(lines))

    def close(self):
        self.packed.close()
        self.raw.close()


SCHEMA = """
pragma journal_mode=off; pragma synchronous=off;
create table account(id integer primary key, account_no text, product text);
create table service(id integer primary key, name text);
create table cost_daily(day integer, account_id integer, service_id integer, micro integer,
  primary key(day, account_id, service_id)) without rowid;
create table weekly(week integer, product text, service_id integer, micro integer,
  primary key(week, product, service_id)) without rowid;
create table weekly_product(week integer, product text, micro integer,
  primary key(week, product)) without rowid;
"""

ROLL_UPS = """
insert into weekly select day - ((day + 1) % 7) week, a.product, service_id, sum(micro)
  from cost_daily join account a on a.id = account_id group by 1, 2, 3;
insert into weekly_product select week, product, sum(micro) from weekly group by 1, 2;
"""


def write_cost(folder):
    """The bill in both forms; answers what tells one fixture from another."""
    focus = FocusFile(folder / "focus.csv.gz")
    database = sqlite3.connect(folder / "wor.db")
    database.executescript(SCHEMA)
    database.executemany("insert into account values(?,?,?)",
                         [(a, account_id(a), product(a)) for a in range(ACCOUNTS)])
    database.executemany("insert into service values(?,?)", [(s, service_name(s)) for s in range(SERVICES)])
    keys = [(account, service) for account in range(ACCOUNTS) for service in range(SERVICES)]
    rows = total = 0
    for day, amounts in daily_amounts(random.Random(SEED)):
        focus.write_day(day, amounts)
        number = julian(day)
        database.executemany("insert into cost_daily values(?,?,?,?)",
                             [(number, a, s, micro) for (a, s), micro in zip(keys, amounts)])
        rows += len(amounts)
        total += sum(amounts)
    focus.close()
    database.executescript(ROLL_UPS)
    database.commit()
    database.close()
    return {"rows": rows, "billed_total": plain(total), "plain_bytes": focus.plain_bytes,
            "focus_sha256": focus.digest.hexdigest()}


def months():
    last = FIRST_DAY + timedelta(days=DAYS - 1)
    month = FIRST_DAY.replace(day=1)
    while month <= last:
        yield month
        month = month_bounds(month)[1]


def catalogue():
    """20 products of 5 accounts, each with a monthly budget in yen."""
    lines = ["[organization]", 'name = { ja = "計測株式会社", en = "Bench Inc." }', 'time_zone = "Asia/Tokyo"',
             'language = "ja"', 'reporting_currency = "JPY"', 'rate_policy = "previous-month-end"', ""]
    for number in range(PRODUCTS):
        slug = f"product-{number:02d}"
        lines += ["[[product]]", f'slug = "{slug}"',
                  f'name = {{ ja = "製品 {number:02d}", en = "Product {number:02d}" }}',
                  f'group = {{ ja = "第{number // 5 + 1}グループ", en = "Group {number // 5 + 1}" }}',
                  f"tier = {number % 3 + 1}", f'product_manager = "PM {number:02d}"',
                  f'embedded_sre = "SRE {number:02d}"', f'chat_channel = "#{slug}"',
                  f'links = {{ runbook = "https://wiki.example/{slug}" }}', ""]
    for account in range(ACCOUNTS):
        environment = ENVIRONMENTS[account % ACCOUNTS_PER_PRODUCT]
        lines += ["[[account]]", f'id = "{account_id(account)}"', f'product = "{product(account)}"',
                  f'environment = "{environment}"', ""]
    for index, month in enumerate(months()):
        before = month - timedelta(days=1)
        lines += ["[[rate]]", 'from = "USD"', 'to = "JPY"', f'month = "{month:%Y-%m}"',
                  'policy = "previous-month-end"', f'rate = "{145 + index}.25"', f"date = {before}",
                  'source = "bench"', ""]
        for number in range(PRODUCTS):
            lines += ["[[budget]]", f'product = "product-{number:02d}"', f'month = "{month:%Y-%m}"',
                      f'amount = "{14_000_000 + 400_000 * number}"', 'currency = "JPY"', ""]
    return "\n".join(lines)


def objectives():
    """One objective a product, over 28 rolling days; every fourth counts minutes."""
    documents = []
    for number in range(PRODUCTS):
        slices = number % 4 == 3
        method = "Timeslices" if slices else "Occurrences"
        target = ["0.999", "0.995", "0.9995", "0.99"][number % 4]
        extra = ["      timeSliceTarget: 0.99", "      timeSliceWindow: 1m"] if slices else []
        documents.append("\n".join([
            "apiVersion: openslo/v1", "kind: SLO", "metadata:", f"  name: product-{number:02d}-answers",
            f"  displayName: Answers of product {number:02d}", "spec:",
            "  description: Requests are answered without error within a second.",
            f"  service: product-{number:02d}", "  indicator:", "    metadata:",
            f"      name: answers-{number:02d}", "    spec:", "      ratioMetric:", "        counter: true",
            "        good:", "          metricSource:", "            type: Prometheus",
            "            spec:", "              query: good", "        total:", "          metricSource:",
            "            type: Prometheus", "            spec:", "              query: total",
            "  timeWindow:", "    - duration: 28d", "      isRolling: true",
            f"  budgetingMethod: {method}", "  objectives:", "    - displayName: answered",
            f"      target: {target}", *extra]))
    return "\n---\n".join(documents) + "\n"


def counts():
    """Counts of every objective for each of the last days, midnight to midnight in Tokyo."""
    chance = random.Random(SEED + 1)
    lines = ["slo,period_start,period_end,good,total,samples_seen,samples_expected"]
    first = WEEK_MONDAY + timedelta(days=7 - 7 * WEEKS_OF_COUNTS)
    for number in range(PRODUCTS):
        for offset in range(7 * WEEKS_OF_COUNTS):
            start = datetime.combine(first + timedelta(days=offset), datetime.min.time(), TOKYO)
            total = 86_400 if number % 4 == 3 else chance.randrange(20_000, 400_000)
            usual = [0.0004, 0.003, 0.0002, 0.006][number % 4]
            bad = int(total * usual * chance.uniform(0, 2)) + (total // 40 if chance.random() < 0.01 else 0)
            end = start + timedelta(days=1)
            lines.append(f"product-{number:02d}-answers,{start.isoformat()},{end.isoformat()},"
                         f"{total - bad},{total},288,288")
    return "\n".join(lines) + "\n"


def incidents():
    """Four incidents a week, one in five of them a repeat."""
    chance = random.Random(SEED + 2)
    rows = []
    for number in range(4 * 13):
        week = WEEK_MONDAY - timedelta(days=7 * (number // 4))
        start = datetime.combine(week, datetime.min.time(), TOKYO) + timedelta(minutes=chance.randrange(9_000))
        minutes = [chance.randrange(1, 9), chance.randrange(9, 30), chance.randrange(30, 200)]
        detected, mitigated, resolved = (start + timedelta(minutes=minute) for minute in minutes)
        owner = f"product-{chance.randrange(PRODUCTS):02d}"
        repeat = f"{owner}-pool" if number % 5 == 0 else ""
        rows.append([f"INC-{number:03d}", f"Answers of {owner} were slow or failed", owner,
                     f"SEV-{chance.choice([1, 2, 2, 3, 3, 4])}", start, detected, detected, mitigated,
                     resolved, chance.choice(["", "0.25", "0.6"]), chance.choice(["monitor", "customer"]),
                     repeat, resolved])
    header = ("external_id,title,product,severity,impact_start,detected_at,declared_at,mitigated_at,"
              "resolved_at,impact_fraction,detected_by,fingerprint,updated_at")
    text = lambda value: value.isoformat() if isinstance(value, datetime) else str(value)
    return "\n".join([header, *(",".join(map(text, row)) for row in rows)]) + "\n"


def fixture(cache):
    """The folder with the data, made when this file has changed since or it was never finished."""
    version = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
    folder = cache / f"fixture-{version}"
    if not (folder / "fixture.json").exists():
        print("generating 1.46 million rows, once …", file=sys.stderr, flush=True)
        for leftover in cache.glob("fixture-*"):
            shutil.rmtree(leftover)
        folder.mkdir(parents=True)
        facts = write_cost(folder)
        for name, text in [("catalogue.toml", catalogue()), ("objectives.yaml", objectives()),
                           ("counts.csv", counts()), ("incidents.csv", incidents())]:
            (folder / name).write_text(text, encoding="utf-8")
        (folder / "fixture.json").write_text(json.dumps(facts))
    return folder, json.loads((folder / "fixture.json").read_text())


if __name__ == "__main__":
    print(*fixture(Path(sys.argv[1])))
