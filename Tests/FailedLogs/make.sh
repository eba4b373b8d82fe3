#!/bin/bash
# Makes the logs of failed builds that LogExcerptTests reads: each by a real failure of a real tool.
#
#     Tests/FailedLogs/make.sh [NAME...]      all, or only those
#
# Tools: gcc, g++, gfortran, clang, make, ninja, cmake, meson, autoconf, automake, libtool, swig, bison,
# perl, git, patch, cargo; gcc's German messages (gcc-12-locales) and the locale de_DE.UTF-8 (in LOCPATH if
# it isn't installed). PYTHON is an interpreter with setuptools, wheel, cython, meson-python, hatchling,
# setuptools-rust, setuptools-scm, scikit-build-core, pytest, numpy. disk_full needs to mount a tmpfs.
# Which line of each log says why is a judgement, and stands in the test.

here=$(cd "$(dirname "$0")" && pwd)
PYTHON=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
german() { LC_ALL=de_DE.UTF-8 LANGUAGE=de "$@"; }

# A file from stdin, with its folders.
file() { mkdir -p "$(dirname "$1")"; cat > "$1"; }

# What a build backend does for spkg: one hook, in the source folder.
backend() {
    "$PYTHON" - "$1" <<'END'
import importlib, sys
name, _, rest = sys.argv[1].partition(":")
sys.argv[1:] = []
sys.path[:0] = []
importlib.import_module(name).build_wheel("dist")
END
}

