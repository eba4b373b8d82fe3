#!/usr/bin/env python3
"""Installs recipes of a real distribution, as they are, and takes them away again.

In a copy of the tree, as it is, every recipe is listed, and asked for what it is and needs. Then the chosen ones are installed, each after all
that it needs. When all are there, each is imported or run, and verified, and its record is read as other
tools read it. At the end all are uninstalled, the last first, and the tree must be as it was before.

Archives of Python packages come from the package index that pip is configured for; others from where
the recipe says, or, with "debian", from Debian's source packages: then the recipe's copy gets the
name, the checksum and the version of that archive, and the table says so.

The list has a line for each recipe:

    NAME [debian SOURCE/SUITE] [with VARIABLE=VALUE]... [PROOF]

A proof is "import MODULE...", "check EXPRESSION" about all modules of the package, "run COMMAND" in the
root, or "link HEADER -lX", which compiles and runs a program; without one, all modules of a Python package are imported. A line "system NAME..." names recipes that
the system provides. A line "all python" chooses every Python package with an archive or source that no
line "skip NAME..." names; a NAME there may have a `*`. Exit status 1 if any verdict is bad.

With --by-make the tree is adopted by spkg, its own make installs and uninstalls, and at the end its
build/bin must be as it was. That is for trees that work where they are copied to, such as made.py's.

example: real.py ~/passagemath .build/release/spkg Tests/Real/recipes.txt
"""
import argparse
import json
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from fnmatch import fnmatch
from pathlib import Path

from debian import DebianSources, use_archive
from bymake import ByMake
from proof import import_all, installed_distribution, link, record_problems
from root import PLACES, Root
from shape import shape


class Chosen:
    """A line of the list."""

    def __init__(self, words):
        self.name, self.debian, self.variables, self.proof = words[0], None, {}, []
        rest = words[1:]
        while rest and rest[0] in ("debian", "with"):
            if rest[0] == "debian":
                self.debian = rest[1].split("/")
            else:
                name, value = rest[1].split("=", 1)
                self.variables[name] = value
            rest = rest[2:]
        if rest and rest[0] not in ("import", "check", "run", "link"):
            raise SystemExit(f"{self.name}: a proof is import, check, run or link, not {rest[0]}")
        self.proof = rest


def main():
    arguments = parse()
    system, chosen, skipped = read_list(arguments.list)
    work = arguments.work or Path(tempfile.mkdtemp(prefix="real-"))
    work.mkdir(parents=True, exist_ok=True)
    place = work / "root"
    shutil.rmtree(place, ignore_errors=True)
    root = Root(place, arguments.tree.resolve(), str(arguments.spkg.resolve()),
                (arguments.upstream or work / "upstream").resolve())
    if arguments.python:
        root.environment["SPKG_PYTHON"] = arguments.python
    root.environment["SPKG_SYSTEM_PACKAGES"] = " ".join(system)
    root.environment["MAKE"] = f"make -j{arguments.jobs}"
    if skipped is not None:
        for name, fact in root.facts.items():
            if (root.distribution(name) and fact["source"] not in ("pip", "none")
                    and name not in system
                    and not any(fnmatch(name, pattern) for pattern in skipped)):
                chosen.setdefault(name, Chosen([name]))

    print(f"{ask_everything(root)} recipes listed, shown, and asked for what they need", flush=True)
    order = plan(root, arguments.only or list(chosen), set(system))
    changes = take_from_debian(
        root, [chosen[name] for name, _ in order if name in chosen],
        DebianSources((work / "debian").resolve()))
    make_environment(root, arguments.python or "python3")
    if arguments.sudo:
        subprocess.run(["sudo", "chown", "-R", "root:root", root.local], check=True)
        root.environment["SAGE_SUDO"] = "sudo -E"
    before = root.listing()
    make = ByMake(root) if arguments.by_make else None
    rows = install_all(root, order, chosen, make)
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        name = row["name"]
        kind = shape(root.recipes / name, row["python"]) + (f" ({changes[name]})" if changes.get(name) else "")
        # With its own make a tree is small, and verified as a whole.
        row["verdict"] = row["verdict"] or judge(root, row, not make) or "good"
        print(f"{name:{width}} {row['seconds']:6.1f} s  {kind}: {row['verdict']}", flush=True)
    whole = root.run("verify")
    strangers = unknown_to_pip(root, rows)
    removal = uninstall_all(
        root, [row["name"] for row in reversed(rows) if row["installed"]], make)
    along = uninstall_what_pip_brought(root)
    difference = sorted((root.listing() ^ before) - PLACES)

    good = [row for row in rows if row["verdict"] == "good"]
    python = [row for row in good if row["python"]]
    print(f"\n{len(good)} of {len(rows)} good: {len(python)} Python, {len(good) - len(python)} other;"
          f" {sum(row['seconds'] for row in rows):.0f} s")
    bad = len(rows) - len(good)
    for title, lines in (
            ("spkg verify, with all installed", whole.stderr.splitlines()
             + whole.stdout.splitlines() if whole.returncode else []),
            ("unknown to pip", strangers), ("uninstalling", removal + along),
            ("left in the tree, or missing", difference),
            ("of the tree's own make", make.end() if make else [])):
        print(f"{title}: {'nothing' if not lines else f'{len(lines)} lines'}")
        for line in lines[:40]:
            print(f"    {line}")
        bad += bool(lines)
    if not arguments.work:
        shutil.rmtree(work)
    return 1 if bad else 0


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path, help="a checkout of the distribution: build/pkgs, pkgs")
    parser.add_argument("spkg", type=Path, help="the program to try")
    parser.add_argument("list", type=Path, help="which recipes, see above")
    parser.add_argument("only", nargs="*", help="only these of the list, and what they need")
    parser.add_argument("--work", type=Path, help="folder to work in, which stays; else a new one")
    parser.add_argument("--upstream", type=Path, help="folder of archives; WORK/upstream")
    parser.add_argument("--python", help="interpreter of the new tree; python3")
    parser.add_argument("--by-make", action="store_true", help="adopt the tree, and call its make")
    parser.add_argument("--sudo", action="store_true", help="the tree is root's, SAGE_SUDO reaches it")
    parser.add_argument("--jobs", type=int, default=2, help="jobs of each build; 2")
    return parser.parse_args()


