#!/usr/bin/python3
"""The first and only process of a machine: does what POWER_WORK says, writes the answer, ends.

    {"task": "record", "disks": [DEVICE, MARKS], "scenario": …}   make the steps of a scenario one by one
    {"task": "check", "disks": [DEVICE…], "cuts": […], …}         see what a power cut has left

With "here" it is a process of this machine, whose disks are files, see `machine.Here`.
"""
import contextlib
import ctypes
import json
import os
import random
import subprocess
import sys
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.dont_write_bytecode = True
import listing  # noqa: E402
from disk import HEADER  # noqa: E402

LIBC = ctypes.CDLL(None, use_errno=True)
MARK = 4096


def main():
    work = json.loads(Path(os.environ["POWER_WORK"]).read_text())
    if not work.get("here"):
        mount("proc", "/proc", "proc")
        mount("sysfs", "/sys", "sysfs")
    try:
        answer = {"nothing": lambda work: {}, "record": record, "check": check}[work["task"]](work)
    except Exception:
        answer = {"trouble": traceback.format_exc()}
    path = Path(work["answer"])
    path.with_suffix(".new").write_text(json.dumps(answer))
    path.with_suffix(".new").rename(path)
    if not work.get("here"):
        os.sync()
        LIBC.reboot(ctypes.c_uint(0x4321FEDC))


def mount(source, target, kind, options="", flags=0):
    if LIBC.mount(source.encode(), str(target).encode(), kind.encode(), flags, options.encode()):
        raise OSError(ctypes.get_errno(), f"mount {source}")


def unmount(target):
    # Somebody may still close a file.
    for _ in range(50):
        if LIBC.umount(str(target).encode()) == 0:
            return
        time.sleep(0.02)
    raise OSError(ctypes.get_errno(), f"umount {target}")


