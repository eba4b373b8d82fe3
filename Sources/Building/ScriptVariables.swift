internal import Glibc
internal import Platform
public import Recipes
internal import SystemPackage
internal import Trees

// The environment of scripts is that of every build, and what recipes of the old machinery rely on
// besides. Rules: build/README.md, "Variables"; build/recipes.md, 14.

extension BuildVariables {
    /// For the scripts of a recipe, staged: SAGE_DESTDIR is `place.staging`.
    ///
    /// Reads which of the libraries that recipes ask for by name are installed in SAGE_LOCAL.
    public init(
        forScriptsOf package: ScriptedPackage, at place: BuildPlace, host: ScriptHost,
        inherited: [String: String], network: Network
    ) throws(BuildError) {
        self.init(at: place, inherited: inherited, for: .script, network: network)
        let prefix = package.tree.root
        set([
            "PKG_BASE": package.name,
            "PKG_VER": package.upstreamVersion,
            "PKG_NAME": package.nameAndVersion,
            "SAGE_PKG_DIR": package.recipe.string,
            "SAGE_INST_LOCAL": prefix.string,
            "SAGE_DESTDIR": place.staging.string,
            "SAGE_DESTDIR_LOCAL": place.staging.string + prefix.string,
            "SAGE_SPKG_INST": package.tree.installed.string,
            "SAGE_SPKG_WHEELS": package.tree.wheels.string,
            "SAGE_SPKG_SCRIPTS": package.tree.path(Tree.Place.scripts).string,
            "SAGE_BUILD_DIR": place.directory.removingLastComponent().string,
            "SAGE_DISTFILES": host.distfiles.string,
            "SAGE_LOGS": host.logs.string,
            "SPKG_PROGRAM": host.program.string,
            "SPKG_WHEELS_TO_INSTALL": place.wheelsToInstall.string,
            "SAGE_DOC": place.local.pushing("share/doc/sage").string,
            "UNAME": Self.systemName,
            // Whatever is installed "for the user" is no part of a package.
            "PYTHONUSERBASE": place.temporary.appending("user").string,
            "PERL5LIB": [place.local.pushing("lib/perl5").string, inherited["PERL5LIB"] ?? ""]
                .filter { !$0.isEmpty }.joined(separator: ":"),
        ])
        if values["MAKE"] == nil { values["MAKE"] = "make" }
        // Some configure scripts write `cd $HOME` into what they make.
        if (values["HOME"] ?? "").isEmpty { values["HOME"] = place.temporary.string }
        do throws(PlatformError) {
            try addFolders(place)
            addCompilers()
        } catch { throw .platform(error) }
        do { try addLibraries(place, inherited) } catch { throw .tree(error) }
    }

    /// For a script that was kept in the tree: there is no build directory, nothing is staged, and
    /// what it does, it does to the tree.
    public init(
        forSavedScriptsOf package: ScriptedPackage, at place: BuildPlace, host: ScriptHost,
        inherited: [String: String]
    ) throws(BuildError) {
        try self.init(
            forScriptsOf: package, at: place, host: host, inherited: inherited, network: .open)
        for name in ["SAGE_DESTDIR", "TMPDIR", "HOME"] { values[name] = inherited[name] }
        values["SAGE_DESTDIR"] = ""
        values["SAGE_DESTDIR_LOCAL"] = package.tree.root.string
        values["PYTHONUSERBASE"] = nil
    }

