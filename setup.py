"""Put the book's table of contents into the built package: it holds the chapters' numbers."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class WithContents(build_py):
    """Copy _toc.yml beside the package's modules; an editable install reads it in its place."""

    def run(self):
        super().run()
        if not self.editable_mode:
            shutil.copy("_toc.yml", Path(self.build_lib) / "rnncourse" / "_toc.yml")


setup(cmdclass={"build_py": WithContents})
