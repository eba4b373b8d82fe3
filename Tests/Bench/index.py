#!/usr/bin/env python3
"""Makes package repositories of many small wheels with spkg and with other tools, in one run.

dir2pi (of pip2pi) looks at file names alone: its pages have no hashes, no Requires-Python and no
METADATA. simple503 reads the wheels as spkg does, and writes HTML and METADATA but no JSON.

    index.py SPKG FOLDER [WHEELS]

FOLDER keeps an environment with these tools and everything that is made meanwhile. WHEELS is 10000 unless
given. Printed are seconds for the whole command, of them seconds on a core, seconds per 1,000 wheels, how
many times as fast as simple503 that is, and the most memory that the command held at once. The others
don't wait for the disk, so spkg does only where that is said.

The last lines are about one more wheel: what installing a package with one wheel costs (the whole
command: interpreter, locks, record, pages), in a tree with an empty wheel store and in one whose store
has all the others. The difference is what the size of the repository costs.
"""
import base64
import hashlib
import io
import os
import shutil
import statistics
import subprocess
import sys
import time
import zipfile
from pathlib import Path


def main():
    spkg, folder = os.path.abspath(sys.argv[1]), Path(sys.argv[2]).resolve()
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 10000
    tools = environment(folder / "tools")
    work = folder / "work"
    shutil.rmtree(work, ignore_errors=True)
    wheels = work / "wheels"
    wheels.mkdir(parents=True)
    for number in range(count):
        write_wheel(wheels, "package-%05d" % number, "1.%d" % (number % 7))
    for other in ("dir2pi", "simple503"):
        shutil.copytree(wheels, work / other, copy_function=os.link)

    names = run([str(tools / "dir2pi"), "-n", str(work / "dir2pi")])
    slow = run([str(tools / "simple503"), str(work / "simple503")])
    print("%d wheels, load %.1f, %d cores" % (count, os.getloadavg()[0], os.cpu_count()))
    print("%-34s %8s %8s %8s %8s %8s" % ("", "s", "cores", "s/1000", "x 503", "MiB"))

    def show(what, found):
        seconds, cores, memory = found
        print("%-34s %8.2f %8.2f %8.3f %8.1f %8.0f"
              % (what, seconds, cores, seconds * 1000 / count, slow[0] / seconds, memory))

    show("dir2pi, names only", names)
    show("simple503, without JSON", slow)
    index = [spkg, "index", str(wheels)]
    show("spkg index, from nothing", run(index))
    show("again, nothing to do", run(index))
    write_wheel(wheels, "another", "1.0")
    show("again, one more wheel", run(index))
    shutil.rmtree(wheels / "simple" / "another")
    for page in wheels.glob("simple/*/index.html"):
        page.unlink()
    show("again, all HTML pages missing", run(index))
    for page in wheels.glob("simple/*/index.html"):
        page.unlink()
    show("the same, on disk when it ends", run(index, SPKG_DURABLE="yes"))
    show("spkg index --check", run(index + ["--check"]))

    empty = one_more(spkg, work / "empty", None)
    full = one_more(spkg, work / "full", wheels)
    for what, found in [("install into an empty store", empty), ("and into the full one", full)]:
        print("%-34s %8.1f ms" % (what, found * 1000))
    shutil.rmtree(work)


def environment(folder):
    """The other tools, apart from all else; pip2pi needs a setuptools that still has pkg_resources."""
    if not (folder / "bin" / "simple503").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run(
            [str(folder / "bin" / "python"), "-m", "pip", "install", "-q",
             "pip2pi==0.8.2", "setuptools==79.0.1", "simple503==0.4.0"], check=True)
    return folder / "bin"


def run(command, **variables):
    """Seconds, seconds on a core, and MiB. Child processes count for memory one by one, the greatest of all."""
    start = time.perf_counter()
    child = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env=dict(os.environ, **{"SPKG_DURABLE": "no", **variables}))
    said = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit("%s failed: %s" % (command, said.decode(errors="replace")))
    seconds = time.perf_counter() - start
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def one_more(spkg, root, wheels):
    """Seconds to install a package of one module; the median of five."""
    recipe = root / "build" / "pkgs" / "onemore"
    recipe.mkdir(parents=True)
    (recipe.parent / "python3").mkdir()
    (recipe.parent / "python3" / "type").write_text("standard\n")
    upstream = root / "upstream"
    upstream.mkdir()
    wheel = write_wheel(upstream, "onemore", "1.0")
    sha256 = hashlib.sha256(wheel.read_bytes()).hexdigest()
    for name, text in [("type", "standard\n"), ("package-version.txt", "1.0\n"),
                       ("version_requirements.txt", "onemore\n"), ("dependencies", "\n"),
                       ("checksums.ini", "tarball=%s\nsha256=%s\n" % (wheel.name, sha256))]:
        (recipe / name).write_text(text)
    variables = dict(os.environ, SAGE_ROOT=str(root), SPKG_DURABLE="no")
    for variable in ("SAGE_LOCAL", "SAGE_VENV", "SAGE_DISTFILES", "SAGE_LOGS"):
        variables.pop(variable, None)

    def spkg_run(*arguments):
        start = time.perf_counter()
        subprocess.run([spkg, *arguments], env=variables, check=True, capture_output=True)
        return time.perf_counter() - start

    if wheels:
        store = root / "local" / "var" / "lib" / "sage" / "wheels"
        shutil.copytree(wheels, store, ignore=lambda *_: [".simple.lock"], copy_function=os.link)
        spkg_run("index")
    times = []
    for _ in range(6):
        times.append(spkg_run("install", "onemore"))
        spkg_run("uninstall", "onemore")
    # The first makes the environment and asks the interpreter.
    return statistics.median(times[1:])


def write_wheel(folder, name, version):
    stem = "%s-%s" % (name.replace("-", "_"), version)
    info = stem + ".dist-info/"
    files = {
        name.replace("-", "_") + ".py": "version = %r\n" % version,
        info + "METADATA": "Metadata-Version: 2.1\nName: %s\nVersion: %s\nRequires-Python: >=3.8\n"
                           "Requires-Dist: package-00000\n\n%s\n" % (name, version, "Text. " * 100),
        info + "WHEEL": "Wheel-Version: 1.0\nGenerator: bench\nRoot-Is-Purelib: true\n"
                        "Tag: py3-none-any\n",
    }
    rows = []
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=")
        rows.append("%s,sha256=%s,%d" % (path, digest.decode(), len(text.encode())))
    files[info + "RECORD"] = "\n".join(rows + [info + "RECORD,,", ""])
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    wheel = folder / (stem + "-py3-none-any.whl")
    wheel.write_bytes(content.getvalue())
    return wheel


if __name__ == "__main__":
    main()
