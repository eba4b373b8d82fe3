"""What kind of recipe a recipe is, in a few words."""
import re


def shape(recipe, is_python):
    """Of the copy of a recipe: its source and what its install script uses."""
    words = []
    if (recipe / "requirements.txt").exists():
        return "pip"
    archives = archive_names(recipe)
    if archives:
        words.append("wheel" if archives[0].endswith(".whl") else "sdist"
                     if is_python else "archive")
        if len(archives) > 1:
            words.append(f"of {len(archives)}")
    else:
        words.append("no archive")
    script = next((path for path in (recipe / "spkg-install.in", recipe / "spkg-install")
                   if path.exists()), None)
    text = script.read_text() if script else ""
    text = re.sub(r"^\s*#.*$", "", text, flags=re.M)
    if script:
        words.append("script")
    if is_python and re.search(r"sdh_(pip_install|build_wheel)", text):
        isolated = "--no-build-isolation" not in text
        if (recipe / "install-requires.txt").exists():
            isolated = "--build-isolation" in text
        words.append("isolated" if isolated else "not isolated")
    if re.search(r"(\s-C\s|--config-settings)", text):
        words.append("settings")
    if "sdh_pip_editable_install" in text:
        words.append("editable")
    if "--sdist-then-wheel" in text:
        words.append("by sdist")
    for helper, word in (("sdh_configure", "configure"), ("sdh_cmake", "cmake"),
                         ("sdh_setup_bdist_wheel", "bdist_wheel"),
                         ("sdh_install", "sdh_install")):
        if re.search(helper + r"\b", text):
            words.append(word)
    patches = list((recipe / "patches").glob("*.patch"))
    if patches:
        words.append(f"{len(patches)} patches" if len(patches) > 1 else "1 patch")
    for name in ("preinst", "build", "postinst", "pipinst", "prerm", "postrm", "check"):
        if (recipe / f"spkg-{name}.in").exists() or (recipe / f"spkg-{name}").exists():
            words.append(name)
    return ", ".join(words)


def archive_names(recipe):
    checksums = recipe / "checksums.ini"
    if not checksums.exists():
        return []
    return re.findall(r"^tarball=(.*)$", checksums.read_text(), re.M)
