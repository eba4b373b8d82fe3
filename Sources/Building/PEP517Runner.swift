/// The program that calls a build backend: run with the environment's Python, from a file, with the
/// path of a request as its only argument.
///
/// The request is JSON: `product` (`wheel` or `sdist`), `backend`, `backend_path`, `settings`, `dist`,
/// `satisfied` (null: don't ask), `answer`. What it has to say goes into the file `answer`, replaced
/// in one step each time: stdout belongs to the backend, which may write there what it likes.
///
///     {"phase": "build_wheel"}                     on the way; what a dead runner leaves
///     {"phase": …, "needs": ["cython>=3"]}         the backend wants more; nothing was built
///     {"phase": …, "missing_backend": "No module …"}
///     {"phase": "build_wheel", "made": "a-1-py3-none-any.whl"}     empty if the hook gave no name
///
/// PEP 517 wants each hook in a fresh process, so that a backend may spoil its process's state. The
/// first hook runs in a fork: fresh enough, and the backend is imported once, which for setuptools is
/// the longer half of the work.
enum PEP517Runner {
    static let text = #"""
        import importlib
        import json
        import os
        import sys
        import traceback

        # Python puts this file's folder on the path; backends must not see it.
        del sys.path[0]
        with open(sys.argv[1], encoding="utf-8") as file:
            request = json.load(file)
        sys.argv[1:] = []
        building = "build_" + request["product"]


        def say(**answer):
            beside = request["answer"] + ".new"
            with open(beside, "w", encoding="utf-8") as file:
                json.dump(answer, file)
            os.replace(beside, request["answer"])


        def within(path, folders):
            path = os.path.realpath(path)
            return any(
                os.path.commonpath([path, os.path.realpath(folder)]) == os.path.realpath(folder)
                for folder in folders
            )


        def forget_user_settings():
            # ~/.pydistutils.cfg belongs to other projects. Of the command line it is --no-user-cfg.
            for name in ("distutils.dist", "setuptools._distutils.dist"):
                if name in sys.modules:
                    distribution = sys.modules[name].Distribution
                    find = distribution.find_config_files

                    def find_config_files(self, find=find):
                        self.want_user_cfg = False
                        return find(self)

                    distribution.find_config_files = find_config_files


        def load_backend():
            folders = [os.path.abspath(folder) for folder in request["backend_path"]]
            sys.path[:0] = folders
            module_name, _, attributes = request["backend"].partition(":")
            module = importlib.import_module(module_name)
            if folders:
                origin = getattr(module, "__file__", None) or next(iter(module.__path__), "")
                if not within(origin, folders):
                    raise ImportError(f"{module_name} was found at {origin}, not in backend-path")
            backend = module
            for attribute in filter(None, attributes.split(".")):
                backend = getattr(backend, attribute)
            return backend


        def ask(backend, settings):
            hook = getattr(backend, "get_requires_for_" + building, None)
            return [] if hook is None else [str(each) for each in hook(settings)]


        def ask_in_fork(backend, settings):
            # A fork of several threads may hang on a lock that one of the others holds.
            if len(os.listdir("/proc/self/task")) > 1:
                return ask(backend, settings)
            sys.stdout.flush()
            sys.stderr.flush()
            said = request["answer"] + ".requires"
            child = os.fork()
            if child == 0:
                status = 1
                try:
                    answer = ask(backend, settings)
                    with open(said, "w", encoding="utf-8") as file:
                        json.dump(answer, file)
                    status = 0
                except BaseException as error:
                    traceback.print_exc()
                    if isinstance(error, SystemExit) and isinstance(error.code, int):
                        status = error.code or 1
                finally:
                    sys.stdout.flush()
                    sys.stderr.flush()
                    os._exit(status)
            _, how = os.waitpid(child, 0)
            if how != 0:
                sys.exit(os.WEXITSTATUS(how) if os.WIFEXITED(how) else 128 + os.WTERMSIG(how))
            with open(said, encoding="utf-8") as file:
                return json.load(file)


        def main():
            say(phase="import")
            try:
                backend = load_backend()
                forget_user_settings()
            except (ImportError, AttributeError) as error:
                traceback.print_exc()
                say(phase="import", missing_backend=str(error))
                sys.exit(1)
            settings = request["settings"]
            if request["satisfied"] is not None:
                say(phase="get_requires_for_" + building)
                needs = ask_in_fork(backend, settings)
                if not set(needs) <= set(request["satisfied"]):
                    say(phase="get_requires_for_" + building, needs=needs)
                    return
            say(phase=building)
            if building == "build_sdist":
                made = backend.build_sdist(request["dist"], settings)
            else:
                made = backend.build_wheel(request["dist"], settings, None)
            # Some backends return a whole path, a list or nothing: then `dist` tells what was made.
            name = made if isinstance(made, (str, os.PathLike)) else ""
            say(phase=building, made=os.path.basename(os.fsdecode(name)))


        if __name__ == "__main__":
            main()

        """#
}
