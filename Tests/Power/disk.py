"""Disks: what they hold at first, what a machine told them, and what a power cut leaves of that."""
import mmap
import random
import struct
import subprocess
from bisect import bisect_right

HEADER = struct.Struct("=cqqq")

# Sizes are the smallest that each file system likes; only what is written takes space.
FILE_SYSTEMS = {
    "ext4": (["mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0"], 96, ""),
    "ext4-writeback": (
        ["mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0"], 96, "data=writeback"),
    "xfs": (["mkfs.xfs", "-q"], 320, ""),
    "btrfs": (["mkfs.btrfs", "-q", "-m", "single"], 160, "commit=1"),
}


def make(path, system):
    command, size, _ = FILE_SYSTEMS[system]
    with open(path, "wb") as file:
        file.truncate(size << 20)
    subprocess.run([*command, str(path)], check=True, stdout=subprocess.DEVNULL)


def copy(source, target):
    subprocess.run(["cp", "--sparse=always", str(source), str(target)], check=True)


class Log:
    """What recorder.c wrote down."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.entries, self.times, self.marks = [], [], []
        place = 0
        while place < len(self.bytes):
            letter, now, offset, length = HEADER.unpack_from(self.bytes, place)
            place += HEADER.size
            if letter == b"M":
                # From here on the machine has said so.
                number = int(self.bytes[place:place + 16].rstrip(b"\0"))
                self.marks.append((len(self.entries), number, now))
            else:
                self.entries.append((letter, offset, length, place))
                self.times.append(now)
            place += length if letter in b"WM" else 0

    @property
    def first(self):
        """How many writes there were before the first step."""
        return self.marks[0][0]

    def reported(self, position):
        """How many steps the machine had reported as done before this many writes."""
        return self.marks[bisect_right(self.marks, (position, 1 << 30)) - 1][1]

    def apply(self, file, numbers):
        for number in numbers:
            letter, offset, length, place = self.entries[number]
            file.seek(offset)
            file.write(bytes(length) if letter == b"Z" else self.bytes[place:place + length])

    def cuts(self, count, seed):
        """Moments of a power cut, in order.

        Among them always: just after each report, and after all. Of the others, half are anywhere in time,
        as power cuts are; half are between any two writes, most of which come in a rush.
        """
        dice = random.Random(seed)
        last = len(self.entries)
        positions = [mark[0] for mark in self.marks] + [last]
        while len(positions) < count:
            if len(positions) % 2:
                positions.append(dice.randint(self.first, last))
            else:
                positions.append(bisect_right(self.times, dice.randint(self.marks[0][2], self.times[-1])))
        return [Cut(position, self.reported(position)) for position in sorted(positions)]


class Cut:
    """After so many writes, and how many steps had been reported as done by then."""

    def __init__(self, position, reported):
        self.position, self.reported = position, reported

    def __str__(self):
        return f"cut after {self.position} writes, with {self.reported} steps reported"


class Replay:
    """Makes the disks of cuts, which must come in order."""

    def __init__(self, log, base, path):
        copy(base, path)
        self.log, self.path, self.position = log, path, 0

    def make(self, cut, target):
        with open(self.path, "r+b") as file:
            self.log.apply(file, range(self.position, cut.position))
        self.position = cut.position
        copy(self.path, target)

    def close(self):
        self.path.unlink()
