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
    """What recorder.c or server.c wrote down."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.entries, self.times, self.marks, self.flushes = [], [], [], []
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
                if letter == b"F":
                    self.flushes.append(len(self.entries))
            place += length if letter in b"WM" else 0

    @property
    def first(self):
        """How many writes there were before the first step."""
        return self.marks[0][0]

    def reported(self, position):
        """How many steps the machine had reported as done before this many writes."""
        return self.marks[bisect_right(self.marks, (position, 1 << 30)) - 1][1]

    def flushed(self, position):
        """How many of the first writes are on the disk for certain; all, where flushes aren't seen."""
        if not self.flushes:
            return position
        last = bisect_right(self.flushes, position)
        return self.flushes[last - 1] if last else 0

    def apply(self, file, numbers):
        for number in numbers:
            letter, offset, length, place = self.entries[number]
            if letter == b"F":
                continue
            file.seek(offset)
            file.write(bytes(length) if letter == b"Z" else self.bytes[place:place + length])

    def cuts(self, count, seed):
        """Moments of a power cut, in order.

        Among them always: just after each report, and after all. Of the others, half are anywhere in time,
        as power cuts are; half are between any two writes, most of which come in a rush. Where flushes are
        seen, every other disk loses some of what it was told since the last one.
        """
        dice = random.Random(seed)
        last, end = len(self.entries), max(self.times[-1], self.marks[-1][2])
        positions = [mark[0] for mark in self.marks] + [last]
        while len(positions) < count:
            if len(positions) % 2:
                positions.append(dice.randint(self.first, last))
            else:
                positions.append(bisect_right(self.times, dice.randint(self.marks[0][2], end)))
        return [Cut(position, self.reported(position), self.kept(position, dice) if number % 2 else None)
                for number, position in enumerate(sorted(positions))]

    def kept(self, position, dice):
        """Some of the writes that a disk may still have lost."""
        share = dice.choice((0, 0.1, 0.5, 0.9))
        return [number for number in range(self.flushed(position), position) if dice.random() < share]


class Cut:
    """After so many writes, and how many steps had been reported as done by then.

    kept: of the writes since the last flush those that the disk has, if not all. possible: the steps that
    the disk may be at, if not the last reported one or the next. is_open: it had an open change.
    """

    def __init__(self, position, reported, kept=None):
        self.position, self.reported, self.kept = position, reported, kept
        self.possible, self.is_open = None, False

    def __str__(self):
        lost = "" if self.kept is None else f", only {len(self.kept)} of those since the last flush kept"
        return f"cut after {self.position} writes{lost}, with {self.reported} steps reported"


class Replay:
    """Makes the disks of cuts, which must come in order of what is certainly on them."""

    def __init__(self, log, base, path):
        copy(base, path)
        self.log, self.path, self.position = log, path, 0

    def make(self, cut, target):
        certain = self.log.flushed(cut.position)
        with open(self.path, "r+b") as file:
            self.log.apply(file, range(self.position, certain))
        self.position = certain
        copy(self.path, target)
        with open(target, "r+b") as file:
            self.log.apply(file, range(certain, cut.position) if cut.kept is None else cut.kept)

    def close(self):
        self.path.unlink()
