"""A scratch SAGE_ROOT: a copy of a real distribution."""
import json
import os
import shutil
import subprocess
from pathlib import Path

# What a tree has while nothing is installed: places, and the pages of an empty store.
PLACES = {"var", "var/lock", "var/tmp", "var/lib", "var/lib/sage"} | {
    f"var/lib/sage/{inner}" for inner in ("changes", "installed", "scripts", "wheels",
                                          "wheels/simple", "wheels/simple/index.html",
                                          "wheels/simple/index.json")}

AUTOTOOLS = Path("/usr/share/misc")


def without_products(tree):
    """For copytree: what a tree has of its own work, and its history."""
    return lambda folder, names: (
        {"local", "upstream", "logs", ".git"}.intersection(names) if Path(folder) == tree else ())


class Root:
    """A scratch SAGE_ROOT, and spkg working in it."""

    def __init__(self, folder, tree, spkg, distfiles):
        self.folder, self.spkg, self.distfiles = folder, spkg, distfiles
        self.recipes = folder / "build/pkgs"
        self.local = folder / "local"
        # As it is, with its own build/bin and with what recipes link to: builds write into it.
        shutil.copytree(tree, folder, symlinks=True, ignore=without_products(tree))
        # A bootstrapped tree has these from automake; archives with older ones get them by recipes.
        (folder / "config").mkdir(exist_ok=True)
        for name in ("config.guess", "config.sub"):
            if not (folder / "config" / name).exists() and (AUTOTOOLS / name).exists():
                shutil.copy(AUTOTOOLS / name, folder / "config")
        # What configure writes where the system has a library: it names the system's.
        for file in (tree / "local/lib/pkgconfig").glob("*.pc"):
            (self.local / "lib/pkgconfig").mkdir(parents=True, exist_ok=True)
            shutil.copy(file, self.local / "lib/pkgconfig")
        distfiles.mkdir(parents=True, exist_ok=True)
        self.environment = {
            name: value for name, value in os.environ.items()
            if name == "SPKG_LIBEXEC"
            or not name.startswith(("SAGE_", "SPKG_", "MAKE", "MFLAGS"))}
        # A configured tree has links to trees of its own.
        self.environment.update(
            SAGE_ROOT=str(folder), SAGE_DISTFILES=str(distfiles), SAGE_LOCAL=str(self.local),
            SAGE_VENV=str(self.local))
        names = self.ask("list", "--all", "--names")
        facts = json.loads("\n".join(self.ask("info", "--json", *names)))
        self.facts = {fact["name"]: fact for fact in facts}
        if list(self.facts) != names:
            raise SystemExit("spkg info doesn't tell of all recipes that spkg list has")

    def distribution(self, name):
        """The Python distribution that a recipe installs, as spkg tells it; None if it's another."""
        return self.facts[name].get("distribution")

    def run(self, *words, **variables):
        return subprocess.run(
            [self.spkg, *words], env=self.environment | variables, capture_output=True, text=True,
            errors="replace", stdin=subprocess.DEVNULL)

    def ask(self, *words):
        done = self.run(*words)
        if done.returncode:
            raise SystemExit(f"spkg {' '.join(words[:2])}: {done.stderr.strip()}")
        return done.stdout.split("\n")[:-1]

    def listing(self):
        """All files, links and folders of the tree, but for locks, scratch space and history."""
        found = set()
        for base, folders, names in os.walk(self.local):
            inner = os.path.relpath(base, self.local)
            if inner in ("var/lock", "var/tmp"):
                folders.clear()
                continue
            found.update(os.path.normpath(os.path.join(inner, name)) for name in folders + names)
        return found - {"var/lib/sage/history"}