def read_list(path):
    """Returns what the system has, the chosen ones, and what not to choose of all Python packages;
    None if not all of them are wanted."""
    system, chosen, skipped, wants_all = [], {}, set(), False
    for line in path.read_text().splitlines():
        line, _, expression = line.partition(" check ")
        words = shlex.split(line, comments=True)
        if words and expression:
            words += ["check", expression.strip()]
        if not words:
            continue
        if words[0] == "system":
            system += words[1:]
        elif words[0] == "skip":
            skipped.update(words[1:])
        elif words == ["all", "python"]:
            wants_all = True
        else:
            chosen[words[0]] = Chosen(words)
    return system, chosen, skipped if wants_all else None


def ask_everything(root):
    """Every recipe answers `deps`, too. Returns their number."""
    needed = root.ask("deps", *root.facts)
    unknown = set(needed) - set(root.facts)
    if unknown:
        raise SystemExit(f"spkg deps names what is no recipe: {unknown}")
    return len(root.facts)


def take_from_debian(root, chosen, sources):
    """Returns what was changed in recipes' copies, in words. What can't be had, spkg will say."""
    changes = {}
    for one in chosen:
        if one.debian:
            try:
                archive = sources.archive(*one.debian)
                changes[one.name] = use_archive(root.recipes / one.name, archive, root.distfiles)
            except RuntimeError as error:
                print(f"{one.name}: {error}", flush=True)
    return changes


def plan(root, wanted, system):
    """These recipes and what they need, each after what it needs itself, with what it needs.

    The make rules tell all of that at once.
    """
    needs = {}
    for line in root.ask("makefile"):
        if rule := re.match(r"(?:deps|order)_(\w+) := (.*)", line):
            needs.setdefault(rule[1], []).extend(
                name for name in re.findall(r"\$\(inst_(\w+)\)", rule[2]) if name not in system)
    order = {}

    def visit(name):
        if name not in order:
            for other in needs.get(name, []):
                visit(other)
            order[name] = needs.get(name, [])

    for name in wanted:
        visit(name)
    return list(order.items())


def make_environment(root, python):
    """The tree as users may have it before: a virtual environment."""
    subprocess.run([python, "-m", "venv", "--without-pip", root.local], check=True)


