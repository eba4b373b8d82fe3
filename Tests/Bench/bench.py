#!/usr/bin/env python3
"""Installs wheels with pip, uv, pypa/installer and spkg in one run, and prints medians and ratios.

    bench.py SPKG FOLDER [ROUNDS]

FOLDER keeps the downloaded wheels and everything that is installed meanwhile; it should be on the
file system that matters. Nobody compiles byte code. Every install goes into a new environment: a file
system that has just freed many inodes is slow to give them out again, whoever asks.

Columns: what is timed is the whole command, in milliseconds, the median of ROUNDS runs.
"""
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main():
    spkg, folder = os.path.abspath(sys.argv[1]), Path(sys.argv[2]).resolve()
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    wheels = fetch(folder / "wheels")
    work = folder / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    bench = Bench(spkg, work, rounds)
    alone = ["six", "numpy", "scipy", "botocore"]
    sets = [(name, [wheels[name]]) for name in alone]
    sets.append((f"{len(wheels)} wheels", list(wheels.values())))
    for label, files in sets:
        bench.run(label, files)
    bench.nothing_to_do(HERE.parent.parent)
    bench.print()
    shutil.rmtree(work, ignore_errors=True)


def fetch(folder):
    """The wheels of wheels.txt for this interpreter, by name; downloaded once."""
    wanted = [line.strip() for line in (HERE / "wheels.txt").read_text().splitlines() if line.strip()]
    stamp = folder / ".done"
    text = "\n".join(wanted)
    if not stamp.exists() or stamp.read_text() != text:
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:",
             "-d", str(folder)] + wanted, check=True)
        stamp.write_text(text)
    found = {}
    for line in wanted:
        name = line.split("==")[0]
        prefix = name.lower().replace("-", "_") + "-"
        found[name] = next(p for p in folder.glob("*.whl") if p.name.lower().startswith(prefix))
    return found