    /// As `uname` says it: `Linux`.
    private static var systemName: String {
        var name = utsname()
        uname(&name)
        return withUnsafeBytes(of: name.sysname) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    /// What counts only where it exists.
    private mutating func addFolders(_ place: BuildPlace) throws(PlatformError) {
        let terminals = place.local.pushing("share/terminfo")
        if try targetStatus(terminals) != nil { values["TERMINFO"] = terminals.string }
        let tools = place.root.appending("tools")
        if try targetStatus(tools) != nil {
            let own = unique(["\(place.helpers)", "\(place.root)/build/bin"]).joined(separator: ":")
            values["PATH"] = "\(own):\(tools)" + (values["PATH"] ?? "").dropFirst(own.count)
        }
    }

    /// Compilers by name, where the user names none and the name is on PATH: a compiler in the tree
    /// comes before the system's there.
    private mutating func addCompilers() {
        let candidates = [
            ("CC", ["gcc", "cc"]), ("CXX", ["g++", "c++"]), ("FC", ["gfortran"]),
        ]
        for (variable, names) in candidates where (values[variable] ?? "").isEmpty {
            values[variable] = nil
            for name in names where values[variable] == nil {
                if isOnPath(name) { values[variable] = name }
            }
        }
    }

    /// As a shell looks: folders that can't be read have nothing for us.
    private func isOnPath(_ name: String) -> Bool {
        for folder in (values["PATH"] ?? "").split(separator: ":") {
            if let found = try? targetStatus(FilePath(String(folder)).appending(name)),
                found.kind == .file, found.mode & 0o111 != 0
            {
                return true
            }
        }
        return false
    }

    /// SAGE_X_PREFIX is where library X is: what the user says, else SAGE_LOCAL if it is a package
    /// there, else empty: the system's. SAGE_CONFIGURE_X says the same to a configure script.
    private mutating func addLibraries(_ place: BuildPlace, _ inherited: [String: String])
        throws(TreeError)
    {
        let installed = Set(try Tree(place.local).recordFiles().map(\.package))
        for (library, recipe, option) in Self.libraries {
            let own = installed.contains(recipe) ? place.local.string : ""
            let prefix = inherited["SAGE_\(library)_PREFIX"] ?? own
            values["SAGE_\(library)_PREFIX"] = prefix
            if let option {
                values["SAGE_CONFIGURE_\(library)"] = prefix.isEmpty ? "" : "\(option)=\(prefix)"
            }
        }
        if inherited["SAGE_GMP_INCLUDE"] == nil, let gmp = values["SAGE_GMP_PREFIX"] {
            values["SAGE_GMP_INCLUDE"] = gmp.isEmpty ? "" : "\(gmp)/include"
        }
    }

    private static let libraries: [(variable: String, recipe: String, option: String?)] = [
        ("GMP", "gmp", "--with-gmp"), ("MPFR", "mpfr", "--with-mpfr"),
        ("MPC", "mpc", "--with-mpc"), ("NTL", "ntl", "--with-ntl"),
        ("FLINT", "flint", "--with-flint"), ("PARI", "pari", "--with-pari"),
        ("BOOST", "boost_cropped", "--with-boost"), ("GLPK", "glpk", nil),
        ("SUITESPARSE", "suitesparse", nil),
    ]
}

extension BuildVariables.Network {
    /// Packages of the distribution's core are built from what was fetched and verified; scripts of
    /// other packages may fetch more themselves. Rule: build/README.md, "Variables".
    public init(for recipe: Recipe) {
        let isArchive = recipe.source == .normal || recipe.source == .wheel
        self = isArchive && recipe.type == .standard ? .cut : .open
    }
}

extension BuildVariables {
    /// For a build backend that a script starts: what the script has set stands.
    ///
    /// Except for flags that are still our own defaults for scripts: backends choose their own (see
    /// `BuildStep`), and in an isolated environment PYTHONPATH, which would let others in.
    ///
    /// - Parameters:
    ///   - script: the environment that the script gives.
    ///   - place: nil for the tree's Python; else the commands of its environment are found first.
    public init(ofScript script: [String: String], isolatedAt place: BuildPlace?) {
        values = script
        let unset = script.filter { !$0.key.hasSuffix("FLAGS") && !$0.key.hasPrefix("ORIGINAL_") }
        let defaults = CompilerFlags(inherited: unset, local: "").variables(for: .script)
        func isUsers(_ name: String) -> Bool { !(script["ORIGINAL_\(name)"] ?? "").isEmpty }
        for name in ["CFLAGS", "CXXFLAGS", "FCFLAGS", "F77FLAGS"]
        where values[name] == defaults[name] && !isUsers(name) && !isUsers("CFLAGS") {
            values[name] = nil
        }
        guard let place else { return }
        values["PYTHONPATH"] = nil
        values["PATH"] = "\(place.environment)/bin:\(script["PATH"] ?? "")"
    }
}
