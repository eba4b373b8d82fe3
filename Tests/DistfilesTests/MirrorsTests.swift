import Distfiles
import Platform
import Support
import SystemPackage
import Testing

@Suite struct MirrorsTests {
    private func read(_ folder: FilePath, server: String? = nil) throws -> Mirrors {
        try Mirrors(
            reading: folder.appending(".upstream.d"), root: "/the root", distfiles: "/up",
            server: server)
    }

    @Test func `files are read in order of their names`() throws {
        try withTemporaryFolder { folder throws in
            try folder.write(".upstream.d/20-b", "http://b/\n")
            try folder.write(".upstream.d/10-a", "# first\n\n  http://a/${SPKG}  # why\nhttp://c")
            try folder.write(".upstream.d/10-a~", "http://backup/")
            try folder.write(".upstream.d/#10-a#", "http://backup/")
            #expect(try read(folder) == Mirrors(["http://a/${SPKG}", "http://c", "http://b/"]))
        }
    }

    @Test func `variables are replaced, and lines without a server left out`() throws {
        try withTemporaryFolder { folder throws in
            try folder.write(
                ".upstream.d/a", "${SAGE_SERVER}x/\nfile://${SAGE_ROOT}/m\n${SAGE_DISTFILES}/n\n")
            #expect(try read(folder) == Mirrors(["file:///the root/m", "/up/n"]))
            #expect(
                try read(folder, server: "http://s/")
                    == Mirrors(["http://s/x/", "file:///the root/m", "/up/n"]))
        }
    }

    @Test func `no folder means no mirrors`() throws {
        try withTemporaryFolder { folder throws in
            #expect(try read(folder) == Mirrors([]))
        }
    }
}
