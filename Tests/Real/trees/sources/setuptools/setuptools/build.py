"""Makes distributions of the folder that has PROJECT, which holds `NAME VERSION`.

Every package in it goes in, and gets a module `built` that tells how it was built.
"""
import base64
import hashlib
import os
import sys
import zipfile


def setup():
    """Runs the commands of setup.py's command line: `install` and `bdist_wheel`."""
    words = [word for word in sys.argv[1:] if word != "--no-user-cfg"]
    options = dict(zip(words, words[1:]))
    if "install" in words:
        root = next(word[7:] for word in words if word.startswith("--root="))
        _install(root, words)
    if "bdist_wheel" in words:
        folder = options.get("--dist-dir", "dist")
        os.makedirs(folder, exist_ok=True)
        print("adding", make_wheel(folder, words, {}))


def make_wheel(folder, words, settings):
    name, version = _project()
    info = f"{name}-{version}.dist-info"
    files = _files(words, settings)
    files[f"{info}/METADATA"] = _metadata()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    rows = []
    for path, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        rows.append(f"{path},sha256={digest},{len(data)}\n")
    files[f"{info}/RECORD"] = "".join([*rows, f"{info}/RECORD,,\n"]).encode()
    wheel = f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, wheel), "w") as archive:
        for path, data in files.items():
            archive.writestr(zipfile.ZipInfo(path), data)
    return wheel


def _install(root, words):
    """As --single-version-externally-managed does it: an .egg-info beside the modules."""
    name, version = _project()
    python = "%d.%d" % sys.version_info[:2]
    site = f"{root}{sys.prefix}/lib/python{python}/site-packages"
    egg = f"{name}-{version}-py{python}.egg-info"
    files = _files(words, {})
    files[f"{egg}/PKG-INFO"] = _metadata()
    files[f"{egg}/SOURCES.txt"] = b"setup.py\nPROJECT\n"
    files[f"{egg}/top_level.txt"] = f"{name}\n".encode()
    for path, data in files.items():
        os.makedirs(os.path.dirname(f"{site}/{path}"), exist_ok=True)
        with open(f"{site}/{path}", "wb") as file:
            file.write(data)


def _project():
    with open("PROJECT") as file:
        return file.read().split()


def _metadata():
    name, version = _project()
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode()


def _files(words, settings):
    files = {}
    for folder, inner, names in os.walk("."):
        if folder == ".":
            inner[:] = [name for name in inner if os.path.exists(f"{name}/__init__.py")]
            continue
        for name in sorted(names):
            if name.endswith(".py"):
                path = os.path.normpath(os.path.join(folder, name))
                with open(path, "rb") as file:
                    files[path] = file.read()
    said = f"words = {words!r}\nsettings = {settings!r}\nprefix = {sys.prefix!r}\n"
    for path in [path for path in files if path.count("/") == 1 and path.endswith("__init__.py")]:
        files[os.path.dirname(path) + "/built.py"] = said.encode()
    return files
