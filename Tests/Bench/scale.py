#!/usr/bin/env python3
"""Makes a distribution of many small packages, installs it, and times single commands in it.

    scale.py SPKG FOLDER [PACKAGES [ROUNDS]]

PACKAGES (default 2000) wheels of five files each, in chains of 50: each needs the one before it. Printed,
as medians of ROUNDS runs (default 3): everything from nothing, nothing to do for all of them, one more
installed and removed, `verify`, `list`. All of it is made below FOLDER and removed.
"""
import hashlib
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from readers import write_wheel

CHAIN = 50


def main():
    spkg, folder = os.path.abspath(sys.argv[1]), Path(sys.argv[2]).resolve() / "scale"
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 2000
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 3
    shutil.rmtree(folder, ignore_errors=True)
    try:
        names = make_distribution(folder, count)
        bench = Bench(spkg, folder, rounds)
        bench.run(names)
    finally:
        if not os.environ.get("KEEP"):
            shutil.rmtree(folder, ignore_errors=True)


def make_distribution(folder, count):
    """Recipes and their archives; returns the names, without that of the one more at the end."""
    (folder / "upstream").mkdir(parents=True)
    names = [f"small{number:04}" for number in range(count)]
    for number, name in enumerate(names + ["onemore"]):
        recipe = folder / "build/pkgs" / name
        recipe.mkdir(parents=True)
        files = {f"{name}/__init__.py": f"number = {number}\n"}
        files.update({f"{name}/part{part}.py": f"part = {part}\n" for part in range(2)})
        wheel = write_wheel(folder / "upstream", name, "1.0", files)
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        needed = names[number - 1] if number % CHAIN and name != "onemore" else ""
        for file, text in {
            "type": "standard\n", "package-version.txt": "1.0\n", "SPKG.rst": f"{name}\n",
            "checksums.ini": f"tarball={wheel.name}\nsha256={digest}\n",
            "version_requirements.txt": f"{name}\n", "dependencies": f"{needed} | $(PYTHON)\n",
        }.items():
            (recipe / file).write_text(text)
    python = folder / "build/pkgs/python3"
    python.mkdir(parents=True)
    (python / "type").write_text("standard\n")
    (python / "package-version.txt").write_text("3.0\n")
    return names


class Bench:
    def __init__(self, spkg, folder, rounds):
        self.spkg, self.folder, self.rounds = spkg, folder, rounds
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("SAGE_", "MAKE"))}
        self.env["SAGE_ROOT"] = str(folder)

    def run(self, names):
        print("| what | ms |\n|---|---|")
        self.time("all from nothing", ["install"] + names, rounds=1)
        self.time("nothing to do for all", ["install"] + names)
        self.time("nothing to do for one", ["install", names[-1]])
        self.time("one more installed", ["install", "onemore"], before=["uninstall", "onemore"])
        self.time("one removed", ["uninstall", "onemore"], before=["install", "onemore"])
        self.time("verify", ["verify"])
        self.time("verify one", ["verify", names[-1]])
        self.time("list", ["list"])

    def time(self, label, command, before=None, rounds=None):
        times = []
        for _ in range(rounds or self.rounds):
            if before:
                self.call(before)
            start = time.monotonic()
            self.call(command)
            times.append(time.monotonic() - start)
        print(f"| {label} | {statistics.median(times) * 1000:.0f} |", flush=True)

    def call(self, command):
        done = subprocess.run(
            [self.spkg] + command, cwd=self.folder, env=self.env, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(command)[:100]}: {done.stderr[-2000:]}")


if __name__ == "__main__":
    main()
