"""Computers that can lose their power.

`Machine` is a user-mode Linux with disks of its own. It sees this machine's files as its root, so that it
needs no image of a system, and it needs no privileges. `Here` is this machine itself, as root.
"""
import contextlib
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
KERNEL = "linux.uml"
LIBC = ctypes.CDLL(None)


class Machine:
    """Starts machines; each writes what came of its work into a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.count = 0
        self.recorder = compile_library(HERE / "recorder.c", folder)
        # For spkg in the machine.
        self.faults = compile_library(HERE.parent / "Faults/faults.c", folder)

    def run(self, work, disks, recording=None, limit=300):
        """Lets guest.py do `work` on these images, and returns its answer.

        recording: a file that gets the log of what the first disk was told; then the second takes marks.
        """
        self.count += 1
        place = self.folder / f"run{self.count}-{os.getpid()}"
        place.mkdir()
        try:
            devices = [f"/dev/ubd{chr(97 + number)}" for number in range(len(disks))]
            work = dict(work, answer=str(place / "answer"), disks=devices)
            (place / "work").write_text(json.dumps(work))
            environment = {"PATH": os.environ["PATH"], "TMPDIR": str(self.folder), "HOME": str(place),
                           # Its threads have stacks of a page, too small for the dynamic linker.
                           "LD_BIND_NOW": "1"}
            if recording:
                environment.update(
                    LD_PRELOAD=str(self.recorder), RECORD_DISK=str(disks[0]),
                    RECORD_MARKS=str(disks[1]), RECORD_LOG=str(recording))
            command = [KERNEL, "mem=512M", "rootfstype=hostfs", "rootflags=/", "rw", "quiet",
                       f"init={HERE / 'guest.py'}", f"POWER_WORK={place / 'work'}", "con=null",
                       "con0=fd:0,fd:1"]
            command += [f"ubd{number}={disk}" for number, disk in enumerate(disks)]
            run_to_end(command, environment, place, limit)
            return answer(place)
        finally:
            shutil.rmtree(place, ignore_errors=True)


class Here:
    """Does the same work with disks that this machine mounts, in a mount namespace of its own.

    That is quicker by far, and here it is seen when a disk is told to empty its cache. Needs root, loop
    devices, FUSE, and a kernel with the file systems.
    """

    def __init__(self, folder):
        self.folder = folder
        self.count = 0
        self.server = folder / "server"
        subprocess.run(["gcc", "-O1", "-o", self.server, HERE / "server.c"], check=True)
        self.faults = compile_library(HERE.parent / "Faults/faults.c", folder)

    def run(self, work, disks, recording=None, limit=900):
        self.count += 1
        place = self.folder / f"run{self.count}-{os.getpid()}"
        place.mkdir()
        try:
            work = dict(work, answer=str(place / "answer"), disks=[str(disk) for disk in disks],
                        here=True, server=str(self.server), log=str(recording))
            (place / "work").write_text(json.dumps(work))
            environment = {"PATH": os.environ["PATH"], "TMPDIR": str(self.folder), "HOME": str(place),
                           "POWER_WORK": str(place / "work")}
            command = [
                "unshare", "-m", "--propagation", "private", sys.executable, HERE / "guest.py"]
            run_to_end(command, environment, place, limit)
            return answer(place)
        finally:
            shutil.rmtree(place, ignore_errors=True)


def run_to_end(command, environment, place, limit):
    """Its output goes to `place`/console; nothing of it is left, however it ends."""
    with open(place / "console", "wb") as console:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=console,
            stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=end_with_parent)
    try:
        wait(process, place / "console", limit)
    finally:
        # The thread that writes to the disks is a process of its own.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answer(place):
    if not (place / "answer").exists():
        raise Trouble("a machine gave no answer", place / "console")
    return json.loads((place / "answer").read_text())


def wait(process, console, limit):
    """A machine whose kernel panics stays, busy."""
    end = time.monotonic() + limit
    while process.poll() is None:
        if b"Kernel panic" in console.read_bytes():
            raise Trouble("a machine's kernel panicked", console)
        if time.monotonic() > end:
            raise Trouble(f"a machine didn't end in {limit} s", console)
        time.sleep(0.05)


def end_with_parent():
    """A machine doesn't outlive who has started it: PR_SET_PDEATHSIG, SIGKILL."""
    LIBC.prctl(1, 9)


def compile_library(source, folder):
    path = folder / f"{source.stem}.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-Wl,-z,now", "-o", path, source], check=True)
    return path


class Trouble(Exception):
    """A machine that didn't do its work: not a finding about spkg."""

    def __init__(self, what, console):
        text = console.read_text(errors="replace")
        super().__init__(f"{what}; its console says\n{text[-3000:]}")


def forbidden():
    """Whether this machine doesn't let processes trace their children, without which there is no user-mode
    Linux: some containers don't. Nothing that could be installed or set here changes that."""
    child = os.fork()
    if child == 0:
        os._exit(0 if LIBC.ptrace(0, 0, 0, 0) == 0 else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


def why_not_here(programs):
    """Why this machine itself can't mount the disks; nothing if it can."""
    missing = [name for name in ("gcc", *programs) if not shutil.which(name)]
    if missing:
        return f"missing: {' '.join(missing)}"
    if os.geteuid() != 0:
        return "--here needs root"
    absent = [path for path in ("/dev/loop-control", "/dev/fuse") if not os.path.exists(path)]
    return f"missing: {' '.join(absent)}" if absent else ""


def why_not(folder, programs):
    """Why no machine can run here; nothing if one can."""
    missing = [name for name in (KERNEL, "gcc", *programs) if not shutil.which(name)]
    if missing:
        return (f"missing: {' '.join(missing)}; on Debian: .ci/setup user-mode-linux e2fsprogs xfsprogs "
                "btrfs-progs")
    try:
        Machine(folder).run({"task": "nothing"}, [], limit=240)
    except (Trouble, OSError) as trouble:
        return str(trouble)
    return ""
