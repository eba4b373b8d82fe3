/// Variables of the user's environment that builds must not see, because a tool that builds call reads
/// them, and the product would be another on another machine, or end elsewhere.
///
/// What is not here is kept: compilers and their flags, search paths (the tree's come first there),
/// licences, proxies, caches, and whatever recipes ask for. A script may set all of these itself.
/// `build/README.md` has the same list for people.
enum ForeignVariables {
    /// Whether a build must not see it.
    static func contains(_ name: String) -> Bool {
        if kept.contains(where: { matches(name, $0) }) { return false }
        if names.contains(name) || isPythons(name) { return true }
        return patterns.contains { matches(name, $0) }
    }

    /// Python's own have no underscore (`PYTHONPATH`); `PYTHON_CONFIGURE` and the like are knobs of
    /// recipes. Those with one are named below (docs.python.org/3/using/cmdline.html).
    private static func isPythons(_ name: String) -> Bool {
        name.hasPrefix("PYTHON")
            && name.dropFirst(6).allSatisfy { $0.isASCII && ($0.isUppercase || $0.isNumber) }
    }

    /// A `*` stands for anything, once.
    private static func matches(_ name: String, _ pattern: String) -> Bool {
        guard let star = pattern.firstIndex(of: "*") else { return name == pattern }
        let (head, tail) = (pattern[..<star], pattern[pattern.index(after: star)...])
        return name.utf8.count >= head.utf8.count + tail.utf8.count && name.hasPrefix(head)
            && name.hasSuffix(tail)
    }

    /// Exceptions from what follows: how git reaches a server, and wrappers of compilers.
    private static let kept = [
        "GIT_SSH*", "GIT_SSL_*", "GIT_ASKPASS", "GIT_HTTP_*", "GIT_PROXY_*", "GIT_ALLOW_PROTOCOL",
        "GIT_TERMINAL_PROMPT", "GIT_EXEC_PATH", "CMAKE_*_LAUNCHER", "CMAKE_PREFIX_PATH",
    ]

