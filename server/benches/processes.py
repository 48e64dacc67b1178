"""Programs that the bench starts, what they cost, and that none of them is left behind.

Every program gets a process group of its own; processor time and memory are those of the group,
so that a server with workers is counted whole.
"""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


class Missing(Exception):
    """Something the bench needs is not there; the message says what to do."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def group_members(group):
    """The process ids of a group, with the fields of `/proc/PID/stat` after the name."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            yield entry.name, fields


def status_kib(pid, field):
    """A figure of `/proc/PID/status` in KiB, such as VmRSS; 0 when the process is gone."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


class Server:
    """A server that is started, asked and stopped."""

    def __init__(self, name, command, ready_url, log, environment=None):
        self.name, self.command, self.ready_url, self.log = name, command, ready_url, Path(log)
        self.environment = {**os.environ, **(environment or {})}
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self, limit=30.0):
        """Starts it; answers the seconds until the first good answer."""
        started = time.monotonic()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=self.environment, start_new_session=True)
        while time.monotonic() - started < limit:
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(self.ready_url, timeout=10) as answer:
                    answer.read()
                    return time.monotonic() - started
            except (urllib.error.URLError, OSError):
                time.sleep(0.005)
        self.stop()
        tail = self.log.read_text(errors="replace")[-2000:]
        raise Missing(f"{self.name} did not answer at {self.ready_url}; its last words:\n{tail}")

    def stop(self):
        if self.process is None:
            return
        for sign, patience in [(signal.SIGTERM, 8), (signal.SIGKILL, 5)]:
            try:
                os.killpg(self.process.pid, sign)
            except ProcessLookupError:
                pass
            try:
                self.process.wait(patience)
                break
            except subprocess.TimeoutExpired:
                continue
        self.process = None

    def cpu_seconds(self):
        """User and system time of the whole group so far."""
        return sum(int(fields[11]) + int(fields[12])
                   for _, fields in group_members(self.process.pid)) / TICKS

    def resident_mib(self):
        return sum(status_kib(pid, "VmRSS") for pid, _ in group_members(self.process.pid)) / 1024


class Finished:
    """What a program that has ended cost."""

    def __init__(self, cpu, wall, peak_mib, code, output):
        self.cpu, self.wall, self.peak_mib, self.code, self.output = cpu, wall, peak_mib, code, output


def run_measured(command, limit=240.0, environment=None, discard=False, allowed=(0,)):
    """Runs a program to its end. The peak of memory is VmHWM, looked at every few milliseconds:
    `ru_maxrss` would also count the bench itself, whose pages the child has until it execs."""
    started = time.monotonic()
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, start_new_session=True,
        stdout=subprocess.DEVNULL if discard else subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, **(environment or {})})
    output, peak = bytearray(), 0
    if process.stdout:
        os.set_blocking(process.stdout.fileno(), False)
    try:
        while True:
            # Waiting without reaping leaves the figures readable until they are taken by wait4.
            ended = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            peak = max(peak, status_kib(process.pid, "VmHWM"))
            if process.stdout:
                output += process.stdout.read() or b""
            if ended:
                break
            if time.monotonic() - started > limit:
                raise Missing(f"took longer than {limit:.0f} s: {' '.join(map(str, command))}")
            time.sleep(0.005)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    text = output.decode(errors="replace")
    if process.returncode not in allowed:
        raise Missing(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{text[-2000:]}")
    return Finished(usage.ru_utime + usage.ru_stime, wall, peak / 1024, process.returncode, text)