def install_all(root, order, chosen, make):
    """Says on stderr how it goes. A row's verdict is what went wrong, nothing if all went well."""
    rows, there = [], set()
    for name, needs in order:
        one = chosen.get(name) or Chosen([name])
        row = {"one": one, "name": name, "python": bool(root.distribution(name)),
               "seconds": 0.0}
        missing = [other for other in needs if other not in there]
        if missing:
            row["verdict"] = f"not tried: needs {' '.join(missing)}"
        else:
            start = time.monotonic()
            if make:
                done = make.install(name, **one.variables)
            else:
                done = root.run("install", "--experimental", name, **one.variables)
            row["seconds"] = time.monotonic() - start
            row["verdict"] = "" if done.returncode == 0 else indented(
                "install failed", done.stderr.strip().splitlines()[-25:])
        row["installed"] = not row["verdict"]
        if row["installed"]:
            there.add(name)
        rows.append(row)
        print(f"{name} {row['seconds']:.1f} s {row['verdict'] or 'installed'}", file=sys.stderr)
    return rows


def judge(root, row, verifies):
    """Returns what is wrong with an installed package; nothing if all is well.

    Comes when all are installed: some packages import each other.
    """
    problem = prove(root, row["one"])
    if problem:
        return indented("doesn't work", problem.splitlines()[-12:])
    if verifies:
        verified = root.run("verify", row["name"])
        if verified.returncode:
            return indented("verify", (verified.stderr + verified.stdout).splitlines())
    problems = record_problems(root.local, row["name"])
    return indented("record", problems) if problems else ""


def indented(title, lines):
    return "\n    ".join([title, *lines])


def prove(root, one):
    if one.proof[:1] == ["import"]:
        command = [root.local / "bin/python3", "-c", f"import {', '.join(one.proof[1:])}"]
    elif one.proof[:1] == ["check"]:
        modules = re.findall(r"\b(\w+(?:\.\w+)+)\b", re.sub(r'"[^"]*"', "", one.proof[1]))
        imports = "".join(f"import {module.rpartition('.')[0]}\n" for module in modules)
        command = [root.local / "bin/python3", "-c", f"{imports}assert {one.proof[1]}"]
    elif one.proof[:1] == ["run"]:
        command = one.proof[1:]
    elif one.proof[:1] == ["link"]:
        return link(root.local, one.proof[1], one.proof[2:])
    elif root.distribution(one.name):
        if distribution := installed_distribution(root.local, one.name):
            return import_all(root.local, distribution)
        return "no distribution is recorded: this needs a proof of its own in the list"
    else:
        return ""
    environment = root.environment | {
        "PATH": f"{root.local}/bin:{root.environment['PATH']}", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, cwd=root.folder,
        stdin=subprocess.DEVNULL)
    if done.returncode:
        return f"{shlex.join(map(str, command))}: {done.stderr.strip()[-600:]}"
    return ""


def unknown_to_pip(root, rows):
    """Distributions that are installed and that `pip list` doesn't have."""
    pip = root.local / "bin/pip"
    if not pip.exists():
        return []
    done = subprocess.run([pip, "list", "--format=json"], capture_output=True, text=True)
    if done.returncode:
        return done.stderr.splitlines()
    normal = re.compile(r"[-_.]+")
    listed = {normal.sub("-", one["name"]).lower() for one in json.loads(done.stdout)}
    expected = [installed_distribution(root.local, row["name"]) for row in rows
                if row["python"] and row["verdict"] == "good"
                and row["one"].proof != ["run", "true"]]
    return [name for name in expected if name and normal.sub("-", name).lower() not in listed]


def uninstall_all(root, names, make):
    problems = []
    for name in names:
        done = make.uninstall(name) if make else root.run("uninstall", name)
        if done.returncode or "warning" in done.stderr:
            problems += [f"{name}: {line}" for line in done.stderr.splitlines()]
    return problems


def uninstall_what_pip_brought(root):
    """Packages of source pip come as what others need, and have pip bring more, which stays."""
    left = [path.name.split("-")[0] for path in root.local.glob("lib/python3*/site-packages/*.dist-info")]
    if not left:
        return []
    done = root.run("wheel", "uninstall", "--tree", str(root.local), "--", *left)
    return done.stderr.splitlines() if done.returncode else []


if __name__ == "__main__":
    sys.exit(main())
