import Platform
import Recipes
import Support
import SystemPackage
import Testing

@testable import Building

/// Recipes that read `build/bin` of the distribution get the program's own functions.
@Suite struct HelperReferenceTests {
    @Test(arguments: [
        (#". "$SAGE_ROOT/build/bin/sage-dist-helpers""#, #". "$SPKG_LIBEXEC/sage-dist-helpers""#),
        (
            #"lib="${SAGE_ROOT}"/build/bin/sage-dist-helpers; . "$lib""#,
            #"lib="$SPKG_LIBEXEC"/sage-dist-helpers; . "$lib""#
        ),
        (
            "$SAGE_ROOT/build/bin/sage-flock x; $SAGE_ROOT/build/bin/sage-spkg y",
            "$SPKG_LIBEXEC/sage-flock x; $SPKG_LIBEXEC/sage-spkg y"
        ),
        ("$SAGE_ROOT/build/bin/sage-own-tool x", nil), ("true", nil),
        ("$SAGE_LOCAL/build/bin/sage-flock", nil),
    ])
    func `a path in the distribution becomes one of the program`(text: String, result: String?)
        throws
    {
        let references = try HelperReferences(in: ScriptFixture.binaries)
        #expect(
            references.redirected(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
                == result)
        #expect(references.redirected([0xff] + Array(text.utf8)) == nil)
    }

    @Test func `a complete script that reads the distribution's functions gets ours`() async throws
    {
        try await inTemporaryFolder { folder in
            let fixture = try ScriptFixture(
                in: folder,
                files: [
                    "spkg-install": """
                    #!/usr/bin/env bash
                    lib="$SAGE_ROOT/build/bin/sage-dist-helpers"
                    source "$lib"
                    if [ $? -ne 0 ]; then exit 1; fi
                    sdh_guard && declare -F sdh_setup_bdist_wheel
                    """
                ])
            // Those of another installer.
            try folder.write("build/bin/sage-dist-helpers", "echo strange; return 1\n")
            try await fixture.prepareAndRun(.install)
            #expect(try fixture.output() == "sdh_setup_bdist_wheel\n")
        }
    }

    @Test func `helpers that are not there are named before anything runs`() throws {
        let error = #expect(throws: BuildError.self) { try HelperReferences(in: "/no/libexec") }
        #expect("\(error!)".hasPrefix("/no/libexec has no sage-dist-helpers"))
    }

    @Test(arguments: [
        ("/usr/local/bin/spkg", "/usr/local/libexec/spkg"),
        ("/src/spkg/.build/x86_64-unknown-linux-gnu/release/spkg", "/src/spkg/build/bin"),
        ("/src/.build-2/debug/spkg", "/src/build/bin"),
    ])
    func `they are beside the program`(program: String, folder: String) {
        #expect(helperDirectory(of: FilePath(program)).string == folder)
    }
}
