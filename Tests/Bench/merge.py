#!/usr/bin/env python3
"""Times what spkg does under the pip lock, and merges against `cp -Rp`.

    merge.py SPKG FOLDER [ROUNDS] [WHEEL…]

Prints, as medians of ROUNDS runs:
- a stage of 50,000 files into an empty place, and over an identical tree; `cp -Rp` of the same. Both
  without and with waiting for the disk (SPKG_DURABLE, `sync -f`).
- how long the pip lock is held while each WHEEL is installed, reinstalled and uninstalled, as /proc/locks
  shows it. Default: a wheel of 2,000 files.
- eight installs of different wheels side by side against one alone, times 8, by processors.

Everything is made below FOLDER, which should be on the file system that matters, and removed.
"""
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from readers import write_wheel

FILES = 50_000


def main():
    spkg, folder = os.path.abspath(sys.argv[1]), Path(sys.argv[2]).resolve() / "merge"
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        merges(spkg, folder, rounds)
        wheels = [Path(name).resolve() for name in sys.argv[4:]] or [make_wheel(folder, "many", 2000)]
        for wheel in wheels:
            lock_times(spkg, folder, rounds, wheel)
        side_by_side(spkg, folder, rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# 50,000 files

def fill(folder):
    """Like a large package: 500 folders of 100 small files."""
    for number in range(FILES // 100):
        inner = folder / f"share/large/d{number % 25}/e{number}"
        inner.mkdir(parents=True)
        for file in range(100):
            (inner / f"f{file}").write_text(f"{number} {file}\n")


def merges(spkg, folder, rounds):
    master = folder / "master"
    fill(master)
    os.sync()
    times = {}
    for _ in range(rounds):
        for durable in ("no", "yes"):
            for where in ("an empty place", "an identical tree"):
                for tool in ("spkg merge", "cp -Rp"):
                    # New inodes each time: ext4 is slow to give out what was just freed.
                    run = folder / f"run{sum(map(len, times.values()))}"
                    stage, tree = run / "stage", run / "tree"
                    run.mkdir()
                    copy(master, stage)
                    if where == "an empty place":
                        tree.mkdir()
                    else:
                        copy(master, tree)
                    os.sync()
                    if tool == "cp -Rp":
                        command = ["cp", "-Rp", f"{stage}/.", str(tree)]
                        if durable == "yes":
                            command = ["sh", "-c", 'cp -Rp "$0/." "$1" && sync -f "$1"', str(stage),
                                       str(tree)]
                    else:
                        command = [spkg, "merge", "--json", str(stage), str(tree)]
                    took = timed(command, {"SPKG_DURABLE": durable})
                    times.setdefault((where, durable, tool), []).append(took)
    print(f"{FILES} files, milliseconds\n")
    print("| into | on disk | spkg merge | cp -Rp | cp : spkg |\n|---|---|---|---|---|")
    for where in ("an empty place", "an identical tree"):
        for durable in ("no", "yes"):
            ours, theirs = (
                statistics.median(times[where, durable, tool]) for tool in ("spkg merge", "cp -Rp"))
            print(f"| {where} | {durable} | {ours:.1f} | {theirs:.1f} | {theirs / ours:.1f} |")


def copy(source, target):
    """With other files of the same times; Python's own copytree takes ten times as long."""
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)


# The pip lock

def lock_times(spkg, folder, rounds, wheel):
    held = {"install": [], "reinstall": [], "uninstall": []}
    name = wheel.name.split("-")[0]
    for round in range(rounds):
        env = environment(folder / f"lock{round}")
        for what in held:
            words = ["uninstall", name] if what == "uninstall" else ["install", str(wheel)]
            held[what].append(
                held_by([spkg, "wheel", words[0], "--tree", str(env), words[1]],
                        env / "var/lock/pip3.lock"))
        shutil.rmtree(env)
    print(f"\npip lock held for {wheel.name}, ms: " + ", ".join(
        f"{what} {statistics.median(v):.1f} (at most {max(v):.1f})" for what, v in held.items()))


def held_by(command, lock):
    """Milliseconds for which a command is seen in /proc/locks with the lock; looked for all the time,
    some ten times a millisecond."""
    first = last = inode = None
    with open("/proc/locks") as locks:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None:
            if inode is None:
                inode = lock.stat().st_ino if lock.exists() else None
            locks.seek(0)
            now = time.perf_counter()
            if any(words[1] == "FLOCK" and words[5].endswith(f":{inode}")
                   for words in map(str.split, locks.read().splitlines())):
                first, last = first or now, now
    if process.returncode:
        sys.exit(f"merge.py: {command} failed")
    return (last - first) * 1000 if first else 0


# Side by side

def side_by_side(spkg, folder, rounds):
    names = [f"pack{number}" for number in range(8)]
    wheels = [make_wheel(folder, name, 2000) for name in names]
    alone, together = [], []
    for round in range(rounds):
        for wheel in wheels:
            env = environment(folder / "alone")
            alone.append(timed(command(spkg, env, wheel)))
            shutil.rmtree(env)
        env = environment(folder / "together")
        start = time.perf_counter()
        running = [subprocess.Popen(command(spkg, env, wheel), stderr=subprocess.DEVNULL,
                                    env=dict(os.environ, SPKG_DURABLE="no")) for wheel in wheels]
        if any([process.wait() for process in running]):
            sys.exit("merge.py: an install failed")
        together.append((time.perf_counter() - start) * 1000)
        shutil.rmtree(env)
    cores = len(os.sched_getaffinity(0))
    slowest = max(statistics.median(alone[i::8]) for i in range(8))
    whole = statistics.median(together)
    print(f"\neight installs of 2,000 files: {whole:.0f} ms side by side; the slowest alone {slowest:.0f} ms; "
          f"× 8 / {cores} cores: {slowest * 8 / cores:.0f} ms; ratio {whole / (slowest * 8 / cores):.2f}")


def command(spkg, env, wheel):
    return [spkg, "wheel", "install", "--tree", str(env), str(wheel)]


# Common

def make_wheel(folder, name, count):
    return write_wheel(folder, name, "1.0", {
        f"{name}/m{number % 40}/f{number}.py": f"value = {number}\n" * 20 for number in range(count)})


def environment(path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(path)], check=True)
    return path


def timed(command, extra=None):
    env = dict(os.environ, **(extra or {"SPKG_DURABLE": "no"}))
    start = time.perf_counter()
    done = subprocess.run(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    took = (time.perf_counter() - start) * 1000
    if done.returncode:
        sys.exit(f"{command} failed:\n{done.stderr.decode()}")
    return took


if __name__ == "__main__":
    main()
