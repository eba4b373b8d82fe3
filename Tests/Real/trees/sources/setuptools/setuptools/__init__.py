"""What the projects of these trees are built with: as much of setuptools as their recipes use, so
that nothing has to come from outside."""
from setuptools.build import setup

__all__ = ["setup"]
