#!/usr/bin/env python3
"""Writes a small distribution as those of an era are: made.py ERA FOLDER

Its recipes are in `trees/ERA`, and what all eras have in `trees/common`: a Makefile that calls the
installer as theirs do, and a build/bin with a sage-logger and an installer that must not be called.
Archives are made of `trees/sources`, and their checksums come into the recipes: a sha1 alone where
recipes have install-requires.txt, as then.
"""
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

TREES = Path(__file__).resolve().parent / "trees"
ERAS = sorted(path.name for path in TREES.iterdir() if (path / "build/pkgs").is_dir())


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ERAS:
        sys.exit(f"usage: made.py {'|'.join(ERAS)} FOLDER")
    make(sys.argv[1], Path(sys.argv[2]))


def make(era, folder):
    shutil.copytree(TREES / era, folder, symlinks=True)
    shutil.copytree(TREES / "common", folder, dirs_exist_ok=True)
    upstream = folder / "upstream"
    upstream.mkdir()
    for recipe in sorted((folder / "build/pkgs").iterdir()):
        checksums = recipe / "checksums.ini"
        if checksums.exists() and not checksums.is_symlink():
            add_archives(recipe, checksums, upstream)


def add_archives(recipe, checksums, upstream):
    """Each `tarball=` that has no checksum gets an archive and its checksum."""
    version = re.sub(r"\.p\d+$", "", (recipe / "package-version.txt").read_text().strip())
    kind = "sha1" if (recipe / "install-requires.txt").exists() else "sha256"

    def add(line):
        name = line[1].replace("${VERSION}", version).replace("VERSION", version)
        file = upstream / name
        # Recipes share archives, and gzip notes the time.
        if not file.exists():
            file.write_bytes(archive(name))
        return f"{line[0]}\n{kind}={hashlib.new(kind, file.read_bytes()).hexdigest()}"

    text = checksums.read_text()
    checksums.write_text(re.sub(r"^tarball=(.*)$(?!\nsha256=)", add, text, flags=re.M))


def archive(name):
    """An archive of the folder of `trees/sources` that its name means, by the ending of that name."""
    source = TREES / "sources" / re.match(r"(.+?)-\d", name)[1].lower()
    if name.endswith(".whl"):
        return wheel(source)
    top = re.sub(r"\.(tar\.\w+|zip)$", "", name)
    files = sorted(path for path in source.rglob("*") if path.is_file())
    data = io.BytesIO()
    if name.endswith(".zip"):
        with zipfile.ZipFile(data, "w") as packed:
            for path in files:
                packed.writestr(zipfile.ZipInfo(f"{top}/{path.relative_to(source)}"),
                                path.read_bytes())
    else:
        with tarfile.open(fileobj=data, mode="w:" + name.rpartition(".")[2]) as packed:
            for path in files:
                packed.add(path, f"{top}/{path.relative_to(source)}")
    return data.getvalue()


def wheel(source):
    """As what the trees have for setuptools makes it."""
    code = "import sys; from setuptools.build import make_wheel; print(make_wheel(sys.argv[1], [], {}))"
    with tempfile.TemporaryDirectory() as folder:
        made = subprocess.run(
            [sys.executable, "-B", "-c", code, folder], cwd=source, check=True, text=True,
            stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": TREES / "sources/setuptools"})
        return (Path(folder) / made.stdout.strip()).read_bytes()


if __name__ == "__main__":
    main()
