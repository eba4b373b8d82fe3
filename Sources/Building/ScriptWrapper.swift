internal import Recipes
internal import SystemPackage
internal import Trees

/// Makes a program of a fragment: `spkg-install.in` becomes `spkg-install`, a header and the
/// fragment, unchanged but for Windows line ends.
///
/// The header brings the helper functions and goes to the right folder. spkg gives the script its
/// whole environment; the few values in the header are for whoever runs it by hand, and trees in
/// them give way to what is set, so that a tree can be moved. Rule: build/recipes.md, 10.3.
struct ScriptWrapper {
    let script: RecipeScript
    let package: ScriptedPackage
    let place: BuildPlace
    /// For `SAGE_SRC` and `SAGE_SHARE`.
    let variables: [String: String]

    /// - Throws: `badRecipe` for a fragment that names an interpreter: it would not be used.
    func text(of fragment: [UInt8], in file: FilePath) throws(BuildError) -> [UInt8] {
        if fragment.starts(with: "#!".utf8) {
            throw .badRecipe(
                path: file,
                reason: """
                    begins with #!, but is a piece of bash that is put into a program
                    remove its first line, or rename the file to \(file.lastComponent!.stem)
                    """)
        }
        var text = Array(header.utf8) + Self.withoutReturns(fragment)
        // The last command may be an `exec` without a newline after it.
        if text.last != UInt8(ascii: "\n") { text.append(UInt8(ascii: "\n")) }
        return text
    }

    /// The text without carriage returns, if every line ends in one: then version control has put them
    /// there, and bash would take each for a part of the last word.
    private static func withoutReturns(_ text: [UInt8]) -> [UInt8] {
        let (lineEnd, carriageReturn) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
        let ends = text.indices.filter { text[$0] == lineEnd }
        guard !ends.isEmpty, ends.allSatisfy({ $0 > 0 && text[$0 - 1] == carriageReturn }) else {
            return text
        }
        return text.indices.filter {
            text[$0] != carriageReturn || $0 + 1 == text.count || text[$0 + 1] != lineEnd
        }.map { text[$0] }
    }

    private var header: String {
        """
        #!/usr/bin/env bash
        # Made by spkg from \(fileName).in of build/pkgs/\(package.name); changes belong there.
        \(trees.map { "[ -n \"${\($0)-}\" ] || export \($0)=\(shellQuoted($1))\n" }.joined())\
        \(own.map { "export \($0)=\(shellQuoted($1))\n" }.joined())\
        . "$SPKG_LIBEXEC/sage-dist-helpers" || exit 1
        sdh_guard
        \(goToFolder)

        """
    }

    private var fileName: String { "spkg-\(script.rawValue)" }

    private var trees: [(String, String)] {
        [
            ("SAGE_ROOT", place.root.string), ("SAGE_LOCAL", place.local.string),
            ("SAGE_VENV", place.venv.string), ("SAGE_INST_LOCAL", package.tree.root.string),
        ]
            + known([
                "SAGE_SRC", "SAGE_SHARE", "SAGE_SPKG_SCRIPTS", "SAGE_SPKG_WHEELS", "SPKG_LIBEXEC",
            ])
    }

    private func known(_ names: [String]) -> [(String, String)] {
        names.compactMap { name in variables[name].map { (name, $0) } }
    }

    private var own: [(String, String)] {
        [
            ("PKG_BASE", package.name), ("PKG_VER", package.upstreamVersion),
            ("PKG_NAME", package.nameAndVersion), ("SAGE_PKG_DIR", package.recipe.string),
        ]
    }

    /// Scripts that outlive the build directory must not need it.
    private var goToFolder: String {
        let build = shellQuoted(place.directory.string)
        return switch script {
        case .prerm, .piprm, .postrm, .legacyUninstall:
            #"cd -- "$SAGE_ROOT" || sdh_die "SAGE_ROOT can't be entered: $SAGE_ROOT""#
        case .check:
            """
            if [ -d \(build) ]; then cd -- \(build); else cd -- "$SAGE_PKG_DIR"; fi ||
                sdh_die "Neither the build folder nor the recipe of $PKG_NAME can be entered"
            """
        case .build, .install, .preinst, .postinst, .pipinst:
            "cd -- \(build) || sdh_die \"The build folder of $PKG_NAME can't be entered\""
        }
    }
}