class Place:
    """The mounted disk, and the scenario's commands in it."""

    def __init__(self, work):
        self.mount = Path(work["mount"])
        self.kind, self.options = work["kind"], work["options"]
        self.scenario = work["scenario"]
        self.is_here = work.get("here", False)
        self.binds = self.scenario.get("binds", [])
        self.environment = dict(work["environment"], DISK=str(self.mount), HOME=str(self.mount / "home"))

    def attach(self, device):
        if self.is_here:
            options = ",".join(["loop", *filter(None, [self.options])])
            done = subprocess.run(
                ["mount", "-t", self.kind, "-o", options, device, self.mount], capture_output=True, text=True)
            if done.returncode:
                raise OSError(0, f"mount {device}: {done.stderr}")
        else:
            mount(device, self.mount, self.kind, self.options)

    def bind(self):
        """Parts of the tree that are mount points, of the same disk."""
        for source, target in self.binds:
            mount(str(self.mount / source), self.mount / target, "none", flags=0x1000)

    def detach(self):
        for _, target in self.binds:
            # Not there, maybe.
            LIBC.umount(str(self.mount / target).encode())
        unmount(self.mount)

    def run(self, command, **variables):
        environment = self.environment | variables
        return subprocess.run(
            ["sh", "-euc", command], env=environment, cwd=self.mount, capture_output=True, text=True,
            errors="replace", stdin=subprocess.DEVNULL)

    def expect(self, command, **variables):
        done = self.run(command, **variables)
        if done.returncode:
            raise RuntimeError(f"{command}: status {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def listing(self):
        return listing.of(self.mount, self.scenario["compared"])


def record(work):
    """Returns what the tree was after each step."""
    place = Place(work)
    with recording(work) as (device, mark):
        place.attach(device)
        if work["prepares"]:
            (place.mount / "home").mkdir()
            place.expect(place.scenario["prepare"])
            place.detach()
            place.attach(device)
        place.bind()
        states = [place.listing()]
        neighbour = start_neighbour(place.mount, work["seed"]) if work["busy"] else None
        try:
            mark(0)
            for number, command in enumerate(work["steps"], 1):
                place.expect(command, **work["faults"])
                mark(number)
                states.append(place.listing())
        finally:
            if neighbour:
                os.kill(neighbour, 9)
                os.waitpid(neighbour, 0)
        if place.is_here:
            # What comes now is no more of the recording: a machine is just left, a disk is not.
            length = os.path.getsize(work["log"])
            place.detach()
            os.truncate(work["log"], length)
    return {"states": states}


@contextlib.contextmanager
def recording(work):
    """The device to mount, and how to note after how many of its writes a step was done."""
    if not work.get("here"):
        device, marks = work["disks"]
        file = os.open(marks, os.O_WRONLY)

        def mark(number):
            os.pwrite(file, str(number).encode().ljust(MARK, b"\0"), 0)
            os.fsync(file)

        yield device, mark
        return
    image, marks = work["disks"]
    device = f"{image}.device"
    Path(device).touch()
    server = subprocess.Popen([work["server"], image, work["log"], device], stdout=subprocess.PIPE)
    server.stdout.readline()
    log = os.open(work["log"], os.O_WRONLY | os.O_APPEND)

    def mark(number):
        text = str(number).encode().ljust(16, b"\0")
        os.write(log, HEADER.pack(b"M", time.monotonic_ns(), 0, len(text)) + text)

    try:
        yield device, mark
    finally:
        LIBC.umount2(device.encode(), 2)
        server.kill()
        server.wait()
        os.unlink(device)


def start_neighbour(folder, seed):
    """Another program that wants its own small file on the disk now and again.

    It makes the file system end its transactions at moments that spkg hasn't chosen.
    """
    child = os.fork()
    if child:
        return child
    dice = random.Random(seed)
    file = os.open(folder / "neighbour", os.O_WRONLY | os.O_CREAT)
    while True:
        os.pwrite(file, os.urandom(64), 0)
        os.fsync(file)
        time.sleep(dice.choice((0.002, 0.02, 0.1)))


def check(work):
    """Returns for each cut what was found.

    state: number of the step that the tree is at, or null; open: the cut has left an open change;
    problem: what is wrong, nothing if all is well.
    """
    place = Place(work)
    return {"found": [look(place, device, cut, work) for device, cut in zip(work["disks"], work["cuts"])]}


def look(place, device, cut, work):
    found = {"state": None, "open": False, "problem": "", "said": ""}
    try:
        place.attach(device)
    except OSError as error:
        return dict(found, problem=f"no mount: {error}")
    try:
        place.bind()
        judge(place, cut, work["states"], found)
    except OSError as error:
        found["problem"] = f"damaged: {error}"
    finally:
        place.detach()
    return found


def judge(place, cut, states, found):
    changes = [path for top in place.scenario["compared"]
               for path in place.mount.joinpath(top, "var/lib/sage/changes").glob("[!.]*")]
    found["open"] = bool(changes)
    done = place.run(place.scenario["recover"])
    found["said"] = done.stderr[-2000:]
    if done.returncode:
        found["problem"] = f"recover: status {done.returncode}"
        return
    now = place.listing()
    reported = cut["reported"]
    possible = cut["possible"] or [reported, reported + 1]
    expected = [states[number] for number in possible if number < len(states)]
    matching = [number for number, state in enumerate(states) if state == now]
    allowed = [number for number in matching if number in possible]
    if allowed:
        found["state"] = allowed[0]
    elif len(expected) == 2 and in_between(place, expected, now, found):
        found["state"] = reported + 1
    else:
        if matching:
            found["state"] = matching[-1]
            found["problem"] = f"lost: it is at step {matching[-1]}"
        else:
            found["problem"] = "mixed: " + listing.difference(expected, now) + found["problem"]
        return
    litter = listing.litter(place.mount, place.scenario["compared"])
    if litter:
        found["problem"] = f"litter: {' '.join(litter[:10])}"
        return
    # The command that was cut, or the next one, is given again; this takes the longest.
    if (cut["again"] or found["open"] or not allowed) and reported < len(place.scenario["steps"]):
        again = place.run(place.scenario["steps"][reported])
        if again.returncode:
            found["problem"] = f"the step again: status {again.returncode}: {again.stderr[-2000:]}"
        elif place.listing() != states[reported + 1]:
            found["problem"] = "after the step again: " + listing.difference(
                [states[reported + 1]], place.listing())


def in_between(place, expected, now, found):
    """Whether a step of several changes is between two of them: each path is old or new, and where records
    and pages speak of all of them, spkg itself finds nothing."""
    if "each" not in place.scenario:
        return False
    paths = expected[0].keys() | expected[1].keys() | now.keys()
    verify = place.scenario["each"]
    if any(now.get(path) not in [state.get(path) for state in expected]
           and not (verify and "/var/lib/sage/" in path or path == place.scenario.get("taken")) for path in paths):
        return False
    done = place.run(verify)
    found["problem"] = f"; verify: {done.stdout[-1000:]}" if done.returncode else ""
    return done.returncode == 0


if __name__ == "__main__":
    main()
