"""What is in a tree, so that two can be compared."""
import hashlib
import os
import re

# Records and pages say when something was made, and on what.
TIMES = re.compile(rb'"(install_date|system_uname|upload-time)" ?: ?"[^"]*"')
# Locks, stages of pages, parts of downloads, temporaries: none of them is taken for what it is going to be.
PASSING = re.compile(r"\.simple\.(lock|stage)|\..*\.(part|\d+)")
# A log for people, with times and numbers of processes.
HISTORY = "var/lib/sage/history"


def of(mount, tops):
    """path → kind, mode and content; without locks, scratch space and history, which are nobody's
    installation."""
    found = {}
    for top in tops:
        for base, folders, names in os.walk(mount / top):
            inner = os.path.relpath(base, mount / top)
            folders[:] = [
                name for name in folders
                if os.path.normpath(os.path.join(inner, name)) not in ("var/lock", "var/tmp")
                and not PASSING.fullmatch(name)]
            for name in folders + [name for name in names if not PASSING.fullmatch(name)]:
                if os.path.join(inner, name) == HISTORY:
                    continue
                path = os.path.join(base, name)
                if os.path.normpath(os.path.join(inner, name)) == "var/lib/sage/history":
                    continue
                found[os.path.relpath(path, mount)] = entry(path)
    return without_empty(found, tops)


def without_empty(found, tops):
    """Without the folders below var/ that spkg makes for itself and that hold nothing yet, or no more."""
    full = {parent for path, what in found.items() if what.count(" ") for parent in parents(path)}
    own = tuple(f"{top}/var" for top in tops)
    return {path: what for path, what in found.items()
            if not path.startswith(own) or path in full or what.count(" ")}


def parents(path):
    while path := os.path.dirname(path):
        yield path


def entry(path):
    status = os.lstat(path)
    kind = f"{status.st_mode:o}"
    if os.path.islink(path):
        return f"{kind} {os.readlink(path)}"
    if os.path.isdir(path):
        return kind
    with open(path, "rb") as file:
        content = file.read()
    if "/var/lib/sage/" in path:
        content = TIMES.sub(b"", content)
    return f"{kind} {len(content)} {hashlib.sha256(content).hexdigest()[:16]}"


def litter(mount, tops):
    """What no command may leave, once the next has begun."""
    return [
        f"{top}/{place}/{name}" for top in tops
        for place in ("var/tmp/sage/stage", "var/lib/sage/changes")
        if os.path.isdir(mount / top / place) for name in os.listdir(mount / top / place)]


def difference(expected, now):
    """In words, against each that was expected."""
    texts = []
    for state in expected:
        paths = sorted(path for path in state.keys() | now.keys() if state.get(path) != now.get(path))
        shown = [f"{path}: {state.get(path, 'nothing')} → {now.get(path, 'nothing')}" for path in paths[:4]]
        texts.append(f"{len(paths)} paths differ ({'; '.join(shown)})")
    return " / ".join(texts)
