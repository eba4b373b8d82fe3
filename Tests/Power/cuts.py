#!/usr/bin/env python3
"""Cuts the power while spkg works, and looks at what the disk has then.

    cuts.py SPKG FOLDER [--cuts 40] [--on ext4,xfs,btrfs] [--only SCENARIO,…] [--files 300] [--seed 1]
            [--limit SECONDS] [--again 2] [--durable no] [--no-sync PATTERN] [--until-bad] [--here]

A user-mode Linux runs SPKG on a disk of its own, and all that the disk is told is written down. From
that, disks are made as a power cut at any moment leaves them. Another machine mounts each, lets spkg
recover, and compares: exactly old or exactly new, not older than what spkg had reported as done, nothing
left over, and the command works when it is given again. Recovery itself is cut again, too, twice.

Needs linux.uml, gcc, mkfs, and no privileges. With --here the disks are mounted by this machine's own
kernel, which is quicker by far, sees when a disk is told to empty its cache, and lets disks lose what they
were told since; that needs root. FOLDER is best on a tmpfs. The status is 1 if anything was found, 2 if no
machine can run here.
"""
import argparse
import os
import random
import shlex
import shutil
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import disk
import files
import machine
import scenarios

SCENARIOS = scenarios.ALL | files.ALL

# So many disks a machine can have.
BATCH = 12


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].strip())
    parser.add_argument("spkg", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cuts", type=int, default=40)
    parser.add_argument("--on", default="ext4,xfs,btrfs")
    parser.add_argument("--only", default=",".join(SCENARIOS))
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=1e9, help="seconds; what isn't begun then is left out")
    parser.add_argument("--again", type=int, default=1, help="recoveries to cut, and of each as many again")
    parser.add_argument("--durable", default="yes")
    parser.add_argument("--no-sync", help="spkg's syncs of paths like this one are left out")
    parser.add_argument("--until-bad", action="store_true", help="no more of a scenario once one is bad")
    parser.add_argument("--here", action="store_true", help="mount the disks on this machine, as root")
    options = parser.parse_args()
    systems, names = options.on.split(","), options.only.split(",")
    folder = options.folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    programs = {disk.FILE_SYSTEMS[system][0][0] for system in systems}
    if not options.here and machine.forbidden():
        print("cuts.py: left out: this machine forbids ptrace, so that no user-mode Linux can run")
        return 0
    reason = machine.why_not_here(programs) if options.here else machine.why_not(folder, programs)
    if reason:
        print(f"cuts.py: no machine can run here: {reason}", file=sys.stderr)
        return 2
    # Each scenario once, before the first comes to its second file system.
    trials = [(systems[(place + turn) % len(systems)], name)
              for turn in range(len(systems)) for place, name in enumerate(names)]
    print("| file system | scenario | writes | cuts | old | new | changes open | bad | s |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    bad, end = 0, time.monotonic() + options.limit
    for number, (system, name) in enumerate(trials):
        if time.monotonic() > end:
            left = " ".join(f"{name}/{system}" for system, name in trials[number:])
            print(f"left out after {options.limit:.0f} s: {left}")
            break
        try:
            bad += Trial(options, folder, system, name).run()
        except machine.Trouble as trouble:
            print(f"cuts.py: {name} on {system}: {trouble}", file=sys.stderr)
            return 2
    shutil.rmtree(folder)
    return 1 if bad else 0


class Trial:
    """One scenario on one file system."""

    def __init__(self, options, folder, system, name):
        self.options, self.system, self.name = options, system, name
        self.folder = folder / f"{system}-{name}"
        inputs = self.folder / "inputs"
        for place in (inputs, self.folder / "mount"):
            place.mkdir(parents=True)
        self.machine = (machine.Here if options.here else machine.Machine)(self.folder)
        _, _, mount_options = disk.FILE_SYSTEMS[system]
        self.work = {
            "mount": str(self.folder / "mount"), "kind": system.split("-")[0], "options": mount_options,
            "scenario": SCENARIOS[name](inputs, options.files), "seed": options.seed,
            "environment": {
                "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "INPUTS": str(inputs),
                "SPKG": str(options.spkg.resolve()), "SPKG_DURABLE": options.durable,
                "FAULTS": str(self.machine.faults)}}
        self.quiet = {
            "LD_PRELOAD": str(self.machine.faults), "FAULT_PROGRAM": str(options.spkg.resolve())}
        if options.no_sync:
            self.quiet["FAULT_NO_SYNC"] = options.no_sync
        # Whoever else writes on the same disk ends its file system's transactions at any moment. spkg is
        # busy with renames for milliseconds only: before each, somebody does.
        self.busy = self.quiet | {
            "FAULT_FROM": self.work["scenario"].get("from", "var/lock/pip3.lock"),
            "FAULT_AT": "0", "FAULT_ONLY": "rename,link,rmdir",
            "FAULT_DO": 'run echo >>"$DISK/neighbour"; sync "$DISK/neighbour"'}
        for faults in (self.quiet, self.busy):
            # Variables are taken out of the environment: who starts spkg by way of another spkg needs them.
            path = inputs / f"faults-{len(faults)}.sh"
            path.write_text("".join(f"export {key}={shlex.quote(text)}\n" for key, text in faults.items()))
            faults["FAULTS_AGAIN"] = str(path)
        self.counts = Counter()
        self.bad_at = None

    def run(self):
        """Returns the number of problems."""
        start = time.monotonic()
        base = self.folder / "base"
        disk.make(base, self.system)
        # Alone, what spkg doesn't bring to the disk itself comes there late; beside others, early.
        for faults in (self.quiet, self.busy):
            if self.done():
                break
            log, states = self.record(base, faults, self.work["scenario"]["steps"], prepares=True)
            for number, state in enumerate(states[1:]):
                if state == states[number]:
                    sys.exit(f"cuts.py: {self.name}: step {number + 1} changes nothing")
            cuts = log.cuts(self.options.cuts // 2, self.options.seed)
            self.counts.update(writes=len(log.entries) - log.first)
            self.check_all(disk.Replay(log, base, self.folder / "replay"), cuts, states)
            if self.options.again:
                self.cut_recovery(log, base, faults, states, [cut for cut in cuts if cut.is_open], 2)
        counts = self.counts
        print(f"| {self.system} | {self.name} | {counts['writes']} | {counts['cuts']} | {counts['old']} | "
              f"{counts['new']} | {counts['open']} | {counts['bad']} | "
              f"{time.monotonic() - start:.0f} |"
              + (f" first bad: {self.bad_at}" if self.bad_at else ""), flush=True)
        shutil.rmtree(self.folder)
        return counts["bad"]

    def done(self):
        return self.options.until_bad and self.counts["bad"]

    def cut_recovery(self, log, base, faults, states, cuts, depth):
        """Lets some of the disks with an open change recover, and cuts the power then, too."""
        dice = random.Random(self.options.seed)
        for cut in sorted(dice.sample(cuts, min(self.options.again, len(cuts))), key=lambda cut: cut.position):
            if self.done():
                return
            image = self.folder / f"open{depth}"
            replay = disk.Replay(log, base, self.folder / f"replay{depth}")
            replay.make(cut, image)
            replay.close()
            inner, after = self.record(image, faults, [self.work["scenario"]["recover"]], prepares=False)
            possible = [number for number, state in enumerate(states) if state == after[-1]]
            cuts = inner.cuts(max(6, self.options.cuts // 4), self.options.seed)
            for one in cuts:
                # Which way it goes recovery has said.
                one.reported, one.possible = cut.reported, possible
            self.check_all(disk.Replay(inner, image, self.folder / f"replay{depth}"), cuts, states)
            opened = [cut for cut in cuts if cut.is_open]
            if depth > 1:
                self.cut_recovery(inner, image, faults, states, opened, depth - 1)
            image.unlink()

    def record(self, base, faults, steps, prepares):
        image, marks, log = (self.folder / name for name in ("recorded", "marks", "log"))
        for tries in (1, 2, 3):
            log.unlink(missing_ok=True)
            disk.copy(base, image)
            marks.write_bytes(bytes(1 << 20))
            try:
                answer = self.machine.run(
                    dict(self.work, task="record", faults=faults, busy=faults is self.busy, steps=steps,
                         prepares=prepares), [image, marks], log)
                break
            except machine.Trouble:
                # User-mode Linux itself crashes at times under this load; spkg can't be the cause.
                if tries == 3:
                    raise
        if "trouble" in answer:
            sys.exit(f"cuts.py: {self.name} on {self.system}: {answer['trouble']}")
        image.unlink()
        return disk.Log(log), answer["states"]

    def check_all(self, replay, cuts, states):
        cuts = sorted(cuts, key=lambda cut: replay.log.flushed(cut.position))
        # Of this machine's own mounts there is one at a time: disks with one identity can't be two.
        with ThreadPoolExecutor(1 if self.options.here else os.cpu_count()) as pool:
            # Disks are made in order; while one machine works, those of the next come.
            futures = []
            for place in range(0, len(cuts), BATCH):
                if self.done():
                    break
                batch = cuts[place:place + BATCH]
                disks = [self.folder / f"disk{place + number}" for number in range(len(batch))]
                for cut, image in zip(batch, disks):
                    replay.make(cut, image)
                futures.append(pool.submit(self.check, disks, batch, states))
                if self.options.until_bad:
                    futures[-1].result()
            for future in futures:
                future.result()
        replay.close()

    def check(self, disks, cuts, states):
        answer = self.machine.run(
            dict(self.work, task="check", states=states,
                 cuts=[{"reported": cut.reported, "possible": cut.possible, "again": cut.position % 4 == 0}
                       for cut in cuts]), disks)
        if "trouble" in answer:
            sys.exit(f"cuts.py: {self.name} on {self.system}: {answer['trouble']}")
        for image, cut, found in zip(disks, cuts, answer["found"]):
            image.unlink()
            cut.is_open = found["open"]
            self.counts.update(cuts=1, open=found["open"])
            if found["problem"]:
                self.counts["bad"] += 1
                self.bad_at = self.bad_at or self.counts["cuts"]
                print(f"{self.system} {self.name}, {cut}: {found['problem']}\n{found['said']}",
                      file=sys.stderr, flush=True)
            else:
                self.counts["old" if found["state"] == cut.reported else "new"] += 1


if __name__ == "__main__":
    sys.exit(main())
