"""Messages at a webhook at a steady rate, beside nginx that reads the same bodies, with a kill in the middle.

Messages leave at their times whether or not earlier ones were answered, so that a slow answer is not hidden
by the ones that wait for it.
"""

import hashlib
import hmac
import http.client
import json
import queue
import signal
import threading
import time
from urllib.parse import urlsplit

from generate import TODAY
from load import Request, ask_once
from processes import Missing, Server, free_port
from table import table

SECRET = "a secret of the bench alone"
PER_SECOND = 200
SENDERS = 16

CONTROL = """
{user}
pid {folder}/control.pid;
error_log {folder}/control.log;
worker_processes 2;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_buffer_size 2m;
  client_max_body_size 2m;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  upstream behind {{ server 127.0.0.1:{behind}; keepalive 16; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass http://behind; proxy_http_version 1.1; proxy_set_header Connection ""; }}
  }}
  server {{
    listen 127.0.0.1:{behind};
    location = /ready {{ return 200; }}
    location / {{ return 202; }}
  }}
}}
"""


def message(number):
    """One of a million incidents, as PagerDuty tells of it."""
    data = {"id": f"P{number:06d}", "type": "incident", "title": f"Incident {number} of the bench", "number": number,
            "html_url": f"https://acme.pagerduty.com/incidents/P{number:06d}", "status": "triggered",
            "created_at": f"{TODAY}T00:00:00Z", "service": {"id": f"S{number % 20}", "summary": f"p{number % 20:02d}"},
            "priority": {"id": "PRIO", "summary": f"P{1 + number % 4}"}, "urgency": "high", "resolve_reason": None,
            "teams": [{"id": f"T{team}", "summary": "Team of the bench"} for team in range(20)]}
    event = {"id": f"E{number:06d}", "event_type": "incident.triggered", "resource_type": "incident",
             "occurred_at": f"{TODAY}T00:00:00Z", "data": data}
    return json.dumps({"event": event}).encode()


def headers(body):
    return {"Content-Type": "application/json",
            "X-PagerDuty-Signature": "v1=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}


class Sent:
    """What became of messages: seconds until each was answered, and which were not accepted."""

    def __init__(self):
        self.seconds, self.failed, self.lock = [], [], threading.Lock()

    def p99(self):
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]


def send(address, numbers, per_second, middle=None):
    """Sends messages at a steady rate; calls `middle` when half of them have left."""
    netloc, sent, waiting = urlsplit(address).netloc, Sent(), queue.SimpleQueue()

    def sender():
        connection = http.client.HTTPConnection(netloc, timeout=10)
        while (job := waiting.get()) is not None:
            number, due = job
            body = message(number)
            try:
                connection.request("POST", "/hooks/bench", body=body, headers=headers(body))
                answer = connection.getresponse()
                answer.read()
                accepted = answer.status == 202
            except (OSError, http.client.HTTPException):
                connection.close()
                accepted = False
            with sent.lock:
                if accepted:
                    sent.seconds.append(time.monotonic() - due)
                else:
                    sent.failed.append(number)

    threads = [threading.Thread(target=sender) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    started = time.monotonic()
    for position, number in enumerate(numbers):
        due = started + position / per_second
        time.sleep(max(0.0, due - time.monotonic()))
        waiting.put((number, due))
        if middle and position == len(numbers) // 2:
            middle()
    for _ in threads:
        waiting.put(None)
    for thread in threads:
        thread.join()
    return sent


def served(teirei, folder):
    """A server with one hook and a database of its own; started by whoever needs it."""
    port = free_port()
    (folder / "hooks.toml").write_text(f'[hooks.bench]\nkind = "pagerduty"\nsecret = "{SECRET}"\n')
    command = [teirei.program, "--config", str(folder / "hooks.toml"), "--database", f"sqlite:{folder}/hooks.db",
               "--today", TODAY, "serve", "--listen", f"127.0.0.1:{port}"]
    base = f"http://127.0.0.1:{port}"
    return Server("teirei, hooks", command, f"{base}/readyz", folder / "hooks.log", teirei.environment), base


def control(folder):
    folder.mkdir(parents=True, exist_ok=True)
    port, behind = free_port(), free_port()
    (folder / "control.conf").write_text(CONTROL.format(folder=folder, port=port, behind=behind, user="user root;"))
    command = ["nginx", "-p", str(folder), "-c", str(folder / "control.conf"), "-e", str(folder / "control.log"),
               "-g", "daemon off;"]
    return Server("nginx, control", command, f"http://127.0.0.1:{behind}/ready", folder / "control.out"), \
        f"http://127.0.0.1:{port}"


def state(base):
    """How many messages are kept and how many wait to be read."""
    hooks = json.loads(ask_once(Request(f"{base}/imports.json")).body)["hooks"]
    return (hooks[0]["messages"], hooks[0]["waiting"]) if hooks else (0, 0)


def settled(base, limit=120.0):
    """The state once nothing waits, and the seconds that this took."""
    started = time.monotonic()
    while True:
        kept, waiting = state(base)
        took = time.monotonic() - started
        if waiting == 0:
            return kept, took
        if took > limit:
            raise Missing(f"{waiting} messages still wait to be read after {limit:.0f} s")
        time.sleep(0.2)


def measure_hooks(teirei, folder, seconds=60):
    """A minute of messages at Teirei, killed and started again half-way through a second run, and at nginx."""
    count = PER_SECOND * seconds
    server, base = served(teirei, folder)
    peer, peer_base = control(folder / "control")
    with peer:
        beside = send(peer_base, range(count), PER_SECOND)
    server.start()
    try:
        steady = send(base, range(count), PER_SECOND)
        kept, took = settled(base)

        def kill():
            server.process.send_signal(signal.SIGKILL)
            server.process.wait()

        again = range(count, count + PER_SECOND * 10)
        cut = send(base, again, PER_SECOND, kill)
        server.start()
        # Senders repeat what was not answered, and a part of what was.
        repeated = send(base, [*cut.failed, *list(again)[::4]], PER_SECOND)
        after, _ = settled(base)
    finally:
        server.stop()
    return {"count": count, "beside": beside, "steady": steady, "kept": kept, "took": took,
            "cut": cut, "repeated": repeated, "after": after, "all": count + len(again)}


def print_hooks(measured, goals):
    steady, beside = measured["steady"], measured["beside"]
    lines = [
        ["answered, of those sent", f"{len(steady.seconds):,} of {measured['count']:,}",
         f"{len(beside.seconds):,} of {measured['count']:,}"],
        ["99 of 100 answered within", f"{steady.p99() / beside.p99():.1f}x [{steady.p99() * 1000:.1f} ms]",
         f"[{beside.p99() * 1000:.1f} ms]"],
        ["read behind, after the last", f"[{measured['took']:.1f} s]", ""],
        ["killed half-way, then repeated",
         f"{measured['after']:,} kept of {measured['all']:,}, {len(measured['cut'].failed):,} sent again", ""],
    ]
    table(f"Webhook at {PER_SECOND} messages a second, × nginx that reads the same bodies",
          ["", "Teirei", "nginx"], lines)
    goals.at_most("messages of the webhook that were lost or doubled",
                  abs(measured["count"] - measured["kept"]) + abs(measured["all"] - measured["after"])
                  + len(steady.failed) + len(measured["repeated"].failed), 0, str)