    private static let table: [(reader: String, why: String, names: String)] = [
        (
            "Python", "another interpreter, its modules, its description (conda sets that)",
            """
            _PYTHON_* __PYVENV_LAUNCHER__ VIRTUAL_ENV* CONDA_* PYTHON_BASIC_REPL PYTHON_COLORS
            PYTHON_CONTEXT_AWARE_WARNINGS PYTHON_CPU_COUNT PYTHON_DISABLE_REMOTE_DEBUG
            PYTHON_FROZEN_MODULES PYTHON_GIL PYTHON_HISTORY PYTHON_JIT PYTHON_LAZY_IMPORTS
            PYTHON_PERF_JIT_SUPPORT PYTHON_PRESITE PYTHON_THREAD_INHERIT_CONTEXT PYTHON_TLBC
            """
        ),
        (
            "pip, uv, build backends", "settings and versions of another project",
            """
            PIP_* UV_* PDM_* POETRY_* HATCH_* FLIT_* PBR_* MATURIN_* SKBUILD_* PYO3_*
            SETUPTOOLS_* DISTUTILS_* DIST_EXTRA_CONFIG VCS_VERSIONING_* VERSIONEER_* CIBW_*
            CIBUILDWHEEL AUDITWHEEL_*
            """
        ),
        (
            "packagers' Pythons", "another layout of folders",
            "DEB_PYTHON_INSTALL_LAYOUT DEB_HOST_* DEB_BUILD_* RPM_BUILD_ROOT RPM_PACKAGE_*"
        ),
        (
            "pytest, coverage", "other tests, code in each Python",
            "PYTEST_* COVERAGE_* PY_COLORS"
        ),
        (
            "bash, sh", "files that are run first, other rules, functions in place of programs",
            """
            BASH_ENV ENV CDPATH SHELLOPTS BASHOPTS BASH_FUNC_* BASH_COMPAT BASH_XTRACEFD
            BASH_LOADABLES_PATH EXECIGNORE FUNCNEST GLOBIGNORE OPTERR PS4 TIMEFORMAT TMOUT ZDOTDIR
            POSIXLY_CORRECT POSIX_ME_HARDER _POSIX2_VERSION
            """
        ),
        (
            "make, autoconf",
            "other makefiles, another place to install to, answers of another host",
            """
            MAKEFILES MFLAGS GNUMAKEFLAGS MAKEOVERRIDES MAKE_RESTARTS MAKE_TERMOUT MAKE_TERMERR VPATH
            DESTDIR PREFIX prefix exec_prefix INSTALL_ROOT CONFIG_SITE CONFIG_STATUS CONFIG_FILES
            CONFIG_HEADERS CONFIG_COMMANDS CONFIG_LINKS ac_cv_* am_cv_* lt_cv_* gl_cv_* gt_cv_*
            """
        ),
        (
            "cmake, meson, ninja, pkg-config", "settings that belong to one project",
            """
            CMAKE_* CTEST_* MESON_* NINJA_STATUS PKG_CONFIG_DEBUG_SPEW PKG_CONFIG_LOG
            PKG_CONFIG_TOP_BUILD_DIR PKG_CONFIG_DISABLE_UNINSTALLED PKG_CONFIG_ALLOW_SYSTEM_*
            PKG_CONFIG_MSVC_SYNTAX
            """
        ),
        (
            "gcc, binutils, clang", "another compiler's parts, files written beside the product",
            """
            GCC_EXEC_PREFIX COMPILER_PATH DEPENDENCIES_OUTPUT SUNPRO_DEPENDENCIES GCC_COMPARE_DEBUG
            GCC_COLORS GNUTARGET LDEMULATION COLLECT_* CCC_OVERRIDE_OPTIONS CCC_ADD_ARGS
            """
        ),
        ("cargo", "other folders and targets", "CARGO_TARGET_DIR CARGO_BUILD_* CARGO_MAKEFLAGS"),
        (
            "git", "another repository (hooks and aliases set it), another configuration", "GIT_*"
        ),
        (
            "tar, patch, grep, coreutils, compressors", "options and formats",
            """
            TAR_OPTIONS TAPE GREP_OPTIONS GREP_COLOR GREP_COLORS PATCH_GET PATCH_VERSION_CONTROL
            VERSION_CONTROL SIMPLE_BACKUP_SUFFIX QUOTING_STYLE TIME_STYLE BLOCK_SIZE BLOCKSIZE
            *_BLOCK_SIZE GZIP BZIP BZIP2 XZ_DEFAULTS XZ_OPT ZSTD_CLEVEL ZSTD_NBTHREADS UNZIP UNZIPOPT
            ZIP ZIPOPT AWKPATH AWKLIBPATH M4PATH
            """
        ),
        (
            "perl", "options and modules of another",
            "PERL5OPT PERL5DB PERLLIB PERLIO PERL_UNICODE PERL_MM_OPT PERL_MB_OPT PERL_LOCAL_LIB_ROOT"
        ),
        (
            "R, Ruby, Node, Java, Lua", "the same",
            """
            R_HOME R_PROFILE R_PROFILE_USER R_ENVIRON R_ENVIRON_USER R_LIBS R_LIBS_* RUBYOPT RUBYLIB
            GEM_* BUNDLE_* NODE_OPTIONS NODE_PATH npm_config_* JAVA_TOOL_OPTIONS _JAVA_OPTIONS
            JDK_JAVA_OPTIONS LUA_INIT* LUA_PATH* LUA_CPATH*
            """
        ),
        (
            "many", "colours in logs, messages in other languages, other temporary folders",
            "FORCE_COLOR CLICOLOR_FORCE LANGUAGE LC_* TMP TEMP TEMPDIR"
        ),
    ]

    private static let words = table.flatMap { $0.names.split(whereSeparator: \.isWhitespace) }
        .map(String.init)
    private static let names = Set(words.filter { !$0.contains("*") })
    private static let patterns = words.filter { $0.contains("*") }
}
