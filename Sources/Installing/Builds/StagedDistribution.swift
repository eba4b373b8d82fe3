internal import Platform
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

/// A distribution that a script has staged in the old form beside the wheel that it stores: by
/// `setup.py install --root=$SAGE_DESTDIR`, as recipes of SageMath 9 do for `wheel`.
///
/// It is one distribution, so it ends as one: the wheel is installed, and what was staged of the same
/// files goes. What the wheel doesn't bring is the package's like any other staged file.
struct StagedDistribution {
    private let content: StagedContent
    private let entries: [FilePath]

    /// - Returns: nil when the stage has no `.egg-info` of the project.
    init?(_ project: DistributionName, in content: StagedContent) throws {
        var entries: [FilePath] = []
        for site in try SitePackages.all(in: Tree(content.path)) {
            for found in try site.distributions(named: project)
            where found.form == .eggInfo || found.form == .eggInfoFile {
                entries.append(site.path.appending(found.entry))
            }
        }
        if entries.isEmpty { return nil }
        self.content = content
        self.entries = entries
    }

    /// Takes out of the staged content what an unpacked wheel brings, and the old form's metadata.
    ///
    /// - Parameter unpacked: the wheel's files, in the layout of the tree.
    func giveWay(to unpacked: Directory) throws {
        for entry in entries { try removeTree(content.path.pushing(entry)) }
        _ = try removeCovered(in: Directory(opening: content.path), by: unpacked)
    }

    /// - Returns: whether the folder is empty now, and was not before.
    private func removeCovered(in folder: Directory, by other: Directory?) throws -> Bool {
        let all = try folder.entries()
        for (name, _) in all {
            if try folder.status(name)?.kind == .directory {
                let inner = try folder.directory(name)
                let isEmptied: Bool
                if name == "__pycache__" {
                    isEmptied = try removeByteCode(in: inner, ofModulesIn: other)
                } else {
                    let isThere = try other?.status(name)?.kind == .directory
                    isEmptied = try removeCovered(
                        in: inner, by: isThere ? other?.directory(name) : nil)
                }
                if isEmptied { try folder.removeDirectory(name) }
            } else if try other?.status(name) != nil {
                try folder.removeFile(name)
            }
        }
        return try !all.isEmpty && folder.entries().isEmpty
    }

    private func removeByteCode(in folder: Directory, ofModulesIn other: Directory?) throws -> Bool
    {
        let all = try folder.entries()
        for (name, _) in all {
            let module = name.string.prefix { $0 != "." }
            guard let source = FilePath.Component("\(module).py") else { continue }
            if try other?.status(source) != nil { try folder.removeFile(name) }
        }
        return try !all.isEmpty && folder.entries().isEmpty
    }
}
