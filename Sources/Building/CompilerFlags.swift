/// What compilers and linkers are told (build/recipes.md, 14).
///
/// The user's flags stand; what the tree needs to find its own libraries is put in front of their
/// `-L` and `-I`, so that the tree's library wins over one of the same name elsewhere. CPATH alone
/// would not do for headers: compilers look there after every `-I`.
struct CompilerFlags {
    let inherited: [String: String]
    let local: String

    func variables(for step: BuildStep) -> [String: String] {
        var values = step == .script ? languageFlags : usersFlags
        values["CPPFLAGS"] = inherited["CPPFLAGS"]
        for name in ["CFLAGS", "CXXFLAGS", "CPPFLAGS"] {
            for (variable, flags) in values where variable.hasPrefix(name) {
                values[variable] = withHeaders(flags)
            }
        }
        values["LDFLAGS"] = linkerFlags
        values["CPATH"] = path("\(local)/include", before: inherited["CPATH"])
        values["LIBRARY_PATH"] = path("\(local)/lib", before: inherited["LIBRARY_PATH"])
        values["PKG_CONFIG_PATH"] = path(
            "\(local)/lib/pkgconfig:\(local)/share/pkgconfig", before: inherited["PKG_CONFIG_PATH"])
        values["CMAKE_PREFIX_PATH"] = path(local, before: inherited["CMAKE_PREFIX_PATH"])
        return values
    }

    private func withHeaders(_ flags: String) -> String {
        let namesFolders = flags.split(separator: " ").contains {
            $0.hasPrefix("-I") || $0.hasPrefix("-isystem")
        }
        return namesFolders ? "\(shellQuoted("-I\(local)/include")) \(flags)" : flags
    }

    private var linkerFlags: String {
        let own = ["-L\(local)/lib", "-Wl,-rpath,\(local)/lib", "-Wl,-rpath-link,\(local)/lib"]
            .map(shellQuoted).joined(separator: " ")
        return joined(own, inherited["LDFLAGS"])
    }

    /// The user's own, and for C++ and Fortran what follows from them.
    private var usersFlags: [String: String] {
        guard let c = inherited["CFLAGS"], !c.isEmpty else { return [:] }
        return languageFlags
    }

    private var languageFlags: [String: String] {
        var values: [String: String] = [:]
        let user = inherited["CFLAGS"].flatMap { $0.isEmpty ? nil : $0 }
        for name in ["CFLAGS", "CXXFLAGS", "FCFLAGS", "F77FLAGS"] {
            values["ORIGINAL_\(name)"] = inherited[name] ?? ""
        }
        let variants = [
            ("", "2", true), ("_O3", "3", true),
            ("_NON_NATIVE", "2", false), ("_O3_NON_NATIVE", "3", false),
        ]
        for (suffix, level, isNative) in variants {
            let c = user ?? defaults(level: level, isNative: isNative)
            let fortran = inherited["FCFLAGS"] ?? c
            values["CFLAGS\(suffix)"] = c
            values["CXXFLAGS\(suffix)"] = inherited["CXXFLAGS"] ?? c
            values["FCFLAGS\(suffix)"] = fortran
            values["F77FLAGS\(suffix)"] = inherited["F77FLAGS"] ?? fortran
        }
        return values
    }

    /// SAGE_DEBUG: `no` wants no debug symbols, `yes` code that a debugger can follow.
    private func defaults(level: String, isNative: Bool) -> String {
        let base =
            switch inherited["SAGE_DEBUG"] {
            case "no": "-O\(level)"
            case "yes": "-Og -g"
            default: "-O\(level) -g"
            }
        guard isNative, let native = inherited["CFLAGS_MARCH"], !native.isEmpty else { return base }
        return "\(base) \(native)"
    }

    private func path(_ first: String, before rest: String?) -> String {
        guard let rest, !rest.isEmpty else { return first }
        return "\(first):\(rest)"
    }

    private func joined(_ first: String, _ rest: String?) -> String {
        guard let rest, !rest.isEmpty else { return first }
        return "\(first) \(rest)"
    }
}
