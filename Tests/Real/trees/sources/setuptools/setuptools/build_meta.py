"""The hooks of PEP 517."""
import os
import tarfile

from setuptools.build import _project, make_wheel


def get_requires_for_build_wheel(config_settings=None):
    return []


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    return make_wheel(wheel_directory, [], config_settings or {})


def build_sdist(sdist_directory, config_settings=None):
    top = "-".join(_project())
    with tarfile.open(os.path.join(sdist_directory, f"{top}.tar.gz"), "w:gz") as archive:
        archive.add(".", top)
    return f"{top}.tar.gz"


class _Legacy:
    """For what has no pyproject.toml."""
    get_requires_for_build_wheel = staticmethod(get_requires_for_build_wheel)
    build_wheel = staticmethod(build_wheel)
    build_sdist = staticmethod(build_sdist)


__legacy__ = _Legacy()
