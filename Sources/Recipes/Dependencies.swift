/// What a recipe says it needs, as written: nothing is expanded, nothing added.
public struct Dependencies: Sendable, Hashable {
    /// `dependencies`
    public var main = DependencyLine()
    /// `dependencies_build`; nil when there is no such file. If there is, it takes the place of
    /// `dependencies` for building, and `dependencies` says what is needed for use.
    public var forBuilding: DependencyLine?
    /// `dependencies_order_only`
    public var moreOrderOnly: [DependencyToken] = []
    /// `dependencies_optional`: each counts only if it is or will be installed.
    public var optional: [DependencyToken] = []
    /// `dependencies_check`: needed to test the package.
    public var check: [DependencyToken] = []
    /// `src/pyproject.toml.m4`; nil when there is no such file.
    public var template: PyProjectTemplate?

    public init() {}

    /// A newer one makes the recipe be built again.
    public var ordinary: [DependencyToken] {
        (forBuilding?.ordinary ?? main.ordinary)
            + (template?.build ?? [])
    }

    /// Must be there first.
    public var orderOnly: [DependencyToken] {
        main.orderOnly + (forBuilding?.orderOnly ?? []) + moreOrderOnly
            + (template?.orderOnly ?? [])
    }

    /// Needed to use the package.
    public var runtime: [DependencyToken] { main.ordinary + (template?.runtime ?? []) }
}
