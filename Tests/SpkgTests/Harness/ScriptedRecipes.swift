import Platform
import Support
import SystemPackage

extension Distribution {
    /// Adds a recipe with scripts, or exchanges it whole.
    ///
    /// - Parameters:
    ///   - scripts: what follows `spkg-` in their names → text: `install.in`.
    ///   - files: other files of the recipe.
    ///   - source: of its archive, path → text; nil for a recipe that is only scripts.
    func addScripted(
        _ name: String, _ version: String = "1.0", scripts: [String: String],
        files: [FilePath: String] = [:], source: [String: String]? = nil,
        type: String = "standard", dependencies: String = ""
    ) throws {
        let recipe = root.pushing(FilePath("build/pkgs/\(name)"))
        try removeTree(recipe)
        try recipe.write("type", "\(type)\n")
        try recipe.write("package-version.txt", "\(version)\n")
        try recipe.write("dependencies", "\(dependencies)\n")
        for (script, text) in scripts {
            let isRunFromHere = script == "legacy-uninstall"
            try recipe.write(FilePath("spkg-\(script)"), text, mode: isRunFromHere ? 0o755 : 0o644)
        }
        for (file, text) in files { try recipe.write(file, text) }
        guard let source else { return }
        var tar = TarWriter()
        tar.directory("\(name)-\(version)")
        for (path, text) in source.sorted(by: { $0.key < $1.key }) {
            // Programs, so far as archives of sources have them.
            let mode: UInt32 = text.hasPrefix("#!") ? 0o755 : 0o644
            tar.file("\(name)-\(version)/\(path)", text, mode: mode)
        }
        try addArchive("\(name)-\(version).tar.gz", gzip(tar.finished), to: name)
    }

    /// Puts an archive into `upstream/`, and its name and sum into a recipe.
    func addArchive(_ file: String, _ bytes: [UInt8], to name: String) throws {
        try makeDirectories(root.appending("upstream"))
        try writeFile(root.pushing("upstream").appending(file), bytes)
        try root.pushing("build/pkgs").appending(name).write(
            "checksums.ini", "tarball=\(file)\nsha256=\(Digest(of: bytes).hex)\n")
    }

    /// Installs and expects that it works.
    @discardableResult
    func install(_ words: String..., environment: [String: String] = [:]) throws -> Said {
        let said = try said([Self.program.string, "install"] + words, environment)
        if said.status != 0 { throw UnexpectedFailure(description: said.stderr) }
        return said
    }

    struct UnexpectedFailure: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs a command of `build/bin`.
    func old(_ words: String..., environment: [String: String] = [:]) throws -> Said {
        let program = ["SPKG_PROGRAM": Self.program.string]
        return try said(
            [Self.helpers.appending(words[0]).string] + words.dropFirst(),
            program.merging(environment) { $1 })
    }

    /// Runs bash in the distribution's folder.
    func bash(_ text: String, _ environment: [String: String] = [:]) throws -> Said {
        let names = ["TREE": local.string, "SPKG": Self.program.string]
        return try said(["bash", "-euc", text], names.merging(environment) { $1 })
    }

    /// Runs `spkg` without root's right to read and write what its mode forbids.
    func meekly(_ words: String...) throws -> Said { try meekly(words) }

    func meekly(_ words: [String]) throws -> Said {
        let meek = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
        return try said((isRoot ? meek : []) + [Self.program.string] + words, [:])
    }

    func record(_ name: String) throws -> String {
        try local.pushing("var/lib/sage/installed").text(FilePath(name))
    }

    /// What is otherwise in the tree than it was: path: what it was → what it is.
    func changes(since before: [String: String]) throws -> [String] {
        var now = try tree()
        // Every tree has it from the first kept script on.
        if before["var/lib/sage/scripts"] == nil { now["var/lib/sage/scripts"] = nil }
        return Set(before.keys).union(now.keys).filter { before[$0] != now[$0] }
            .map { "\($0): \(before[$0] ?? "nothing") → \(now[$0] ?? "nothing")" }.sorted()
    }

    /// What is in the tree besides what every tree has: path → what it is.
    func content() throws -> [String: String] {
        try local.listing {
            $0.starts(with: "var/lib/sage") || $0 == "var/lock" || $0 == "var/tmp"
        }
    }
}

private let isRoot =
    (try? Platform.run(["id", "-u"], environment: ["PATH": "/usr/bin:/bin"]))?.stdout == "0\n"

/// A program and a library in C, with a configure script that accepts no option that it doesn't know,
/// as those that autoconf hasn't made.
enum PicoSource {
    static func files(version: String) -> [String: String] {
        [
            "configure": configure,
            "Makefile": makefile,
            "pico.h": "const char *pico(void);\n",
            "lib.c": "#include \"pico.h\"\nconst char *pico(void) { return \"\(version)\"; }\n",
            "main.c": """
            #include <stdio.h>
            #include "pico.h"
            int main(void) { return puts(pico()) < 0; }

            """,
        ]
    }

    private static let configure = #"""
        #!/bin/sh
        set -eu
        for option; do
            case $option in
                --prefix=*) prefix=${option#*=} ;;
                --libdir=*) libdir=${option#*=} ;;
                --disable-static) ;;
                *)
                    echo "configure: there is no option $option" >&2
                    exit 1
                    ;;
            esac
        done
        printf '%s\n' "prefix = $prefix" "libdir = $libdir" > config.mk

        """#

    private static let makefile = """
        include config.mk
        to = $(DESTDIR)$(prefix)
        all: pico
        libpico.so: lib.c pico.h
        \t$(CC) $(CFLAGS) -fPIC -shared -o $@ lib.c
        pico: main.c pico.h libpico.so
        \t$(CC) $(CFLAGS) -o $@ main.c -L. -lpico $(LDFLAGS)
        check: all
        \ttest "$$(LD_LIBRARY_PATH=. ./pico)" != broken
        install: all
        \tmkdir -p "$(to)/bin" "$(to)/include" "$(to)/lib64/pico" "$(DESTDIR)$(libdir)"
        \tcp pico "$(to)/bin"
        \tcp pico.h "$(to)/include"
        \tcp libpico.so "$(DESTDIR)$(libdir)"
        \tln -s libpico.so "$(DESTDIR)$(libdir)/libpico.so.1"
        \techo '# libpico.la - a libtool library file' > "$(DESTDIR)$(libdir)/libpico.la"
        \techo plugin > "$(to)/lib64/pico/plugin.so"
        \techo '# plugin.la - a libtool library file' > "$(to)/lib64/pico/plugin.la"

        """
}
