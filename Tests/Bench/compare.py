#!/usr/bin/env python3
"""Installs wheels with pip and with spkg and compares the two environments, byte for byte.

    compare.py SPKG FOLDER WHEEL…

What may differ: INSTALLER, REQUESTED, direct_url.json and their rows in RECORD; the text of scripts
that installers write themselves for entry points, which must begin with the same interpreter and have
the same mode. Exit status 1 if anything else differs.
"""
import csv
import hashlib
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path


def main():
    spkg, folder = os.path.abspath(sys.argv[1]), Path(sys.argv[2]).resolve()
    bad = 0
    for wheel in sys.argv[3:]:
        name = os.path.basename(wheel)
        problems = compare(spkg, folder / "compare", os.path.abspath(wheel))
        print(f"{name}: {'same' if not problems else ''}")
        for problem in problems[:20]:
            print(f"    {problem}")
        bad += bool(problems)
    print(f"{len(sys.argv) - 3 - bad} same, {bad} differ")
    return 1 if bad else 0


def compare(spkg, work, wheel):
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    trees = {}
    for who in ("pip", "spkg"):
        # The same path for both, so that scripts name the same interpreter.
        env = work / "env"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(env)], check=True)
        before = set(files(env))
        if who == "pip":
            command = [sys.executable, "-m", "pip", "--python", str(env / "bin/python3"), "install",
                       "-q", "--no-index", "--no-deps", "--no-compile", wheel]
        else:
            command = [spkg, "wheel", "install", "--tree", str(env), wheel]
        done = subprocess.run(
            command, env=dict(os.environ, SPKG_DURABLE="no"), capture_output=True, text=True)
        if done.returncode:
            return [f"{who} refuses it: {(done.stderr or done.stdout).strip()}"]
        trees[who] = {
            path: facts(env, path) for path in files(env)
            if path not in before and not path.startswith("var/")}
        os.rename(env, work / who)
    scripts = entry_points(trees["pip"], work / "pip")
    problems = []
    for path in sorted(set(trees["pip"]) | set(trees["spkg"])):
        if path.rsplit("/", 1)[-1] in ("INSTALLER", "REQUESTED", "direct_url.json"):
            continue
        one, other = trees["pip"].get(path), trees["spkg"].get(path)
        if one is None or other is None:
            problems.append(f"{path}: only by {'pip' if other is None else 'spkg'}")
        elif path.endswith(".dist-info/RECORD"):
            rows = [record(work / who / path, scripts) for who in ("pip", "spkg")]
            if rows[0] != rows[1]:
                problems.append(f"{path}: rows differ: {sorted(rows[0] ^ rows[1])[:4]}")
        elif path.startswith("bin/") and path[4:] in scripts:
            heads = [(work / who / path).read_bytes().split(b"\n")[0] for who in ("pip", "spkg")]
            if one[0] != other[0] or heads[0] != heads[1]:
                problems.append(f"{path}: {one[0]} {heads[0]} by pip, {other[0]} {heads[1]} by spkg")
        elif one != other:
            problems.append(f"{path}: {one} by pip, {other} by spkg")
    return problems


def files(env):
    for base, _, names in os.walk(env):
        for name in names:
            yield os.path.relpath(os.path.join(base, name), env)


def facts(env, path):
    info = os.lstat(env / path)
    if stat.S_ISLNK(info.st_mode):
        return ("link", os.readlink(env / path))
    return (oct(info.st_mode & 0o7777), hashlib.sha256((env / path).read_bytes()).hexdigest())


def entry_points(tree, env):
    """Names of the scripts that installers write."""
    found = set()
    for path in tree:
        if path.endswith(".dist-info/entry_points.txt"):
            section = ""
            for line in (env / path).read_text().splitlines():
                line = line.strip()
                if line.startswith("["):
                    section = line
                elif section in ("[console_scripts]", "[gui_scripts]") and "=" in line:
                    found.add(line.split("=")[0].strip())
    if any(path.endswith("site-packages/pip/__init__.py") for path in tree):
        # pip writes its own scripts under names that are not in its list.
        found.update(path[4:] for path in tree if path.startswith("bin/pip"))
    return found


def record(path, scripts):
    rows = set()
    with open(path, newline="") as f:
        for row in csv.reader(f):
            name = row[0].rsplit("/", 1)[-1]
            if name in ("INSTALLER", "REQUESTED", "direct_url.json"):
                continue
            if "/bin/" in row[0] and name in scripts:
                row = [row[0], "", ""]
            rows.add(tuple(row))
    return rows


if __name__ == "__main__":
    sys.exit(main())
