internal import CPlatform
internal import Glibc
internal import SystemPackage

extension Directory {
    /// Gives what this process's user owns in this directory to another user; everything else stays
    /// whose it is. The directory itself is not given.
    ///
    /// For a folder that the other user can write to, so nothing in it is believed: no link is
    /// followed, and each entry is looked at by the handle that it is given by. A file with several
    /// names is given only if all of them are in here: one name elsewhere may be one that the other
    /// user must not write to.
    public func handOver(to user: UInt32, group: UInt32) throws(PlatformError) {
        var names: [FileIdentity: Int] = [:]
        try count(&names)
        try give(to: user, group, names)
    }

    /// Counts the names, in here, of files of ours with several names.
    private func count(_ names: inout [FileIdentity: Int]) throws(PlatformError) {
        for (name, _) in try entries() {
            guard let status = try status(name) else { continue }
            if status.kind == .directory {
                try directoryIfPresent(name)?.count(&names)
            } else if status.links > 1, status.user == geteuid() {
                names[status.identity, default: 0] += 1
            }
        }
    }

    private func give(to user: UInt32, _ group: UInt32, _ names: [FileIdentity: Int])
        throws(PlatformError)
    {
        for (name, _) in try entries() {
            let opened = name.withPlatformString { spkg_open_entry(descriptor, $0) }
            if opened == -ENOENT { continue }
            let entry = File(
                descriptor: try check(opened, "open", path.appending(name)),
                path: path.appending(name))
            let status = try entry.status()
            if status.kind == .directory {
                try directoryIfPresent(name)?.give(to: user, group, names)
            } else if status.links > 1, names[status.identity] != status.links {
                continue
            }
            guard status.user == geteuid() else { continue }
            try check(spkg_give(entry.descriptor, user, group), "chown", entry.path)
        }
    }

    /// Nil when it is gone, or something else, by now.
    private func directoryIfPresent(_ name: FilePath.Component) throws(PlatformError) -> Directory?
    {
        do { return try directory(name) } catch
            where [.noSuchFileOrDirectory, .notDirectory, .tooManySymbolicLinkLevels].contains(
                error.errno)
        {
            return nil
        }
    }
}
