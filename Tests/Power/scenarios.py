"""What spkg does while the power is cut.

A scenario is text, for sh: how the disk is made ready, steps that each change something, what brings the disk
in order after a cut, and which folders count. $SPKG is the program, $INPUTS a folder that both machines have;
the disk is the working directory. A step must be one that may be given again. "each": a step is more than one
change; in between each path is old or new by itself, but for the one that is "taken" over on the way, and
this command finds nothing. "binds": folders that are mounted at others.
"""
import hashlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "Bench"))
from readers import write_wheel  # noqa: E402

ENVIRONMENT = "python3 -m venv --without-pip tree\n"
INSTALL = '"$SPKG" wheel install --tree tree '


def wheel(inputs, files):
    """Install, two upgrades and the removal of one wheel, in a tree that has another."""
    small = write_wheel(inputs, "small", "1", {"small.py": ""})
    names = []
    for version in ("1", "2", "3"):
        content = {f"many/part{n % 9}/file{n}.py": f"value = {version}, {n}\n" for n in range(files)}
        content |= {f"many/only{version}.py": "", "many/__init__.py": f"version = {version}\n"}
        names.append(write_wheel(inputs, "many", version, content))
    return {
        "prepare": f"{ENVIRONMENT}{INSTALL}'{small}'",
        "steps": [f"{INSTALL}'{name}'" for name in names]
        + ['"$SPKG" wheel uninstall --tree tree many small'],
        "recover": '"$SPKG" recover --tree tree',
        "compared": ["tree"],
    }


