"""Asking a server: one request after the other for its processor time, many at once for its rate."""

import http.client
import re
import subprocess
import time
from urllib.parse import urlsplit

from processes import Missing


class Request:
    """What is asked for, and what the answer has to be."""

    def __init__(self, url, headers=None, status=200):
        self.url, self.headers, self.status = url, headers or {}, status

    def parts(self):
        split = urlsplit(self.url)
        return split.netloc, split.path + (f"?{split.query}" if split.query else "")


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body


def ask(connection, request):
    connection.request("GET", request.parts()[1], headers=request.headers)
    response = connection.getresponse()
    return Answer(response.status, response.headers, response.read())


def ask_once(request):
    connection = http.client.HTTPConnection(request.parts()[0], timeout=30)
    try:
        answer = ask(connection, request)
    finally:
        connection.close()
    if answer.status != request.status:
        raise Missing(f"{request.url} answered {answer.status}, not {request.status}: {answer.body[:300]!r}")
    return answer


def cpu_per_request(server, request, seconds):
    """Milliseconds of processor time per request over one kept connection, and how many were made.

    Clock ticks are 10 ms, so the server has to work for `seconds` of processor time at best, and for at
    most twice that on the wall.
    """
    connection = http.client.HTTPConnection(request.parts()[0], timeout=30)
    try:
        for _ in range(5):
            ask(connection, request)
        before, started, asked = server.cpu_seconds(), time.monotonic(), 0
        while True:
            for _ in range(20):
                if ask(connection, request).status != request.status:
                    raise Missing(f"{request.url} no longer answers {request.status}")
            asked += 20
            spent = server.cpu_seconds() - before
            if spent >= seconds or time.monotonic() - started >= 2 * seconds:
                return spent * 1000 / asked, asked
    finally:
        connection.close()


class Rate:
    """What `wrk` saw."""

    def __init__(self, per_second, p50, p99):
        self.per_second, self.p50, self.p99 = per_second, p50, p99


MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


def latency(report, share):
    found = re.search(rf"^\s+{share}%\s+([\d.]+)(us|ms|s|m)\s*$", report, re.M)
    return float(found[1]) * MILLISECONDS[found[2]] if found else float("nan")


def rate(request, connections, seconds):
    """The rate over some connections from one thread; any answer that is an error is refused."""
    headers = [word for name, value in request.headers.items() for word in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", "--latency", *headers,
               request.url]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60 + 2 * seconds)
    report = ended.stdout + ended.stderr
    found = re.search(r"^Requests/sec:\s+([\d.]+)", report, re.M)
    if ended.returncode or not found or "Non-2xx" in report or "Socket errors" in report:
        raise Missing(f"wrk could not measure {request.url}:\n{report}")
    return Rate(float(found[1]), latency(report, 50), latency(report, 99))
