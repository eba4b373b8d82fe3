internal import Platform
internal import SystemPackage
public import Trees

/// Finishes or drops what a killed command left open in an environment.
public func recoverTree(_ tree: Tree, settings: TreeSettings, reporting: Reporting) throws {
    guard try status(tree.path("var")) != nil else { return }
    let visit = try Visit(to: tree, reporting)
    try withExtendedLifetime(visit) {
        let writer = TreeWriter(of: tree, settings, reporting)
        try writer.settle(holding: writer.takeLock())
    }
}
