internal import Platform
internal import Recipes
internal import SystemPackage

/// What an install would do with one package, and why.
public struct PlannedPackage: Sendable {
    /// `NAME-VERSION`.
    public let package: String
    public let reason: InstallReason
    /// The file name of what it is made of; nil for one without an archive.
    public let archive: String?
    /// Bytes of the archive; nil if it would be downloaded.
    public let size: Int?
    /// How long it took the last time, whichever version that was.
    public let expected: Duration?
}

extension InstallRun {
    /// What `run` would do with a plan, in an order in which it could be done. Changes nothing.
    func planned(_ plan: InstallPlan) throws -> [PlannedPackage] {
        var statuses = InstallStatuses(workspace, isSteady: true)
        let times = BuildTimes(in: workspace.settings.logs)
        let fetch = ArchiveFetch(workspace)
        return try plan.steps.map { step in
            let recipe = step.recipe
            let interpreter = try workspace.interpreter(of: workspace.settings.venv)
            let archive =
                options.extent == .installBuilt || recipe.archives.isEmpty
                ? nil : try fetch.archive(for: recipe, interpreter).fileName
            return PlannedPackage(
                package: step.package,
                reason: try InstallReason(
                    of: recipe, statuses.of(recipe),
                    after: step.needs.map { plan.steps[$0].recipe.name.text },
                    isForced: options.extent != .everything
                        || options.isForced(step.isRequested), workspace),
                archive: archive,
                size: try archive.flatMap {
                    try targetStatus(workspace.settings.distfiles.appending($0))?.size
                },
                expected: times[recipe.name.text])
        }
    }
}
