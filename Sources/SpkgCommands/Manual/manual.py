#!/usr/bin/env python3
"""Writes the manual: a page for spkg, and one for each command that help lists.

    spkg --experimental-dump-help | manual.py VERSION FOLDER

What the commands say of themselves with --help, in the form of man(7).
"""
import json
import os
import re
import sys

STATUS = """\
.SH EXIT STATUS
.TP
0
Done; also where there was nothing to do.
.TP
1
Failed: what, and what to do about it, was said. Commands that answer a question with no or with findings, too.
.TP
64
Wrong usage.
"""


def plain(text):
    """A line of text that roff takes for nothing else."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    text = text.replace("^", "\\(ha").replace("~", "\\(ti")
    return "\\&" + text if text.startswith((".", "\\(aq")) else text


def discussion(text):
    """Paragraphs; lines in capitals are headings; what is indented stays as it is."""
    lines = []
    is_fixed = False
    for line in (text or "").split("\n"):
        indented = line.startswith(" ")
        if is_fixed and not indented:
            lines += [".fi", ".RE"]
        if indented and not is_fixed:
            lines += [".PP", ".RS 2", ".nf"]
        is_fixed = indented
        if indented:
            lines.append(plain(line.removeprefix("  ")))
        elif re.fullmatch("[A-Z][A-Z ]+", line):
            lines.append(f".SH {line}")
        elif line:
            lines.append(plain(line))
        elif lines:
            lines.append(".PP")
    if is_fixed:
        lines += [".fi", ".RE"]
    return lines


def spelled(name):
    return ("-" if name["kind"] == "short" else "--") + name["name"]


def usage(words, command):
    text = [".B " + plain(" ".join(words))]
    shown = [argument for argument in command.get("arguments", []) if argument["shouldDisplay"]]
    if any(argument["kind"] != "positional" for argument in shown):
        text.append("[\\fIoption\\fR ...]")
    if command.get("subcommands"):
        text.append("\\fIcommand\\fR ...")
    for argument in shown:
        if argument["kind"] == "positional":
            name = f"\\fI{plain(argument['valueName'])}\\fR"
            name += " ..." if argument["isRepeating"] else ""
            text.append(f"[{name}]" if argument["isOptional"] else name)
    return text


def options(command):
    lines = []
    for argument in command.get("arguments", []):
        if not argument["shouldDisplay"]:
            continue
        value = f"\\fI{plain(argument['valueName'])}\\fR"
        if argument["kind"] == "positional":
            tag = value
        else:
            tag = ", ".join(f"\\fB{plain(spelled(name))}\\fR" for name in argument["names"])
            tag += f" {value}" if argument["kind"] == "option" else ""
        lines += [".TP", tag, plain(argument.get("abstract", "").replace("\n", " "))]
        if argument.get("defaultValue"):
            lines.append(plain(f"Default: {argument['defaultValue']}."))
    return [".SH OPTIONS"] + lines if lines else []


def page(words, command, version, related):
    name = "-".join(words)
    lines = [
        f".TH {plain(name.upper())} 1 \"\" \"spkg {version}\" \"spkg\"",
        ".SH NAME", f"{plain(name)} \\- {plain(command['abstract'].rstrip('.'))}",
        ".SH SYNOPSIS", *usage(words, command),
        ".SH DESCRIPTION",
    ]
    text = command.get("discussion", "")
    head, mark, examples = text.partition("EXAMPLE")
    lines += discussion(head.rstrip()) or [plain(command["abstract"])]
    for sub in command.get("subcommands", []):
        if sub.get("shouldDisplay", True) and sub["commandName"] != "help":
            if ".SH COMMANDS" not in lines:
                lines.append(".SH COMMANDS")
            other = "-".join(words + [sub["commandName"]])
            lines += [".TP", f"\\fB{plain(other)}\\fR(1)", plain(sub["abstract"])]
    lines += options(command)
    lines += discussion(mark + examples)
    lines += STATUS.rstrip().split("\n")
    lines += [".SH SEE ALSO", ", ".join(f"\\fB{plain(other)}\\fR(1)" for other in related)]
    return "\n".join(lines) + "\n"


def write(words, command, version, folder, related):
    name = "-".join(words)
    with open(os.path.join(folder, f"{name}.1"), "w", encoding="utf-8") as file:
        file.write(page(words, command, version, related))
    for sub in command.get("subcommands", []):
        if sub.get("shouldDisplay", True) and sub["commandName"] != "help":
            write(words + [sub["commandName"]], sub, version, folder, [name])


def main():
    version, folder = sys.argv[1:]
    command = json.load(sys.stdin)["command"]
    os.makedirs(folder, exist_ok=True)
    write(["spkg"], command, version, folder, ["pip", "make"])


main()
