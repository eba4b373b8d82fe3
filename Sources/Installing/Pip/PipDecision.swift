internal import FoundationEssentials
internal import Platform
internal import SystemPackage

/// A wheel that pip would install now.
struct PipWheel: Decodable {
    /// Its file name, in the folder that pip was given.
    let wheel: String
    /// Whether it was asked for, and not only needed by something that was.
    let isRequested: Bool
    /// The text of `direct_url.json` (PEP 610): it was not taken from an index.
    let directURL: String?

    /// Reads what `pipProgram` has left in its folder.
    static func all(in folder: FilePath) throws -> [PipWheel] {
        try JSONDecoder().decode(
            [PipWheel].self, from: Data(readFile(folder.appending("decision.json"))))
    }
}

/// Runs the command `pip install` up to the moment at which pip would change the tree: what to
/// install is decided against what is there, downloaded and built. The wheels are put into a folder,
/// with `decision.json` (see `PipWheel`) beside them.
///
/// Where pip would install to is no question any more, so settings of the user's about that have no
/// effect (pypa/pip#8977); those about indexes and the network have theirs. `install_given_reqs` has
/// had this name and its first argument since pip 19.
///
/// Called as `python3 -I -c TEXT FOLDER ARGUMENT…`, the arguments as of `pip install`.
let pipProgram = """
    import json, os, shutil, sys
    folder = sys.argv[1]
    try:
        import pip
    except ImportError:
        sys.exit("No module named pip in %s; install it: spkg install pip" % sys.prefix)
    try:
        from pip._internal.commands import create_command, install
        install.install_given_reqs
        parse_args = install.InstallCommand.parse_args
    except (ImportError, AttributeError) as error:
        sys.exit("pip %s is not one that spkg can work with: %s" % (pip.__version__, error))

    def collect(requirements, *args, **kwargs):
        found = []
        for requirement in requirements:
            path = requirement.local_file_path
            if not path or not path.endswith(".whl"):
                sys.exit("pip would install %s without a wheel; give it a pyproject.toml, or set "
                         "PIP_USE_PEP517=1" % requirement)
            shutil.copy(path, folder)
            direct = requirement.original_link and getattr(requirement, "download_info", None)
            found.append(dict(
                wheel=os.path.basename(path), isRequested=bool(requirement.user_supplied),
                directURL=direct.to_json() if direct else None))
        with open(os.path.join(folder, "decision.json"), "w", encoding="utf-8") as file:
            json.dump(found, file)
        return []

    def parse_here(self, words):
        options, rest = parse_args(self, words)
        options.target_dir = options.prefix_path = options.root_path = options.python = None
        options.use_user_site = options.dry_run = options.require_venv = False
        return options, rest

    install.install_given_reqs = collect
    install.InstallCommand.parse_args = parse_here
    sys.exit(create_command("install").main(sys.argv[2:]))
    """
