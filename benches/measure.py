"""Runs a command and says what it cost: seconds, CPU seconds, memory. Shared by the scripts beside it."""

import os
import statistics
import subprocess
import time


class Cost:
    """What one run cost."""

    def __init__(self, seconds, cpu, memory):
        self.seconds, self.cpu, self.memory = seconds, cpu, memory

    @property
    def gigabytes(self):
        """The memory in GB of 1000 × 1000 × 1000 bytes."""
        return self.memory * 2**30 / 1e9

    @staticmethod
    def median(costs):
        """The median of each figure, and of memory the most."""
        seconds, cpu = (statistics.median(getattr(cost, name) for cost in costs) for name in ("seconds", "cpu"))
        return Cost(seconds, cpu, max(cost.memory for cost in costs))


def cost(command, limit=None):
    """Seconds, user + system seconds and GiB at the peak of one run; it must succeed. None if it is not done after `limit` seconds."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while True:
        # Looked at a hundred times a second, so that a limit can be kept; short runs are timed finely enough by their CPU time.
        done, status, usage = os.wait4(child.pid, os.WNOHANG if limit else 0)
        if done:
            break
        if time.perf_counter() - start > limit:
            child.kill()
            os.wait4(child.pid, 0)
            return None
        time.sleep(0.01)
    seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"exit code {child.returncode}: {' '.join(command)}")
    # Linux counts in KiB.
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024 / 1024)
