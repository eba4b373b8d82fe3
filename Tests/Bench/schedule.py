#!/usr/bin/env python3
"""Times how well `spkg install` schedules the packages of a distribution.

    schedule.py SPKG FOLDER [--recipes DIR] [--jobs 4,16] [--seconds 60] [--seed 1]

The graph is that of all standard recipes in DIR (default: recipes-data/pkgs of SPKG_SHARED), and of what
they need. Each package is replayed as a sleep: its time is drawn by a fixed seed as builds have them,
most short and a few very long, and told to spkg as that of an earlier build. All are scaled so that no
schedule can take less than SECONDS.

The bound is max(critical path, work / jobs), of the times that the packages really took in this run: what
spkg itself costs is in them, and what it lets lie idle is not. Printed is makespan : bound.
"""
import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path


def main():
    shared = Path(os.environ.get("SPKG_SHARED", Path(__file__).resolve().parents[3] / "shared"))
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].strip())
    parser.add_argument("spkg", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--recipes", type=Path, default=shared / "recipes-data/pkgs")
    parser.add_argument("--jobs", default="4,16")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if not options.recipes.is_dir():
        print(f"schedule.py: left out: there are no recipes in {options.recipes}")
        return
    spkg, folder = options.spkg.resolve(), options.folder.resolve() / "schedule"
    graph = read_graph(spkg, folder, options.recipes)
    dice = random.Random(options.seed)
    drawn = {name: dice.lognormvariate(0, 1.6) for name in sorted(graph)}
    print("| jobs | packages | work, s | critical path, s | bound, s | makespan, s | makespan : bound |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for jobs in map(int, options.jobs.split(",")):
        scale = options.seconds / bound(graph, drawn, jobs)
        times = {name: max(0.01, took * scale) for name, took in drawn.items()}
        run(spkg, folder, graph, times, jobs)
    shutil.rmtree(folder)


def read_graph(spkg, folder, recipes):
    """name → names that it waits for."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "build").mkdir(parents=True)
    (folder / "build/pkgs").symlink_to(recipes.resolve())
    names = sorted(
        path.parent.name for path in recipes.glob("*/type") if path.read_text().strip() == "standard")
    dot = subprocess.run(
        [spkg, "deps", "--dot", *names], env=os.environ | {"SAGE_ROOT": str(folder)}, check=True,
        stdout=subprocess.PIPE, text=True).stdout
    graph = {}
    for line in dot.splitlines():
        names = re.findall(r'"([^"]+)"', line.split("[")[0])
        for name in names:
            graph.setdefault(name, [])
        if "->" in line and len(names) == 2:
            graph[names[0]].append(names[1])
    # The system's.
    graph.pop("python3", None)
    return {name: [need for need in needed if need in graph] for name, needed in graph.items()}


def critical_path(graph, times):
    ends = {}

    def end(name):
        if name not in ends:
            ends[name] = times[name] + max(map(end, graph[name]), default=0)
        return ends[name]

    sys.setrecursionlimit(10_000)
    return max(map(end, graph))


def bound(graph, times, jobs):
    return max(critical_path(graph, times), sum(times[name] for name in graph) / jobs)


def run(spkg, folder, graph, times, jobs):
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "build/pkgs/python3").mkdir(parents=True)
    (folder / "build/pkgs/python3/type").write_text("standard\n")
    for name, needed in graph.items():
        recipe = folder / "build/pkgs" / name
        recipe.mkdir(parents=True)
        (recipe / "type").write_text("standard\n")
        (recipe / "package-version.txt").write_text("1.0\n")
        (recipe / "dependencies").write_text(" ".join(sorted(set(needed))) + "\n")
        (recipe / "spkg-install.in").write_text(
            f'sleep {times[name]:.3f}\nmkdir -p "$SAGE_DESTDIR_LOCAL/share"\n'
            'touch "$SAGE_DESTDIR_LOCAL/share/$PKG_BASE"\n')
    log = folder / "logs/pkgs/build-times.txt"
    log.parent.mkdir(parents=True)
    log.write_text("".join(f"{name} 1.0 {took:.3f}\n" for name, took in times.items()))
    environment = os.environ | {
        "SAGE_ROOT": str(folder), "SPKG_DURABLE": "no", "SPKG_MEMORY_RESERVE": "0"}
    environment.pop("MAKEFLAGS", None)
    start = time.perf_counter()
    done = subprocess.run(
        [spkg, "install", f"-j{jobs}", *graph], env=environment, text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if done.returncode:
        sys.exit(done.stderr)
    makespan = time.perf_counter() - start
    took = {}
    for line in log.read_text().splitlines():
        name, _, seconds = line.split()
        took[name] = float(seconds)
    least = bound(graph, took, jobs)
    print(f"| {jobs} | {len(graph)} | {sum(took.values()):.1f} | {critical_path(graph, took):.1f} "
          f"| {least:.1f} | {makespan:.1f} | {makespan / least:.2f} |", flush=True)


if __name__ == "__main__":
    main()