# Many units, as a large library has them: $1 of them, whose number $2 is broken.
units() {
    for ((i = 1; i <= $1; i++)); do
        printf '#include <stddef.h>\n#include <errno.h>\nsize_t unit%d(size_t n) { return n * %d; }\n' $i $i |
            file src/unit$i.c
    done
    echo "int error(int n) { return errors(n) }" >> src/unit$2.c
    printf 'int error_count;\n' | file src/error.c
    file Makefile <<'END'
UNITS = $(patsubst src/%.c,obj/%.o,$(shell ls -v src/*.c))
CFLAGS = -std=gnu11 -O2 -g -fPIC -Wall -Wextra -Werror=return-type -Wno-error=unused -DNDEBUG
libunits.a: $(UNITS); ar rc $@ $^
obj/%.o: src/%.c
	@mkdir -p obj
	$(CC) -DHAVE_CONFIG_H -DERROR_LIMIT=0 -I. -Iinclude $(CFLAGS) -c -o $@ $<
END
}

#### C

c_parallel_make() { units 180 12; make -k -j4 CC=gcc; }
c_parallel_make_clang() { units 60 7; make -j4 CC=clang; }

c_make_recursion() {
    file Makefile <<'END'
SUBDIRS = lib src tests
all: ; @for d in $(SUBDIRS); do echo "Making all in $$d"; $(MAKE) -C $$d all || exit 1; done
END
    file lib/Makefile <<< $'all: ; @echo "  CC     error.lo"; echo "  AR     libp.a"'
    file src/Makefile <<'END'
all: ; $(MAKE) -C engine all-am
END
    file src/engine/Makefile <<< $'all-am: engine.o\nengine.o: engine.c; gcc -O2 -I. -c $<'
    file src/engine/engine.c <<< $'#include <stdio.h>\n#include <gmp-extra/errors.h>\nint main(void) { return 0; }'
    make
}

c_werror() {
    file w.c <<'END'
#include <stdio.h>
#include <string.h>
static int unused_error(int error) { return 0; }
int parse(const char *s, unsigned n) {
    int i, errors;
    for (i = 0; i < n; i++) printf("%d\n", s[i]);
    char small[4];
    strcpy(small, "much too long");
    return puts(small), errors;
}
END
    file Makefile <<< 'all: ; gcc -O2 -Wall -Wextra -Werror=maybe-uninitialized -Werror=uninitialized -c w.c'
    make
}

c_bad_flag() { echo 'int x;' > x.c; echo 'all: ; gcc -O2 -mtune-for-error -fcoarray-fast -c x.c' > Makefile; make; }
c_bad_flag_clang() { echo 'int x;' > x.c; echo 'all: ; clang -O2 -fno-stack-errors -c x.c' > Makefile; make; }

c_pic() {
    echo 'static int t[99]; int *f(int i) { return t + i; }' > a.c
    printf 'liba.so: a.o; gcc -shared -o $@ $^\na.o: a.c; gcc -O0 -mcmodel=large -fno-pic -c a.c\n' > Makefile
    sed -i 's/-mcmodel=large/-fno-pie/' Makefile
    make
}

c_multiple_definition() {
    echo 'int errors = 1; int main(void) { return errors; }' > a.c
    echo 'int errors = 2;' > b.c
    echo 'prog: a.c b.c; gcc -o $@ a.c b.c' > Makefile
    make
}

c_missing_library() { echo 'int main(void) { return 0; }' > m.c; echo 'm: m.c; gcc -o m m.c -lm -lflint -lerror-42' > Makefile; make; }

c_out_of_memory() {
    "$PYTHON" -c 'print("int t[] = {" + ",".join(map(str, range(400000))) + "};")' > big.c
    echo 'big.o: big.c; ulimit -v 60000; gcc -O2 -c big.c' > Makefile
    make
}

c_killed() {
    "$PYTHON" -c 'for i in range(90000): print(f"int f{i}(int x) {{ return x * {i} + f{max(i-1,0)}(x); }}" if i else "int f0(int x) { return x; }")' > big.c
    units 25 999; rm src/unit999.c
    cp big.c src/unit3.c
    make -j2 CC=gcc &
    build=$!
    for ((i = 0; i < 200; i++)); do
        p=$(pgrep -f 'cc1 .*src/unit3.c' | head -1); [ -n "$p" ] && break; "$PYTHON" -c 'import time; time.sleep(.02)'
    done
    kill -9 $p; wait $build
}

c_static_assert() {
    printf '#include <limits.h>\n_Static_assert(sizeof(long) == 4, "long must have 32 bits here");\n' > s.c
    echo 'all: ; clang -Wall -c s.c' > Makefile; make
}

c_assembler() {
    printf 'f:\n\tmovq %%rax, %%rbx\n\tvfancyadd %%xmm0, %%xmm1\n\tret\n' > mul.s
    printf 'all: mul.o\nmul.o: mul.s; gcc -c -o mul.o mul.s\n' > Makefile; make
}

c_german() { units 30 4; german make -k -j2 CC=gcc; }
c_linker_german() {
    echo 'int mpz_solve(int); int main(void) { return mpz_solve(2); }' > m.c
    echo 'prog: m.o; gcc -o $@ $^' > Makefile
    german make
}
c_header_german() {
    file Makefile <<< 'all: ; $(MAKE) -C src'
    file src/Makefile <<< 'all: ; gcc -c fehler.c'
    file src/fehler.c <<< '#include <zzip/fehlt.h>'
    german make
}
c_linker_clang() {
    echo 'int solve(int); int main(void) { return solve(2); }' > m.c
    echo 'prog: m.o; clang -o $@ $^' > Makefile
    make CC=clang
}

#### C++

cxx_template() {
    file t.cpp <<'END'
#include <algorithm>
#include <map>
#include <string>
#include <vector>
struct Term { std::string name; };
int main() {
    std::vector<Term> terms(3);
    std::sort(terms.begin(), terms.end());
    std::map<Term, int> count;
    count[terms[0]]++;
}
END
    echo 'all: ; g++ -std=c++17 -O2 -c t.cpp' > Makefile; make
}
cxx_template_clang() {
    file t.cpp <<'END'
template <class T> struct Ring { T zero; typename T::element one() { return zero.unit(); } };
template <class R> int rank(R r) { return r.one().value; }
template <class R, int N> struct Power { R base[N]; int rank() { return ::rank(base[0]); } };
int main() { Power<Ring<int>, 3> p; return p.rank(); }
END
    echo 'all: ; clang++ -std=c++17 -c t.cpp' > Makefile; make
}
cxx_undefined() {
    file a.cpp <<'END'
#include <string>
#include <vector>
namespace algebra { std::vector<std::string> factor(const std::string &, int); struct Field { virtual ~Field(); virtual int order() const; }; }
int main() { algebra::Field f; return algebra::factor("x^2-1", f.order()).size(); }
END
    file CMakeLists.txt <<< $'cmake_minimum_required(VERSION 3.16)\nproject(algebra CXX)\nadd_executable(algebra a.cpp)'
    cmake -S . -B build && cmake --build build
}

#### Fortran

fortran_type() {
    file solve.f90 <<'END'
subroutine solve(n, a)
  implicit none
  integer, intent(in) :: n
  real(8), intent(inout) :: a(n, n)
  error = a(1, 1)
  call dgetrf(n, n, a, n)
end subroutine
END
    for i in 1 2 3 4 5 6 7 8 9; do printf 'subroutine s%d(x)\n  real :: x\n  x = %d\nend subroutine\n' $i $i > s$i.f90; done
    echo 'all: solve.o s1.o s2.o s3.o s4.o s5.o s6.o s7.o s8.o s9.o' > Makefile
    echo '%.o: %.f90; gfortran -O2 -fPIC -Wall -c $< -o $@' >> Makefile
    make -k -j2
}
fortran_module() {
    printf 'program p\n  use iso_fortran_env\n  use lapack_extra\n  print *, 1\nend program\n' > p.f90
    echo 'p: p.f90; gfortran -o p p.f90' > Makefile; make
}

#### make and scripts

make_no_rule() { printf 'all: prog\nprog: main.o parse.o\nmain.o: ; touch main.o\n' > Makefile; make; }
make_no_rule_german() { printf 'all: prog\nprog: main.o parse.o\nmain.o: ; touch main.o\n' > Makefile; german make; }
make_separator() { printf 'all: prog\nprog:\n    gcc -o prog main.c\n' > Makefile; make; }
make_command_not_found() {
    file Makefile <<< 'all: ; $(MAKE) -C doc'
    file doc/Makefile <<< $'all: manual.info\nmanual.info: manual.texi; makeinfo-9 --error-limit=0 manual.texi'
    touch doc/manual.texi
    make
}
make_segfault() {
    echo 'int main(void) { volatile int *p = 0; return *p; }' > gen.c
    printf 'all: tables.h\n\t@echo done\ntables.h: gen; ./gen > tables.h\ngen: gen.c; gcc -O0 -o gen gen.c\n' > Makefile
    make
}
make_timeout() {
    printf 'check: t1 t2 t3\nt1: ; @echo PASS: t1\nt2: ; @echo PASS: t2\nt3: ; @echo "running t3 (0 errors so far)"; sleep 9\n' > Makefile
    timeout 1 make check
}
script_missing_variable() {
    file spkg-install <<'END'
set -eu
echo "Installing with error handling"
cp -p lib/error.py "$SAGE_DESTDIR/$LIBRARY_DIR"
END
    bash spkg-install
}
script_permission() {
    mkdir -p prefix/lib; chmod a-w prefix/lib
    echo 'int x;' > x.c
    printf 'install: ; install -m 644 x.c prefix/lib/x.c\n' > Makefile
    chmod a+rwx . ..; setpriv --reuid=65534 --clear-groups make install
}
script_permission_german() {
    mkdir -p prefix/lib; chmod a-w prefix/lib
    echo 'install: ; mkdir -p prefix/lib/errors; cp Makefile prefix/lib/errors' > Makefile
    chmod a+rx . ..; german setpriv --reuid=65534 --clear-groups make install
}
shared_library_missing() {
    echo 'int f(void) { return 1; }' > f.c; echo 'int f(void); int main(void) { return f(); }' > m.c
    printf 'check: m; ./m\nm: libfoo.so.1; gcc -o m m.c ./libfoo.so.1\nlibfoo.so.1: f.c; gcc -shared -fPIC -Wl,-soname,libfoo.so.1 -o $@ f.c\n' > Makefile
    make
}
perl_module() {
    printf 'use strict;\nuse Math::Errors::Bignum;\nprint 1;\n' > gen.pl
    printf 'all: table.h\ntable.h: gen.pl; perl gen.pl > table.h\n' > Makefile; make
}
bison_syntax() {
    printf '%%token ERROR\n%%%%\nstart: ERROR thing { $$ = $1; }\nend\n' > parse.y
    printf 'parse.c: parse.y; bison -o parse.c parse.y\n' > Makefile; make
}
swig_missing_interface() {
    printf '%%module m\n%%include "errors.i"\nint f(int);\n' > m.i
    printf 'm_wrap.c: m.i; swig -python m.i\n' > Makefile; make
}
patch_fails() {
    file src/setup.cfg <<< $'[metadata]\nname = errors\nversion = 2.0'
    file p/fix-error.patch <<'END'
--- a/setup.cfg
+++ b/setup.cfg
@@ -1,3 +1,3 @@
 [metadata]
-name = wrong
+name = right
 version = 1.0
END
    cd src
    for p in ../p/*.patch; do echo "Applying $p"; patch -p1 < "$p" || { echo "Error: a patch of this package doesn't apply"; exit 1; }; done
}

disk_full() {
    mkdir small && mount -t tmpfs -o size=300k tmpfs small
    units 40 999; rm src/unit999.c
    mv src Makefile small
    (cd small && make -j2 CC=gcc)
    local status=$?
    umount small && return $status
}
disk_full_install_german() {
    mkdir small && mount -t tmpfs -o size=64k tmpfs small
    head -c 200000 /dev/zero > libbig.a
    echo 'install: ; cp libbig.a small/ && echo done' > Makefile
    german make install
    local status=$?
    umount small && return $status
}

#### configure, autoconf, libtool, cmake, meson

configure_library() {
    file configure.ac <<'END'
AC_INIT([ring], [1.0])
AC_PROG_CC
AC_CHECK_HEADERS([error.h errno.h])
AC_CHECK_FUNCS([strerror perror])
AC_CHECK_LIB([ring-gmp], [mpz_init], [], [AC_MSG_ERROR([the library ring-gmp is required
  (see --with-ring-gmp)])])
AC_OUTPUT
END
    autoconf && ./configure --enable-errors
}
configure_compiler() {
    printf 'AC_INIT([ring], [1.0])\nAC_PROG_CC\nAC_OUTPUT\n' > configure.ac
    autoconf && ./configure CFLAGS=-mfancy LDFLAGS=-L/nowhere LIBS=-lnothing
}
autoreconf_macro() {
    printf 'AC_INIT([ring], [1.0])\nAM_INIT_AUTOMAKE([foreign])\nPKG_CHECK_ERRORS([x])\nAC_FANCY_CHECK\nAC_PROG_CC\nAC_CONFIG_FILES([Makefile])\nAC_OUTPUT\n' > configure.ac
    echo 'bin_PROGRAMS = ring' > Makefile.am
    autoreconf -fi
}
libtool_missing() {
    printf 'AC_INIT([ring], [1.0])\nAM_INIT_AUTOMAKE([foreign])\nLT_INIT\nAC_PROG_CC\nAC_CONFIG_FILES([Makefile])\nAC_OUTPUT\n' > configure.ac
    printf 'lib_LTLIBRARIES = libring.la\nlibring_la_SOURCES = ring.c\nlibring_la_LIBADD = libgone.la\n' > Makefile.am
    echo 'int f(void) { return 1; }' > ring.c
    autoreconf -fi > /dev/null 2>&1 && ./configure > /dev/null && touch libgone.la && make
}
automake_tests() {
    printf 'AC_INIT([ring], [1.0])\nAM_INIT_AUTOMAKE([foreign])\nAC_CONFIG_FILES([Makefile])\nAC_OUTPUT\n' > configure.ac
    printf 'TESTS = t-add t-errors t-mul t-root t-sub\nEXTRA_DIST = $(TESTS)\n' > Makefile.am
    for t in add errors mul sub; do printf '#!/bin/sh\necho 0 errors\n' > t-$t; done
    printf '#!/bin/sh\necho "root of -1: expected i, got nan" >&2; exit 1\n' > t-root; chmod +x t-*
    autoreconf -fi > /dev/null 2>&1 && ./configure > /dev/null && make check VERBOSE=1
}
cmake_package() {
    file CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.16)
project(ring C)
find_package(Threads REQUIRED)
find_package(ErrorHandling 2.0 REQUIRED)
END
    cmake -S . -B build
}
cmake_version() { printf 'cmake_minimum_required(VERSION 4.9)\nproject(ring C)\n' > CMakeLists.txt; cmake -S . -B build -DCMAKE_BUILD_TYPE=Release; }
cmake_ninja() {
    units 60 17; rm Makefile
    printf 'cmake_minimum_required(VERSION 3.16)\nproject(units C)\nfile(GLOB s src/*.c)\nadd_library(units ${s})\n' > CMakeLists.txt
    cmake -G Ninja -S . -B build && cmake --build build -v -- -k 0
}
ctest_fails() {
    echo 'int main(int n, char **a) { return n > 1; }' > t.c
    printf 'cmake_minimum_required(VERSION 3.16)\nproject(t C)\nenable_testing()\nadd_executable(t t.c)\nadd_test(add t)\nadd_test(error_paths t)\nadd_test(roots t -1)\n' > CMakeLists.txt
    cmake -S . -B build > /dev/null && cmake --build build && cd build && ctest --output-on-failure
}
meson_dependency() {
    file meson.build <<'END'
project('ring', 'c', version: '1.0')
cc = meson.get_compiler('c')
cc.has_header('error.h')
threads = dependency('threads')
gmp = dependency('gmp-errors', version: '>=6')
END
    meson setup build
}
meson_ninja() {
    units 40 9; rm Makefile
    { echo "project('units', 'c')"; echo "library('units', 'src/error.c',"; for ((i = 1; i <= 40; i++)); do echo "  'src/unit$i.c',"; done; echo ")"; } > meson.build
    meson setup build && ninja -C build -v
}

#### Python packages

python_no_numpy() {
    file setup.py <<'END'
from setuptools import setup, Extension
import numpy_errors.distutils
setup(name="ring", version="1.0")
END
    backend setuptools.build_meta:__legacy__
}
python_extension() {
    file setup.py <<'END'
from setuptools import setup, Extension
setup(name="ring", version="1.0", packages=["ring"],
      ext_modules=[Extension("ring._errors", ["ring/_errors.c"]), Extension("ring._ext", ["ring/_ext.c"])])
END
    file ring/__init__.py < /dev/null
    for i in 1 2 3 4 5 6 7 8 9 10 11 12; do file ring/errors$i.py <<< "class Error$i(Exception): pass"; done
    file ring/_errors.c <<< '#include <stddef.h>'
    file ring/_ext.c <<< $'#include <Python.h>\n#include "openssl-fips/evp.h"'
    backend setuptools.build_meta
}
python_metadata() {
    file pyproject.toml <<'END'
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[project]
name = "ring errors"
version = "one"
requires-python = 3.9
END
    backend setuptools.build_meta
}
python_scm() {
    printf '[build-system]\nrequires = ["setuptools-scm"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "ring"\ndynamic = ["version"]\n[tool.setuptools_scm]\n' > pyproject.toml
    backend setuptools.build_meta
}
python_no_backend() {
    printf '[build-system]\nrequires = ["poetic-core"]\nbuild-backend = "poetic.errors.api"\n' > pyproject.toml
    backend poetic.errors.api
}
python_hatchling() {
    printf '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n[project]\nname = "ring"\nversion = "1.0"\n' > pyproject.toml
    file lib/other/__init__.py < /dev/null
    backend hatchling.build
}
python_cython() {
    printf 'from setuptools import setup\nfrom Cython.Build import cythonize\nsetup(name="ring", version="1.0", ext_modules=cythonize(["ring/*.pyx"], nthreads=0))\n' > setup.py
    file ring/__init__.py < /dev/null
    for i in 1 2 3 4; do file ring/errors$i.pyx <<< "def error$i(x): return x + $i"; done
    file ring/matrix.pyx <<'END'
cimport cython

cdef class Matrix:
    cdef int rows

    def rank(self):
        cdef Vector v
        return self.rows
END
    backend setuptools.build_meta
}
python_cython_cimport() {
    printf 'from setuptools import setup\nfrom Cython.Build import cythonize\nsetup(name="ring", version="1.0", ext_modules=cythonize(["ring/*.pyx"]))\n' > setup.py
    file ring/__init__.py < /dev/null
    file ring/real.pyx <<< $'from cysignals_errors.signals cimport sig_on, sig_off\n\ndef f():\n    sig_on()\n'
    backend setuptools.build_meta
}
python_syntax() {
    file setup.py <<'END'
from setuptools import setup
print "building ring (errors are fatal)"
setup(name="ring", version="1.0")
END
    backend setuptools.build_meta
}
python_meson() {
    printf '[build-system]\nrequires = ["meson-python"]\nbuild-backend = "mesonpy"\n[project]\nname = "ring"\nversion = "1.0"\n' > pyproject.toml
    printf "project('ring', 'c')\npy = import('python').find_installation()\npy.extension_module('errors', 'errors.c', install: true)\npy.extension_module('ring', 'ring.c', install: true)\n" > meson.build
    echo '#include <stddef.h>' > errors.c
    printf '#include <Python.h>\nPyObject *error(void) { return PyRing_New(1) + ; }\n' > ring.c
    backend mesonpy
}
python_skbuild() {
    printf '[build-system]\nrequires = ["scikit-build-core"]\nbuild-backend = "scikit_build_core.build"\n[project]\nname = "ring"\nversion = "1.0"\n' > pyproject.toml
    printf 'cmake_minimum_required(VERSION 3.16)\nproject(ring C)\nfind_package(Errors CONFIG REQUIRED)\n' > CMakeLists.txt
    backend scikit_build_core.build
}
python_rust_missing() {
    printf 'from setuptools import setup\nfrom setuptools_rust import RustExtension\nsetup(name="ring", version="1.0", rust_extensions=[RustExtension("ring._errors", "Cargo.toml")])\n' > setup.py
    printf '[package]\nname = "ring"\nversion = "1.0.0"\n' > Cargo.toml
    PATH=/usr/bin:/bin CARGO_HOME=/nowhere backend setuptools.build_meta
}
rust_error() {
    printf '[package]\nname = "ring"\nversion = "1.0.0"\nedition = "2021"\n' > Cargo.toml
    file src/lib.rs <<< $'pub fn error_count(n: u32) -> u32 {\n    let errors = n;\n    erors + n\n}\npub fn f() { let x: String = 1; }'
    cargo build --release --offline
}
rust_dependency() {
    printf '[package]\nname = "ring"\nversion = "1.0.0"\nedition = "2021"\n[dependencies]\nring-errors = "0.3"\n' > Cargo.toml
    file src/lib.rs < /dev/null
    cargo build --release --offline
}
pytest_fails() {
    for i in 1 2 3 4 5 6; do printf 'import pytest\n@pytest.mark.parametrize("n", range(20))\ndef test_error(n):\n    assert n >= 0\n' > test_errors$i.py; done
    printf 'def root(x):\n    return x ** 0.5\ndef test_root():\n    print("error handling on")\n    assert root(16) == 5\n' > test_root.py
    "$PYTHON" -m pytest -v -p no:cacheprovider
}
python_download() {
    printf 'import urllib.request\nfrom setuptools import setup\nurllib.request.urlretrieve("http://localhost:9/errors.tar.gz")\nsetup(name="ring", version="1.0")\n' > setup.py
    backend setuptools.build_meta
}

# What is in no other machine's logs goes: paths of this one, times, process numbers.
neutral() {
    local prefix; prefix=$("$PYTHON" -c 'import sys; print(sys.prefix)')
    local base; base=$("$PYTHON" -c 'import sys; print(sys.base_prefix)')
    sed -E "s|$work/[a-z_0-9]+|/build/ring-1.0|g; s|$prefix|/opt/python|g; s|$base|/usr|g
        s|$HOME/[^ :]*/bin/|/usr/bin/|g; s|/opt/swift/usr|/usr|g; s|$(hostname)|machine|g; s/\b(line [0-9]+: +)[0-9]{3,} /\14242 /
        s/(location searched: ).*/\1the index/
        s|/tmp/(cc[A-Za-z0-9]{6}\|[a-z]+-[0-9a-f]{6}\|tmp[a-z0-9_]{8})|/tmp/temporary|g"
}

all=$(sed -nE 's/^([a-z_0-9]+)\(\) \{.*/\1/p' "$0" | grep -Ev '^(german|file|backend|units|neutral)$')
unset LANG LANGUAGE; export LC_ALL=C.UTF-8 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
for name in ${*:-$all}; do
    mkdir "$work/$name"; chmod a+rx "$work"
    (cd "$work/$name" && "$name") < /dev/null > "$work/$name.log" 2>&1
    status=$?
    neutral < "$work/$name.log" > "$here/$name.log"
    echo "$name: status $status, $(wc -l < "$here/$name.log") lines, $(wc -c < "$here/$name.log") bytes"
done
