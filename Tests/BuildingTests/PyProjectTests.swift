import Platform
import Support
import SystemPackage
import Testing

@testable import Building

@Suite struct PyProjectTests {
    @Test func `what stands in the table is read`() throws {
        let project = try PyProject(
            """
            [project]
            name = "pico"
            [build-system]
            requires = [
                "meson-python>=0.18", # why
                'Cython >= 3.0.6; python_version > "3.8"',
            ]
            build-backend = "backend.inner:object.path"
            backend-path = ["tools", "./more"]
            """, path: "pyproject.toml")
        #expect(
            project.requires
                == ["meson-python>=0.18", #"Cython >= 3.0.6; python_version > "3.8""#])
        #expect(project.backend == "backend.inner:object.path")
        #expect(project.backendPath == ["tools", "./more"])
    }

    @Test func `silence means the legacy backend`() async throws {
        try await inTemporaryFolder { folder in
            let silent = try PyProject(of: folder)
            #expect(silent == .legacy)
        }
        #expect(try PyProject("[tool.black]\n", path: "p") == .legacy)
        let named = try PyProject("[build-system]\nrequires = ['setuptools>=61']\n", path: "p")
        #expect(named.backend == PyProject.legacy.backend)
        #expect(named.requires == ["setuptools>=61"])
    }

    @Test(arguments: [
        ("[build-system", "is not TOML"),
        ("build-system = 3", "must be a table"),
        ("[build-system]\nbuild-backend = 'x'", "no requires"),
        ("[build-system]\nrequires = 'setuptools'", "list of strings"),
        ("[build-system]\nrequires = [1]", "list of strings"),
        ("[build-system]\nrequires = []\nbuild-backend = 5", "must be a string"),
        ("[build-system]\nrequires = []\nbackend-path = ['a', '../b']", "leads out"),
        ("[build-system]\nrequires = []\nbackend-path = ['/b']", "leads out"),
    ])
    func `mistakes are told with file and reason`(text: String, reason: String) {
        #expect {
            try PyProject(text, path: "/b/src/pyproject.toml")
        } throws: { error in
            "\(error)".hasPrefix("/b/src/pyproject.toml: ") && "\(error)".contains(reason)
        }
    }
}
