import Platform
import Support
import SystemPackage
import Testing

@testable import Building

/// Logs of real failures of real tools, made by `Tests/FailedLogs/make.sh`: the line that tells why is
/// among the few that are shown.
@Suite struct FailedLogTests {
    /// Each log, and a part of its decisive line.
    static let decisive: KeyValuePairs = [
        "c_parallel_make": "src/unit12.c:4:36: error: expected ‘;’ before ‘}’ token",
        "c_parallel_make_clang": "src/unit7.c:4:36: error: expected ';' after return statement",
        "c_make_recursion": "engine.c:2:10: fatal error: gmp-extra/errors.h: No such file",
        "c_werror": "w.c:9:23: error: ‘errors’ is used uninitialized",
        "c_bad_flag": "unrecognized command-line option ‘-mtune-for-error’",
        "c_bad_flag_clang": "unknown argument: '-fno-stack-errors'",
        "c_pic": "recompile with -fPIC",
        "c_multiple_definition": "multiple definition of `errors'",
        "c_missing_library": "cannot find -lflint",
        "c_out_of_memory": "virtual memory exhausted",
        "c_killed": "fatal error: Killed signal terminated program cc1",
        "c_static_assert": "long must have 32 bits here",
        "c_assembler": "no such instruction: `vfancyadd %xmm0,%xmm1'",
        "c_german": "src/unit4.c:4:36: Fehler: expected »;« before »}« token",
        "c_linker_german": "undefined reference to `mpz_solve'",
        "c_header_german": "schwerwiegender Fehler: zzip/fehlt.h",
        "c_linker_clang": "undefined reference to 'solve'",
        "cxx_template": "error: no match for ‘operator<’",
        "cxx_template_clang": "error: type 'int' cannot be used prior to '::'",
        "cxx_undefined": "undefined reference to `vtable for algebra::Field'",
        "fortran_type": "Error: Symbol ‘error’ at (1) has no IMPLICIT type",
        "fortran_module": "Cannot open module file ‘lapack_extra.mod’",
        "make_no_rule": "No rule to make target 'parse.o'",
        "make_no_rule_german": "Keine Regel vorhanden, um das Ziel „parse.o“",
        "make_separator": "Makefile:3: *** missing separator.  Stop.",
        "make_command_not_found": "makeinfo-9: No such file or directory",
        "make_segfault": "Segmentation fault",
        "make_timeout": "*** [Makefile:4: t3] Terminated",
        "script_missing_variable": "SAGE_DESTDIR: unbound variable",
        "script_permission": "cannot create regular file 'prefix/lib/x.c': Permission denied",
        "script_permission_german":
            "das Verzeichnis „prefix/lib/errors“ kann nicht angelegt werden",
        "shared_library_missing": "libfoo.so.1: cannot open shared object file",
        "perl_module": "Can't locate Math/Errors/Bignum.pm in @INC",
        "bison_syntax": "symbol ‘thing’ is used, but is not defined",
        "swig_missing_interface": "Unable to find 'errors.i'",
        "patch_fails": "Hunk #1 FAILED at 1.",
        "disk_full": "'No space left on device'",
        "disk_full_install_german": "kein Speicherplatz mehr verfügbar",
        "configure_library": "configure: error: the library ring-gmp is required",
        "configure_compiler": "configure: error: C compiler cannot create executables",
        "autoreconf_macro": "possibly undefined macro: AC_FANCY_CHECK",
        "libtool_missing": "'libgone.la' is not a valid libtool archive",
        "automake_tests": "root of -1: expected i, got nan",
        "cmake_package": "ErrorHandlingConfig.cmake",
        "cmake_version": "CMake 4.9 or higher is required",
        "cmake_ninja": "src/unit17.c:4:36: error: expected ‘;’ before ‘}’ token",
        "ctest_fails": "roots",
        "meson_dependency": "Dependency \"gmp-errors\" not found",
        "meson_ninja": "src/unit9.c:4:36: error: expected ‘;’ before ‘}’ token",
        "python_no_numpy": "No module named 'numpy_errors'",
        "python_extension": "ring/_ext.c:2:10: fatal error: openssl-fips/evp.h",
        "python_metadata": "`project.name` must be pep508-identifier",
        "python_scm": "setuptools-scm was unable to detect version",
        "python_no_backend": "No module named 'poetic'",
        "python_hatchling": "Unable to determine which files to ship inside the wheel",
        "python_cython": "'Vector' is not a type identifier",
        "python_cython_cimport": "'cysignals_errors/signals.pxd' not found",
        "python_syntax": "SyntaxError: Missing parentheses in call to 'print'",
        "python_meson": "ring.c:2:48: error: expected expression before ‘;’ token",
        "python_skbuild": "Could not find a package configuration file provided by \"Errors\"",
        "python_rust_missing": "can't find Rust compiler",
        "rust_error": "cannot find value `erors` in this scope",
        "rust_dependency": "no matching package named `ring-errors` found",
        "pytest_fails": "assert 4.0 == 5",
        "python_download": "urlopen error [Errno 111] Connection refused",
    ]

    private static let folder = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .appending("FailedLogs")

    private func lines(_ name: String) throws -> [String] {
        try LogExcerpt(of: .file(Self.folder.appending("\(name).log"), from: 0)).lines
    }

    @Test func `the decisive line is among those that are shown`() throws {
        for (name, decisive) in Self.decisive {
            let lines = try lines(name)
            #expect(lines.contains { $0.contains(decisive) }, "\(name): \(lines)")
            #expect(lines.count <= LogExcerpt.limit, "\(name)")
        }
    }

    @Test func `no log is without its line`() throws {
        let logs = try Directory(opening: Self.folder).entries().map(\.name)
            .filter { $0.extension == "log" }.map(\.stem)
        #expect(Set(logs) == Set(Self.decisive.map(\.key)))
    }
}