def shared(inputs, files):
    """Two packages with a file that both have are installed, upgraded and removed as one change."""
    steps = []
    for version in ("1", "2"):
        pair = [
            write_wheel(inputs, name, version, {
                "common/__init__.py": f"version = {version}\n", f"common/{name}.py": f"{version}\n",
                f"{name}/__init__.py": f"version = {version}\n",
                **{f"common/data/{name}{n}.txt": f"{version} {n}" for n in range(files // 12)}})
            for name in ("one", "other")]
        steps.append(INSTALL + " ".join(f"'{path}'" for path in pair))
    return {
        "prepare": f"{ENVIRONMENT}mkdir -p tree/var/lib/sage/changes tree/var/tmp/sage/stage tree/var/lock",
        "steps": [*steps, '"$SPKG" wheel uninstall --tree tree one'],
        "recover": '"$SPKG" recover --tree tree',
        "compared": ["tree"],
    }


def merge(inputs, files):
    """Staged folders go into a tree that has most of their folders, with others' files in them."""
    for version in ("1", "2", "3"):
        for number in range(files // 12):
            put(inputs / version / f"share/common/d{number % 5}/{version if number % 7 == 0 else ''}f{number}",
                f"{version} {number}")
        put(inputs / version / "bin/tool", version)
    stage = 'rm -rf stage; cp -R "$INPUTS"/{} stage; "$SPKG" merge stage tree'
    return {
        "prepare": """
            for d in 0 1 2 3 4; do
                mkdir -p tree/share/common/d$d tree/bin; echo mine >tree/share/common/d$d/mine
            done
            mkdir -p tree/var/lib/sage/changes tree/var/tmp/sage/stage tree/var/lock
            """,
        "steps": [stage.format(version) for version in ("1", "2", "3")],
        "recover": '"$SPKG" recover --tree tree',
        "compared": ["tree"],
    }


def put(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


# Packages of a distribution

INSTALL_SCRIPT = """
set -e
mkdir -p dist "$SAGE_DESTDIR_LOCAL/share/$PKG_BASE"
for n in $(seq 30); do echo "$PKG_VER $n" >"$SAGE_DESTDIR_LOCAL/share/$PKG_BASE/file$n"; done
echo "$PKG_VER" >"$SAGE_DESTDIR_LOCAL/share/moving"
cp "$SAGE_ROOT/$PKG_BASE"-*.whl dist
sdh_store_and_pip_install_wheel .
"""
DISTRIBUTION = """
export SAGE_LOCAL="$PWD/tree" SAGE_LOGS="$PWD/logs"
"""
# Each installs or looks with the recipes of one release of the distribution.
RELEASE = DISTRIBUTION + 'export SAGE_ROOT="$INPUTS"/release{0}\n'


def release(inputs, number, packages, script=INSTALL_SCRIPT):
    """A distribution with these packages, each with files, a wheel and kept scripts; as text for sh."""
    root = inputs / f"release{number}"
    put(root / "build/pkgs/python3/type", "standard\n")
    for name in packages:
        write_wheel(root, name, number, {f"{name}/f{n}.py": f"value = {number}\n" for n in range(30)})
        recipe = root / "build/pkgs" / name
        for file, text in {
                "type": "standard\n", "package-version.txt": f"{number}\n", "dependencies": "\n",
                "version_requirements.txt": f"{name}\n", "spkg-install.in": script,
                "spkg-prerm.in": f"echo removing {number}\n"}.items():
            put(recipe / file, text)
    return RELEASE.format(number)


def package(inputs, files):
    """Recipes: files, wheel, pages, kept scripts and record come, are exchanged, and go."""
    old, new = (release(inputs, number, ["whole", "first"], INSTALL_SCRIPT.replace("moving", "$PKG_BASE/one"))
                for number in (1, 2))
    return {
        "prepare": old + '"$SPKG" install first',
        "steps": [old + '"$SPKG" install whole', new + '"$SPKG" install whole',
                  new + '"$SPKG" install first', new + '"$SPKG" uninstall whole'],
        "recover": new + '"$SPKG" recover',
        "compared": ["tree"],
    }


def takeover(inputs, files):
    """A package takes over a file of another, whose record then says so."""
    both = [release(inputs, number, ["loser", "winner"]) for number in (1, 2)]
    return {
        "prepare": both[0] + '"$SPKG" install loser',
        "steps": [both[0] + 'echo "$SAGE_ROOT"; "$SPKG" install --overwrite winner',
                  both[1] + '"$SPKG" install --overwrite loser', both[1] + '"$SPKG" uninstall winner'],
        "recover": both[1] + '"$SPKG" recover',
        "compared": ["tree"],
    }


def sudo(inputs, files):
    """The tree is changed by `spkg merge` under SAGE_SUDO."""
    scenario = package(inputs, files)
    (inputs / "as-root").write_text('#!/bin/sh\n[ -z "$FAULTS_AGAIN" ] || . "$FAULTS_AGAIN"\nexec "$@"\n')
    (inputs / "as-root").chmod(0o755)
    for key in ("prepare", "recover"):
        scenario[key] = 'export SAGE_SUDO="$INPUTS/as-root"\n' + scenario[key]
    scenario["steps"] = ['export SAGE_SUDO="$INPUTS/as-root"\n' + step for step in scenario["steps"]]
    return scenario


def pages(inputs, files):
    """The pages of a tree's store, damaged by hand, are mended."""
    both = [release(inputs, number, ["whole", "first"], INSTALL_SCRIPT.replace("moving", "$PKG_BASE/one"))
            for number in (1, 2)]
    simple = "tree/var/lib/sage/wheels/simple"
    damage = f"echo damaged >{simple}/whole/index.json; echo damaged >{simple}/index.html; sync"
    return {
        "prepare": both[0] + '"$SPKG" install whole first\n' + damage,
        "steps": [both[0] + '"$SPKG" index'],
        "recover": both[0] + '"$SPKG" recover',
        "compared": ["tree"],
    }


def repair(inputs, files):
    """A package whose files were damaged is repaired, then the index over all of them."""
    text = release(inputs, 1, ["whole", "first"], INSTALL_SCRIPT.replace("moving", "$PKG_BASE/one"))
    damage = """
        for site in tree/lib/python3*/site-packages; do
            echo damaged >$site/whole/f1.py; rm $site/whole/f2.py; : >$site/whole/f3.py
        done
        echo damaged >tree/var/lib/sage/wheels/simple/whole/index.html
        echo damaged >tree/var/lib/sage/wheels/simple/index.json
        sync
        """
    return {
        "prepare": text + '"$SPKG" install whole first\n' + damage,
        "steps": [text + '"$SPKG" repair whole', text + '"$SPKG" repair'],
        "recover": text + '"$SPKG" recover',
        "compared": ["tree"],
    }


def pair(inputs, files):
    """Two packages with a file that both have are upgraded by one command, and removed."""
    old, new = (release(inputs, number, ["one", "other"]) for number in (1, 2))
    return {
        "prepare": old + '"$SPKG" install one other',
        "steps": [new + '"$SPKG" install one other', new + '"$SPKG" uninstall one other'],
        "recover": new + '"$SPKG" recover',
        "compared": ["tree"], "each": new + '"$SPKG" verify',
    }


def late(inputs, files):
    """While a change waits for the pip lock, another package is installed whose file it takes over."""
    script = INSTALL_SCRIPT.replace('echo "$PKG_VER" >', 'echo "$PKG_BASE" >')
    text = release(inputs, 1, ["first", "loser", "winner"], script)
    release(inputs, 1, ["whole", "other"], INSTALL_SCRIPT.replace("moving", "$PKG_BASE/one"))
    text += """
        in_between() {
            LD_PRELOAD="$FAULTS" FAULT_PROGRAM="$SPKG" FAULT_FROM=var/lock/pip3.lock FAULT_ONLY=flock FAULT_AT=1 \\
                FAULT_DO="run $1" "$SPKG" install --overwrite "$2"
        }
        """
    return {
        "prepare": text + '"$SPKG" install first; "$SPKG" uninstall first',
        "steps": [text + """in_between '"$SPKG" install loser' winner"""],
        "recover": text + '"$SPKG" recover',
        "compared": ["tree"], "each": text + '"$SPKG" verify', "taken": "tree/share/moving",
    }


def behind(inputs, files):
    """While a change waits for the pip lock, another package comes, so that the root page is another."""
    text = late(inputs, files)["steps"][0].split("in_between '")[0]
    return late(inputs, files) | {
        "prepare": text + '"$SPKG" install first',
        "steps": [text + """in_between '"$SPKG" install other' whole"""],
    }


def mounts(inputs, files):
    """A part of the tree is a mount point, so that there is a stage beside it."""
    scenario = merge(inputs, files)
    scenario["prepare"] += "mkdir elsewhere; mv tree/share/common elsewhere\n"
    return scenario | {"binds": [["elsewhere", "tree/share"]]}


ALL = {"wheel": wheel, "shared": shared, "merge": merge, "package": package, "takeover": takeover,
       "sudo": sudo, "pages": pages, "repair": repair, "pair": pair, "late": late, "behind": behind, "mounts": mounts}
