internal import Platform
public import SystemPackage

/// Makes a folder a virtual environment of an interpreter: three files and a few folders, without
/// pip and without starting Python.
///
///     pyvenv.cfg  bin/python3 → the real program  bin/python → python3  lib64 → lib
///     lib/pythonX.Y/site-packages/
///
/// What is there already stays. `pyvenv.cfg` comes last: until then nobody takes the folder for an
/// environment, and running this again completes it.
///
/// - Parameter durable: waits until it is on disk. Python takes a folder whose `pyvenv.cfg` is empty for an
///   environment that sees the system's packages.
public func makeVirtualEnvironment(
    at root: FilePath, of interpreter: Interpreter, systemSitePackages: Bool = false,
    durable: Bool = false
) throws(TreeError) {
    do {
        try makeDirectories(root.pushing(interpreter.sitePackages))
        try makeDirectories(root.appending("bin"))
        let executable = FilePath(interpreter.executable)
        let folder = try Directory(opening: root)
        let binaries = try Directory(opening: root.appending("bin"))
        try binaries.makeLinkIfAbsent("python3", to: executable)
        try binaries.makeLinkIfAbsent("python", to: "python3")
        if let versioned = FilePath.Component("python\(interpreter.majorMinor)") {
            try binaries.makeLinkIfAbsent(versioned, to: "python3")
        }
        if !interpreter.is32Bit { try folder.makeLinkIfAbsent("lib64", to: "lib") }
        guard try folder.status("pyvenv.cfg") == nil else { return }
        let settings = EnvironmentFile(of: interpreter, systemSitePackages: systemSitePackages)
        try writeFile(root.appending("pyvenv.cfg"), settings.text.utf8, durable: durable)
    } catch {
        throw .platform(error)
    }
}

extension Directory {
    fileprivate func makeLinkIfAbsent(_ name: FilePath.Component, to text: FilePath)
        throws(PlatformError)
    {
        do { try makeLink(name, to: text) } catch  where error.errno == .fileExists {}
    }
}
