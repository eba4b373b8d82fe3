#!/usr/bin/env python3
"""Times two ways to wait until a stage is on disk: one syncfs, or an fsync of each file and folder.

    sync.py FOLDER WHEEL [WHEEL...]

Each wheel is unpacked below FOLDER and waited for: alone, and while another process keeps writing files
to the same file system and dropping them, as a build does, some 20 MiB/s. Printed are milliseconds,
median and longest of 7.
"""
import ctypes
import os
import shutil
import statistics
import subprocess
import sys
import time
import zipfile
from pathlib import Path

ROUNDS = 7
LIBC = ctypes.CDLL(None, use_errno=True)
BUILD = """
import os, sys, time
number = 0
while True:
    with open(os.path.join(sys.argv[1], f"object{number % 50}"), "wb") as file:
        file.write(os.urandom(1 << 20))
    number += 1
    time.sleep(0.05)
"""


def main():
    folder = Path(sys.argv[1]).resolve() / "sync"
    print("| wheel | files | beside it | syncfs | fsync of each |\n|---|---|---|---|---|")
    for wheel in sys.argv[2:]:
        for beside in ("nothing", "a build"):
            shutil.rmtree(folder, ignore_errors=True)
            (folder / "objects").mkdir(parents=True)
            os.sync()
            build = beside == "a build" and subprocess.Popen(
                [sys.executable, "-c", BUILD, str(folder / "objects")])
            try:
                times = {way: [] for way in (syncfs, fsync_each)}
                for number in range(ROUNDS):
                    for way in times:
                        stage = folder / f"{way.__name__}{number}"
                        files = unpack(wheel, stage)
                        start = time.perf_counter()
                        way(stage)
                        times[way].append((time.perf_counter() - start) * 1000)
            finally:
                if build:
                    build.kill()
                    build.wait()
            cells = [f"{statistics.median(t):.0f} ({max(t):.0f})" for t in times.values()]
            print(f"| {Path(wheel).name.split('-')[0]} | {files} | {beside} | {' | '.join(cells)} |",
                  flush=True)
    shutil.rmtree(folder)


def unpack(wheel, stage):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(stage)
        return len(archive.namelist())


def syncfs(stage):
    descriptor = os.open(stage, os.O_RDONLY)
    if LIBC.syncfs(descriptor):
        raise OSError(ctypes.get_errno(), "syncfs")
    os.close(descriptor)


def fsync_each(stage):
    for folder, _, names in os.walk(stage):
        for path in [*(os.path.join(folder, name) for name in names), folder]:
            descriptor = os.open(path, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)


if __name__ == "__main__":
    main()
