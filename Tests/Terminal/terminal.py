"""Runs a program on a terminal, does what a person does there, and says what is seen.

    terminal.py COLUMNS LINES STEPS COMMAND...

STEPS is JSON, a list of
    ["await", TEXT]       until it stands on the screen, or has left it at the top
    ["look"]              remember the screen
    ["type", TEXT]        as by the keyboard
    ["write", FIFO]       let something go on that reads it
    ["signal", NUMBER]    to the program
    ["size", COLUMNS]     another width
    ["end"]               until the program has ended

The answer is JSON: looks (lists of lines, the last one at the end, with what has left the screen), raw
(all that the program wrote) and status.
"""
import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time
import unicodedata


class Screen:
    """As much of a terminal as rows need; what it doesn't know it shows."""

    def __init__(self, columns, lines):
        self.columns, self.height = columns, lines
        self.gone, self.lines = [], [[]]
        self.row = self.column = 0

    def feed(self, text):
        at = 0
        while at < len(text):
            char = text[at]
            at += 1
            if char == "\r":
                self.column = 0
            elif char == "\n":
                self.down()
            elif char == "\x1b" and text[at : at + 1] == "[":
                end = at + 1
                while end < len(text) and not "@" <= text[end] <= "~":
                    end += 1
                if end == len(text):
                    return text[at - 1 :]
                self.control(text[end], text[at + 1 : end])
                at = end + 1
            elif char == "\x1b" and at == len(text):
                return char
            else:
                self.put(char)
        return ""

    def down(self):
        self.row += 1
        if self.row == len(self.lines):
            self.lines.append([])
        if len(self.lines) > self.height:
            self.gone.append(self.lines.pop(0))
            self.row -= 1

    def put(self, char):
        if unicodedata.combining(char):
            return
        width = 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if self.column + width > self.columns:
            self.column = 0
            self.down()
        line = self.lines[self.row]
        line.extend(" " * (self.column - len(line)))
        line[self.column : self.column + width] = [char] + [""] * (width - 1)
        self.column += width

    def control(self, letter, numbers):
        if letter == "A":
            self.row = max(0, self.row - int(numbers or 1))
        elif letter == "J" and not numbers:
            del self.lines[self.row][self.column :]
            del self.lines[self.row + 1 :]
        elif letter == "K" and not numbers:
            del self.lines[self.row][self.column :]
        elif letter not in "mhl":
            self.put("?")

    def resize(self, columns):
        """Lines that are too long are folded."""
        lines, row = [], 0
        for index, line in enumerate(self.lines):
            parts = [line[at : at + columns] for at in range(0, len(line), columns)] or [[]]
            lines += parts
            if index == self.row:
                row = len(lines) - 1
                self.column = len(parts[-1])
        self.columns, self.lines, self.row = columns, lines, row
        while len(self.lines) > self.height:
            self.gone.append(self.lines.pop(0))
            self.row -= 1

    def text(self, whole=False):
        lines = (self.gone if whole else []) + self.lines
        return ["".join(line).rstrip() for line in lines]


def set_size(terminal, columns, lines):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


def main():
    columns, lines = int(sys.argv[1]), int(sys.argv[2])
    process, terminal = pty.fork()
    if process == 0:
        set_size(1, columns, lines)
        os.execvp(sys.argv[4], sys.argv[4:])
    screen, raw, looks, rest = Screen(columns, lines), b"", [], ""
    decoded = 0
    deadline = time.monotonic() + 60

    def read():
        nonlocal raw, rest, decoded
        if not select.select([terminal], [], [], 0.05)[0]:
            return True
        try:
            part = os.read(terminal, 65536)
        except OSError:
            return False
        raw += part
        text = raw[decoded:].decode(errors="ignore")
        decoded += len(text.encode())
        rest = screen.feed(rest + text)
        return bool(part)

    is_open = True
    for step, *words in json.loads(sys.argv[3]):
        if step == "await":
            while is_open and words[0] not in "\n" + "\n".join(screen.text(True)):
                is_open = read()
                if time.monotonic() > deadline:
                    print(json.dumps({"looks": [screen.text(True)], "raw": "", "status": -1}))
                    sys.exit(f"never seen: {words[0]}")
        elif step == "look":
            looks.append(screen.text())
        elif step == "type":
            os.write(terminal, words[0].encode())
        elif step == "write":
            with open(words[0], "w") as fifo:
                fifo.write("go\n")
        elif step == "signal":
            os.kill(process, words[0])
        elif step == "size":
            set_size(terminal, words[0], lines)
            screen.resize(words[0])
        elif step == "end":
            while is_open and time.monotonic() < deadline:
                is_open = read()
    looks.append(screen.text(True))
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    print(json.dumps({"looks": looks, "raw": raw.decode(errors="replace"), "status": status}))


main()