class Bench:
    def __init__(self, spkg, work, rounds):
        self.spkg, self.work, self.rounds = spkg, work, rounds
        self.count = 0
        self.rows = []
        self.peak = 0
        self.peaks = []
        import uv
        self.uv = uv.find_uv_bin()
        self.site = os.path.dirname(os.path.dirname(__import__("installer").__file__))

    def environment(self):
        self.count += 1
        path = self.work / f"env{self.count}"
        subprocess.run(
            [sys.executable, "-m", "venv", "--without-pip", str(path)], check=True)
        return path

    def timed(self, command, extra=None):
        env = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_CONFIG_FILE="/dev/null")
        for name in ("PIP_FIND_LINKS", "VIRTUAL_ENV"):
            env.pop(name, None)
        env.update(extra or {})
        start = time.perf_counter()
        with open(self.work / "output", "wb") as output:
            child = subprocess.Popen(command, env=env, stdout=output, stderr=subprocess.STDOUT)
            _, status, usage = os.wait4(child.pid, 0)
        took = (time.perf_counter() - start) * 1000
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            sys.exit(f"{command} failed:\n{(self.work / 'output').read_text()}")
        self.peak = usage.ru_maxrss / 1024
        return took

    def installers(self, files):
        """name → (install, uninstall) as functions of an environment that time themselves."""
        files = [str(f) for f in files]
        names = [os.path.basename(f).split("-")[0] for f in files]
        warm = str(self.work / "uv-warm")
        prepared = self.environment()
        uv_install = lambda env, cache: [
            self.uv, "pip", "install", "-q", "--offline", "--no-index", "--no-deps", "--reinstall",
            "--cache-dir", cache, "--python", str(env / "bin/python")] + files
        self.timed(uv_install(prepared, warm))

        def pip(env):
            return self.timed(
                [sys.executable, "-m", "pip", "--python", str(env / "bin/python"), "install", "-q",
                 "--no-index", "--no-deps", "--no-compile", "--force-reinstall"] + files)

        def uv_cold(env):
            self.count += 1
            return self.timed(uv_install(env, str(self.work / f"uv-cold{self.count}")))

        def installer(env):
            return sum(
                self.timed(
                    [str(env / "bin/python"), "-m", "installer", "--no-compile-bytecode", f],
                    {"PYTHONPATH": self.site}) for f in files)

        def spkg(env, durable):
            return self.timed(
                [self.spkg, "wheel", "install", "--tree", str(env)] + files,
                {"SPKG_DURABLE": durable})

        remove_pip = lambda env: self.timed(
            [sys.executable, "-m", "pip", "--python", str(env / "bin/python"), "uninstall", "-q", "-y"]
            + names)
        remove_uv = lambda env: self.timed(
            [self.uv, "pip", "uninstall", "-q", "--python", str(env / "bin/python")] + names)
        remove_spkg = lambda env, durable: self.timed(
            [self.spkg, "wheel", "uninstall", "--tree", str(env)] + names, {"SPKG_DURABLE": durable})
        return {
            "pip": (pip, remove_pip),
            "uv cold": (uv_cold, remove_uv),
            "uv warm": (lambda env: self.timed(uv_install(env, warm)), remove_uv),
            "installer": (installer, None),
            "spkg": (lambda env: spkg(env, "no"), lambda env: remove_spkg(env, "no")),
            "spkg durable": (lambda env: spkg(env, "yes"), lambda env: remove_spkg(env, "yes")),
        }

    def run(self, label, files):
        results, peaks = {}, {}
        for round in range(self.rounds):
            # Interleaved, so that a slow minute of the machine is slow for everybody.
            for name, (install, uninstall) in self.installers(files).items():
                if name in ("pip", "installer") and round >= max(3, self.rounds // 2):
                    continue
                env = self.environment()
                times = results.setdefault(name, {"install": [], "reinstall": [], "uninstall": []})
                times["install"].append(install(env))
                peaks.setdefault(name, []).append(self.peak)
                if name != "installer":
                    times["reinstall"].append(install(env))
                if uninstall:
                    times["uninstall"].append(uninstall(env))
        for what in ("install", "reinstall", "uninstall"):
            self.rows.append((f"{what} {label}", {
                name: statistics.median(times[what]) for name, times in results.items()
                if times[what]}))
            if what == "install":
                self.peaks.append((label, {n: max(v) for n, v in peaks.items()}))
            print(self.rows[-1][0], {k: round_(v) for k, v in self.rows[-1][1].items()}, flush=True)

    def print(self):
        names = ["pip", "uv cold", "uv warm", "installer", "spkg", "spkg durable"]
        print("\nmilliseconds, medians\n")
        print("| | " + " | ".join(names) + " | spkg : uv cold | spkg : pip | durable : uv cold |")
        print("|---|" + "---|" * (len(names) + 3))
        for label, row in self.rows:
            cells = [str(round_(row[n])) if n in row else "–" for n in names]
            ratios = [ratio(row, "spkg", "uv cold"), ratio(row, "spkg", "pip"),
                      ratio(row, "spkg durable", "uv cold")]
            print(f"| {label} | " + " | ".join(cells + ratios) + " |")
        print("\npeak memory of an install, MiB (for the installer's 12 wheels: of the last one)\n")
        print("| | " + " | ".join(names) + " |")
        print("|---|" + "---|" * len(names))
        for label, row in self.peaks:
            cells = [str(round(row[n])) if n in row else "–" for n in names]
            print(f"| {label} | " + " | ".join(cells) + " |")


    def nothing_to_do(self, root):
        """numpy is installed in the distribution's tree, and is asked for again."""
        if not list((root / "local/var/lib/sage/installed").glob("numpy-*")):
            print("nothing to do: left out, because `make numpy` was not run")
            return
        uv = [self.uv, "pip", "install", "-q", "--offline", "--no-index", "--find-links",
              str(root / "local/var/lib/sage/wheels"), "--python", str(root / "local/bin/python3"),
              "numpy"]
        times = {"uv warm": [], "spkg": []}
        for _ in range(20 * self.rounds):
            times["uv warm"].append(self.timed(uv))
            times["spkg"].append(self.timed([self.spkg, "install", "numpy"], {"SAGE_ROOT": str(root)}))
        row = {name: statistics.median(t) for name, t in times.items()}
        print(f"\nnothing to do, numpy: uv {row['uv warm']:.1f} ms, spkg {row['spkg']:.1f} ms, "
              f"spkg : uv {row['spkg'] / row['uv warm']:.2f}")


def ratio(row, one, other):
    return f"{row[one] / row[other]:.2f}" if one in row and other in row else "–"


def round_(value):
    return round(value) if value >= 10 else round(value, 1)


if __name__ == "__main__":
    main()
