"""A scratch SAGE_ROOT with the recipes of a real distribution."""
import os
import shutil
import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]

# What a tree has while nothing is installed: places, and the pages of an empty store.
PLACES = {"var", "var/lock", "var/tmp", "var/lib", "var/lib/sage"} | {
    f"var/lib/sage/{inner}" for inner in ("changes", "installed", "scripts", "wheels",
                                          "wheels/simple", "wheels/simple/index.html",
                                          "wheels/simple/index.json")}


class Root:
    """A scratch SAGE_ROOT, and spkg working in it."""

    def __init__(self, folder, tree, spkg, distfiles):
        self.folder, self.spkg, self.distfiles = folder, spkg, distfiles
        self.recipes = folder / "build/pkgs"
        self.local = folder / "local"
        shutil.copytree(tree / "build/pkgs", self.recipes, symlinks=True)
        shutil.copytree(PROJECT / "build/bin", folder / "build/bin")
        shutil.copy(tree / "VERSION.txt", folder)
        # What recipes of type script link to. Builds write into it.
        shutil.copytree(tree / "pkgs", folder / "pkgs", symlinks=True)
        (folder / "config").mkdir()
        # A bootstrapped tree has these from automake; archives with older ones get them by recipes.
        for name in ("config.guess", "config.sub"):
            shutil.copy(Path("/usr/share/misc") / name, folder / "config")
        distfiles.mkdir(parents=True, exist_ok=True)
        self.environment = {
            name: value for name, value in os.environ.items()
            if not name.startswith(("SAGE_", "SPKG_", "MAKE", "MFLAGS"))}
        self.environment.update(SAGE_ROOT=str(folder), SAGE_DISTFILES=str(distfiles))

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
        """All files, links and folders of the tree, but for locks and scratch space."""
        found = set()
        for base, folders, names in os.walk(self.local):
            inner = os.path.relpath(base, self.local)
            if inner in ("var/lock", "var/tmp"):
                folders.clear()
                continue
            found.update(os.path.normpath(os.path.join(inner, name)) for name in folders + names)
        return found
