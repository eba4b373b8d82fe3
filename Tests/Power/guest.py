#!/usr/bin/python3
"""The first and only process of a machine: does what POWER_WORK says, writes the answer, ends.

    {"task": "record", "disks": [DEVICE, MARKS], "scenario": …}   make the steps of a scenario one by one
    {"task": "check", "disks": [DEVICE…], "cuts": […], …}         see what a power cut has left
"""
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

LIBC = ctypes.CDLL(None, use_errno=True)
MARK = 4096


def main():
    mount("proc", "/proc", "proc")
    mount("sysfs", "/sys", "sysfs")
    work = json.loads(Path(os.environ["POWER_WORK"]).read_text())
    try:
        answer = {"nothing": lambda work: {}, "record": record, "check": check}[work["task"]](work)
    except Exception:
        answer = {"trouble": traceback.format_exc()}
    path = Path(work["answer"])
    path.with_suffix(".new").write_text(json.dumps(answer))
    path.with_suffix(".new").rename(path)
    os.sync()
    LIBC.reboot(ctypes.c_uint(0x4321FEDC))


def mount(source, target, kind, options=""):
    if LIBC.mount(source.encode(), str(target).encode(), kind.encode(), 0, options.encode()):
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
        self.environment = dict(work["environment"], DISK=str(self.mount), HOME=str(self.mount / "home"))

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
    """Returns what the tree was after each step, and how long each took."""
    place = Place(work)
    device, marks = work["disks"]
    mount(device, place.mount, place.kind, place.options)
    (place.mount / "home").mkdir()
    place.expect(place.scenario["prepare"])
    unmount(place.mount)
    mount(device, place.mount, place.kind, place.options)
    states, times = [place.listing()], []
    neighbour = start_neighbour(place.mount, work["seed"]) if work["busy"] else None
    marks = os.open(marks, os.O_WRONLY)
    try:
        mark(marks, 0)
        for number, command in enumerate(place.scenario["steps"], 1):
            start = time.monotonic()
            place.expect(command, **work["faults"])
            mark(marks, number)
            times.append(time.monotonic() - start)
            states.append(place.listing())
    finally:
        if neighbour:
            os.kill(neighbour, 9)
            os.waitpid(neighbour, 0)
    return {"states": states, "times": times}


def mark(file, number):
    os.pwrite(file, str(number).encode().ljust(MARK, b"\0"), 0)
    os.fsync(file)


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
        mount(device, place.mount, place.kind, place.options)
    except OSError as error:
        return dict(found, problem=f"no mount: {error}")
    try:
        judge(place, cut, work["states"], found)
    except OSError as error:
        found["problem"] = f"damaged: {error}"
    finally:
        unmount(place.mount)
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
    matching = [number for number, state in enumerate(states) if state == now]
    allowed = [number for number in matching if number in (reported, reported + 1)]
    if not allowed:
        if matching:
            found["state"] = matching[-1]
            found["problem"] = f"lost: it is at step {matching[-1]}"
        else:
            found["problem"] = "mixed: " + listing.difference(states[reported:reported + 2], now)
        return
    found["state"] = allowed[0]
    litter = listing.litter(place.mount, place.scenario["compared"])
    if litter:
        found["problem"] = f"litter: {' '.join(litter[:10])}"
        return
    # The command that was cut, or the next one, is given again; this takes the longest.
    if (cut["again"] or found["open"]) and reported < len(place.scenario["steps"]):
        again = place.run(place.scenario["steps"][reported])
        if again.returncode:
            found["problem"] = f"the step again: status {again.returncode}: {again.stderr[-2000:]}"
        elif place.listing() != states[reported + 1]:
            found["problem"] = "after the step again: " + listing.difference(
                [states[reported + 1]], place.listing())


if __name__ == "__main__":
    main()
