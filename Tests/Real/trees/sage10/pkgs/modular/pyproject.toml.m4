[build-system]
requires = [SPKG_INSTALL_REQUIRES_setuptools]
build-backend = "setuptools.build_meta"
