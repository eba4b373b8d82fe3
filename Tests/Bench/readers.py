#!/usr/bin/env python3
"""Lets fresh interpreters look on while a package is reinstalled, and counts what they met.

    readers.py SPKG FOLDER [REINSTALLS]

Two versions of a package like numpy are installed by turns, by pip, uv and spkg one after the other,
each in an environment of its own below FOLDER. Beside it, one interpreter after the other imports the
package and asks for its version. Printed for each: reads, imports that failed, metadata that was
missing. The status is 1 if spkg has any failure.
"""
import base64
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

READER = """
import sys
try:
    import numlike, numlike.fft, numlike.linalg, numlike.random
    assert numlike.version in ("1.0", "2.0")
except Exception as error:
    print("import", repr(error))
    sys.exit()
import importlib.metadata
try:
    assert importlib.metadata.version("numlike") in ("1.0", "2.0")
except Exception as error:
    print("metadata", repr(error))
"""


def main():
    spkg, folder = os.path.abspath(sys.argv[1]), Path(sys.argv[2]).resolve()
    turns = int(sys.argv[3]) if len(sys.argv) > 3 else 200
    folder = folder / "readers"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    wheels = [str(make_wheel(folder, version)) for version in ("1.0", "2.0")]
    import uv
    commands = {
        "pip": lambda env: [
            sys.executable, "-m", "pip", "--python", str(env / "bin/python"), "install", "-q",
            "--no-index", "--no-deps", "--no-compile", "--force-reinstall"],
        "uv": lambda env: [
            uv.find_uv_bin(), "pip", "install", "-q", "--offline", "--no-index", "--no-deps",
            "--reinstall", "--python", str(env / "bin/python")],
        "spkg": lambda env: [spkg, "wheel", "install", "--tree", str(env)],
    }
    print("| | reinstalls | reads | failed imports | missing metadata |\n|---|---|---|---|---|")
    failed = 0
    for name, command in commands.items():
        env = folder / name
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(env)], check=True)
        subprocess.run(command(env) + wheels[:1], check=True)
        said = watch(env, lambda: [
            subprocess.run(command(env) + [wheels[turn % 2]], check=True)
            for turn in range(1, turns + 1)])
        imports = sum(text.startswith("import") for text in said)
        metadata = sum(text.startswith("metadata") for text in said)
        print(f"| {name} | {turns} | {len(said)} | {imports} | {metadata} |", flush=True)
        failed = imports + metadata
    shutil.rmtree(folder)
    sys.exit(1 if failed else 0)


def watch(env, work):
    """What each reader said, from the start of `work` to its end."""
    done, said = threading.Event(), []

    def read():
        while not done.is_set():
            said.append(subprocess.run(
                [str(env / "bin/python"), "-B", "-c", READER], stdout=subprocess.PIPE,
                text=True).stdout)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        work()
    finally:
        done.set()
        for reader in readers:
            reader.join()
    return said


def make_wheel(folder, version):
    files = {
        "numlike/__init__.py": f"from . import core\nversion = '{version}'\n",
        "numlike/core/__init__.py": "from . import multi, umath, numeric\n",
    }
    for name in ("multi", "umath", "numeric"):
        files[f"numlike/core/{name}.py"] = f"value = '{version}'\n"
    for part in ("fft", "linalg", "random"):
        files[f"numlike/{part}/__init__.py"] = "from . import inner\n"
        files[f"numlike/{part}/inner.py"] = "from ..core import numeric\n"
        for number in range(250):
            files[f"numlike/{part}/f{number}.py"] = f"value = '{version}'\n"
    return write_wheel(folder, "numlike", version, files)


def write_wheel(folder, name, version, files):
    """A wheel of text files with metadata and RECORD; returns its path."""
    info = f"{name}-{version}.dist-info"
    files = dict(files)
    files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    files[f"{info}/WHEEL"] = (
        "Wheel-Version: 1.0\nGenerator: bench\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    rows = []
    path = Path(folder) / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, text in files.items():
            data = text.encode()
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=")
            rows.append(f"{file},sha256={digest.decode()},{len(data)}\n")
            archive.writestr(file, data)
        archive.writestr(f"{info}/RECORD", "".join(rows) + f"{info}/RECORD,,\n")
    return path


if __name__ == "__main__":
    main()
