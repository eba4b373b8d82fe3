public import SystemPackage

/// Where the program keeps what the scripts of recipes call: `sage-dist-helpers`, `sage-spkg` and
/// their like.
///
///     PREFIX/bin/spkg         PREFIX/libexec/spkg/…     as `make install` puts them
///     CHECKOUT/.build/…/spkg  CHECKOUT/build/bin/…      as they are built
///
/// They belong to the program, not to the distribution whose recipes it reads: functions of the same
/// names in that one's own `build/bin` are another installer's.
///
/// Looks at the path alone; `RecipeScripts.prepare` says when nothing is there.
///
/// - Parameter program: absolute, without links.
public func helperDirectory(of program: FilePath) -> FilePath {
    let components = program.components.map(\.string)
    if let build = components.lastIndex(where: { $0 == ".build" || $0.hasPrefix(".build-") }) {
        var checkout = program
        for _ in build..<components.count { checkout.removeLastComponent() }
        return checkout.pushing("build/bin")
    }
    return program.removingLastComponent().removingLastComponent().pushing("libexec/spkg")
}
