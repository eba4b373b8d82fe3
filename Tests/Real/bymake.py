"""A tree whose own make installs and uninstalls, after `spkg adopt`."""
import subprocess

# A log that feeds itself grows by gigabytes before anything else is noticed.
LARGEST_LOG = 20_000_000


class ByMake:
    """An adopted tree; `end` takes that back and tells what is wrong."""

    def __init__(self, root):
        self.root = root
        self.before = self._own()
        self.quiet = False
        self.problems = []
        root.ask("adopt", str(root.folder))
        if self._own() == self.before:
            raise SystemExit("spkg adopt changed nothing")

    def install(self, name, **variables):
        """Every other time with V=0."""
        self.quiet = not self.quiet
        return self._make(name, V="0" if self.quiet else "1", **variables)

    def uninstall(self, name):
        return self._make(f"{name}-clean")

    def end(self):
        checked = self.root.run("adopt", "--check", str(self.root.folder))
        if checked.returncode:
            self.problems += checked.stdout.splitlines()
        undone = self.root.run("adopt", "--undo", str(self.root.folder))
        if undone.returncode:
            self.problems += undone.stderr.splitlines()
        if self._own() != self.before:
            self.problems.append("build/bin is not as it was before spkg adopt")
        for log in (self.root.folder / "logs").rglob("*.log"):
            if log.stat().st_size > LARGEST_LOG:
                self.problems.append(f"{log} has {log.stat().st_size} bytes")
        return self.problems

    def _make(self, *words, **variables):
        # What make says of an installer goes through sage-logger to stdout.
        done = subprocess.run(
            ["make", "-j2", *words], cwd=self.root.folder, env=self.root.environment | variables,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
            stdin=subprocess.DEVNULL)
        done.stderr = done.stdout
        return done

    def _own(self):
        """Name, mode, time and content of all that is in build/bin."""
        folder = self.root.folder / "build/bin"
        return sorted(
            (path.name, path.lstat().st_mode, path.lstat().st_mtime_ns, path.read_bytes())
            for path in folder.rglob("*") if not path.is_dir())
