"""Archives of a Debian mirror, for recipes whose own hosts can't be reached."""
import hashlib
import re
import subprocess
from pathlib import Path

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
SUITES = ("bookworm", "trixie", "sid")


class DebianSources:
    """Source packages of the mirror that apt is configured for, in a scratch configuration of its
    own: that of the machine stays as it is."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.options = []

    def archive(self, package, suite):
        """The path of a package's original archive, downloaded and verified by apt."""
        if not self.options:
            self._configure()
        place = self.folder / "sources" / package
        place.mkdir(parents=True, exist_ok=True)
        found = self._archives(place)
        if not found:
            self._run("apt-get", *self.options, "-q", "source", "--download-only", "--tar-only",
                      f"{package}/{suite}", folder=place)
            found = self._archives(place)
        if len(found) != 1:
            raise RuntimeError(f"{package} of {suite} has {len(found)} original archives: {found}")
        return found[0]

    @staticmethod
    def _archives(place):
        return [path for path in place.glob("*.orig.tar.*") if path.suffix != ".asc"]

    def _configure(self):
        mirrors = self._run(
            "apt-get", "indextargets", "--format", "$(ORIGIN) $(LABEL) $(REPO_URI)")
        base = next(
            (words[2] for words in map(str.split, mirrors.splitlines())
             if words[:2] == ["Debian", "Debian"]), None)
        if base is None:
            raise RuntimeError("apt is configured for no mirror of Debian")
        for name in ("lists/partial", "cache/archives/partial", "etc"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "etc/sources.list").write_text("".join(
            f"deb-src [signed-by={KEYRING}] {base} {suite} main\n" for suite in SUITES))
        self.options = [
            word for setting in (
                f"Dir::Etc::sourcelist={self.folder}/etc/sources.list",
                "Dir::Etc::sourceparts=/dev/null",
                f"Dir::State::lists={self.folder}/lists",
                f"Dir::Cache={self.folder}/cache",
                # The user _apt may not write below a folder of ours.
                "APT::Sandbox::User=root")
            for word in ("-o", setting)]
        self._run("apt-get", *self.options, "-q", "update")

    def _run(self, *command, folder=None):
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
        return done.stdout


def use_archive(recipe, archive, distfiles):
    """Makes a recipe's copy ask for this archive, and for nothing else: name, version and checksum.

    Returns what was changed, in words; empty if the recipe asks for just these bytes.
    """
    data = archive.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    checksums = (recipe / "checksums.ini").read_text()
    upstream = (recipe / "package-version.txt").read_text().strip()
    expected = re.search(r"^tarball=(.*)$", checksums, re.M)[1]
    if f"sha256={found}" in checksums:
        for word, value in zip(("MAJOR", "MINOR", "MICRO"), upstream.split(".")):
            for form in (f"${{VERSION_{word}}}", f"VERSION_{word}"):
                expected = expected.replace(form, value)
        bare = re.sub(r"\.p\d+$", "", upstream)
        name = expected.replace("${VERSION}", bare).replace("VERSION", bare)
        (distfiles / name).write_bytes(data)
        return ""
    # NAME_VERSION[+dfsg][+reallyVERSION].orig.tar.X
    version = archive.name.split("_", 1)[1].split(".orig")[0].rpartition("really")[2]
    version = re.sub(r"[+.](dfsg|ds).*", "", version)
    (distfiles / archive.name).write_bytes(data)
    (recipe / "checksums.ini").unlink()
    (recipe / "checksums.ini").write_text(f"tarball={archive.name}\nsha256={found}\n")
    if re.sub(r"\.p\d+$", "", upstream) == version:
        return "archive of Debian"
    (recipe / "package-version.txt").unlink()
    (recipe / "package-version.txt").write_text(version + "\n")
    return f"archive and version {version} of Debian"
