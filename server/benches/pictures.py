"""What pictures cost beside the page that they show: the card of a link and single charts, as PNG and SVG."""

import sys

from generate import WEEK
from load import Request, ask_once, cpu_per_request
from table import kilobytes, table, times
from teirei import BROWSER, PLAIN

PICTURE_LIMIT = 300_000
PAGE = "page, store read"
PICTURES = {"card, PNG": ".png", "card, SVG": ".svg", "cost movers, PNG": ".png?chart=movers",
            "cost movers, SVG": ".svg?chart=movers", "incidents, PNG": ".png?chart=incidents"}


def measure_pictures(served, rounds, seconds):
    """The least processor time of each over all rounds, taking turns with the page, and how large each is."""
    requests = {PAGE: Request(f"{served.base}/reviews/{WEEK}", BROWSER)}
    requests |= {name: Request(f"{served.base}/reviews/{WEEK}{rest}", PLAIN) for name, rest in PICTURES.items()}
    sizes = {name: len(ask_once(request).body) for name, request in requests.items()}
    measured = {name: [] for name in requests}
    for number in range(rounds):
        print(f"pictures, round {number + 1} of {rounds} …", file=sys.stderr, flush=True)
        for name, request in requests.items():
            measured[name].append(cpu_per_request(served.server, request, seconds / 2)[0])
    return {name: min(costs) for name, costs in measured.items()}, sizes


def print_pictures(least, sizes, goals):
    table(f"Pictures of /reviews/{WEEK}: CPU per request over one connection, store read",
          ["", "body", "CPU, × page"],
          [[name, kilobytes(sizes[name]), f"{times(cost / least[PAGE])} [{cost:.2f} ms]"]
           for name, cost in least.items()])
    largest = max(size for name, size in sizes.items() if name.endswith("PNG"))
    goals.at_most("the largest picture", largest, PICTURE_LIMIT, kilobytes)
