"""Whether what was installed works, and whether other tools can read what was written about it."""
import json
import re
import subprocess
import tempfile

IMPORTS = """
import importlib, importlib.metadata, sys
name = sys.argv[1]
found = importlib.metadata.distribution(name)
modules = sorted({
    path.parts[0].split(".")[0] for path in found.files or []
    if path.suffix in (".py", ".so") and path.parts[0] not in ("..", "__pycache__")
    and (len(path.parts) == 1 or path.parts[0].isidentifier())})
if not modules:
    sys.exit(f"{name} has no modules")
for module in modules:
    importlib.import_module(module)
"""


def installed_distribution(local, name):
    """The distribution that a package's record names: its own name, not what the recipe calls it."""
    for stamp in (local / "var/lib/sage/installed").glob(f"{name}-*"):
        record = json.loads(stamp.read_text())
        if record["package_name"] == name and record.get("distribution"):
            return record["distribution"]["name"]
    return None


def import_all(local, distribution):
    """Imports every top-level module of a distribution. Returns what is wrong."""
    done = subprocess.run(
        [local / "bin/python3", "-B", "-c", IMPORTS, distribution], cwd="/",
        capture_output=True, text=True)
    return done.stderr.strip()[-600:] if done.returncode else ""


def link(local, header, libraries):
    """Compiles and runs a program that has the header, and needs the libraries."""
    with tempfile.TemporaryDirectory() as folder:
        source = f"{folder}/program.c"
        with open(source, "w") as file:
            file.write(f"#include <stdio.h>\n#include <{header}>\nint main(void) {{ return 0; }}\n")
        command = [
            "cc", "-I", local / "include", source, "-o", f"{folder}/program", "-L", local / "lib",
            f"-Wl,-rpath,{local}/lib", "-Wl,--no-as-needed", *libraries]
        for words in (command, [f"{folder}/program"]):
            done = subprocess.run(words, capture_output=True, text=True)
            if done.returncode:
                return f"{words[0]}: status {done.returncode} {done.stderr.strip()[-600:]}"
        # Of the tree, and not of the system.
        linked = subprocess.run(["ldd", f"{folder}/program"], capture_output=True, text=True).stdout
        if f"{local}/lib/" not in linked:
            return f"the program is linked with nothing of {local}/lib"
    return ""


def record_problems(local, name):
    """A record as the tools of the distribution read it: one stamp of the package, JSON with these
    keys, whose files are all there."""
    stamps = [path for path in (local / "var/lib/sage/installed").iterdir()
              if re.fullmatch(re.escape(name) + r"-.*", path.name)]
    if len(stamps) != 1:
        return [f"{len(stamps)} stamps"]
    record = json.loads(stamps[0].read_text())
    problems = [
        f"no {key}" for key in ("package_name", "package_version", "install_date", "system_uname",
                                "sage_version", "test_result", "files") if key not in record]
    if stamps[0].name != f"{record['package_name']}-{record['package_version']}":
        problems.append(f"{stamps[0].name} tells of another package")
    for file in record.get("files", []):
        path = local / file
        if not path.exists() and not path.is_symlink():
            problems.append(f"{file} is listed and isn't there")
    return problems
