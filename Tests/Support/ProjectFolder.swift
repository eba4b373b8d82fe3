public import SystemPackage

/// The project that these tests belong to: the directory of `Package.swift`.
public let projectFolder = FilePath(#filePath).removingLastComponent().removingLastComponent()
    .removingLastComponent()
