"""Scenarios of what spkg writes beside the changes of a tree, and somebody trusts later."""
import hashlib

from scenarios import INSTALL_SCRIPT, put, release, write_wheel


def folder(inputs, files):
    """The index of a folder of wheels, to which wheels come."""
    for number in range(9):
        write_wheel(inputs, f"project{number // 2}", str(number), {f"m{number}.py": "" for n in range(3)})
    steps = [f"""
        for wheel in later/*-{number}-*; do [ ! -e "$wheel" ] || mv "$wheel" wheels/; done
        sync wheels later; "$SPKG" index wheels
        """ for number in ("[0-4]", "[5-8]")]
    return {
        "prepare": 'mkdir wheels later; cp "$INPUTS"/*.whl later',
        "steps": steps, "recover": "true", "compared": ["wheels"], "each": "", "from": "",
    }


def distfile(inputs, files):
    """Archives are fetched, and copied to where SAGE_SPKG_COPY_UPSTREAM says."""
    steps = []
    for number in (1, 2):
        text = release(inputs, number, ["data"], 'echo "$PKG_VER" >"$SAGE_DESTDIR_LOCAL/data"\n')
        content = hashlib.sha512(str(number).encode()).digest() * 8000
        source = inputs / f"release{number}/source/data-{number}.tar.gz"
        source.parent.mkdir()
        source.write_bytes(content)
        put(inputs / f"release{number}/build/pkgs/data/checksums.ini",
            f"tarball=data-VERSION.tar.gz\nsha256={hashlib.sha256(content).hexdigest()}\n"
            f"upstream_url=file://{source}\n")
        steps.append(text + 'export SAGE_DISTFILES="$PWD/upstream"\n"$SPKG" download data')
    return {"prepare": "mkdir upstream", "steps": steps, "recover": "true", "compared": ["upstream"],
            "each": "", "from": ""}


def environment(inputs, files):
    """The first install makes the tree a virtual environment."""
    text = release(inputs, 1, ["first"])
    return {"prepare": "mkdir tree", "steps": [text + '"$SPKG" install first'],
            "recover": text + '"$SPKG" recover', "compared": ["tree"], "each": "", "from": ""}


def built(inputs, files):
    """What was built is installed later, and must be what was built."""
    text = release(inputs, 1, ["whole", "first"], INSTALL_SCRIPT.replace("moving", "$PKG_BASE/one"))
    build = '"$SPKG" build whole\n'
    install = '"$SPKG" install --from-build whole'
    return {
        "prepare": text + '"$SPKG" install first; mkdir done',
        "steps": [text + build + "echo built >mark; sync mark; mv mark done; sync done",
                  text + f"{install} || {{ {build} {install}; }}"],
        "recover": text + '"$SPKG" recover', "compared": ["tree", "done"], "from": "",
    }


def adoption(inputs, files):
    """The commands of a distribution get stand-ins, and come back."""
    release(inputs, 1, ["first"])
    copy = 'cp -R "$INPUTS/release1" root; mkdir root/build/bin\n'
    for name in ("sage-spkg", "sage-flock", "sage-pip-install"):
        copy += f"echo original {name} >root/build/bin/{name}; chmod 755 root/build/bin/{name}\n"
    text = 'export SAGE_ROOT="$PWD/root"\n'
    return {"prepare": copy, "steps": [text + '"$SPKG" adopt', text + '"$SPKG" adopt --undo'],
            "recover": "true", "compared": ["root/build/bin"], "each": "", "from": ""}


def fragment(inputs, files):
    """The rules for make are written."""
    texts = [release(inputs, number, ["first", "other"][:number]) for number in (1, 2)]
    return {"prepare": "mkdir make", "recover": "true", "compared": ["make"], "each": "", "from": "",
            "steps": [text + '"$SPKG" makefile --output make/packages.mk' for text in texts]}


ALL = {"folder": folder, "distfile": distfile, "environment": environment, "built": built,
       "adoption": adoption, "fragment": fragment}
