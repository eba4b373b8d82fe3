public import Building
public import Recipes
public import Requirements
public import SystemPackage

/// Every way in which this floor itself fails; the floors below throw their own errors through it.
public enum InstallError: Error {
    /// No folder here or upwards has `build/pkgs`.
    case noRoot(FilePath)
    /// The same, when there is no folder to begin at.
    case workingDirectoryRemoved
    /// A recipe names a tree that isn't set up.
    case noTree(recipe: RecipeName, variable: String)
    /// A recipe of a kind that can't be installed.
    case notInstallable(recipe: RecipeName, reason: String)
    /// A package that only the system can provide.
    case systemPackage(recipe: RecipeName, advice: [String])
    /// None of a recipe's platform wheels fits the interpreter.
    case noWheelFits(recipe: RecipeName, wheels: [String], interpreter: String, tag: String)
    /// Sources, `NAME-VERSION`, that are not for the Python of the tree.
    case pythonUnsupported([(package: String, needed: SpecifierSet)], found: String, tree: FilePath)
    /// The wheel that was built is of another distribution than the recipe says.
    /// `file` names the distribution: relative to the root.
    case otherDistribution(
        recipe: RecipeName, expected: String, file: String, found: String, wheel: FilePath)
    /// Two recipes that are there bring the same distribution.
    case distributionOfAnother(recipe: RecipeName, distribution: String, other: RecipeName)
    /// A build asks for a distribution that is not in the wheel store.
    case requirementNotInStore(recipe: RecipeName, Requirement, askedBy: String, store: FilePath)
    /// A build asks for another version than the store has.
    case requirementUnfit(recipe: RecipeName, Requirement, askedBy: String, found: String)
    case notInstalled(String)
    /// Of a tree that belongs to another user: pip is never run with those rights.
    case pipAsAnother(tree: FilePath)
    case noPipHere(tree: FilePath)
    /// No install was ever noted.
    case noRun(logs: FilePath)
    /// What these packages need can't be told, so nothing is known not to be needed.
    case needsUnknown([String])
    /// Python packages of the tree were installed when it was another path: their scripts lead there.
    case treeMoved(tree: FilePath, from: String, packages: [String])
    /// A recipe that is built only when that is asked for.
    case experimental(recipe: RecipeName)
    /// A build directory that no build has filled to the end, or that was emptied since.
    case nothingBuilt(recipe: RecipeName, FilePath)
    /// A script stored more than one wheel; a package has one.
    case severalWheels(recipe: RecipeName, [String])
    /// A script staged files that are not below the tree.
    case stagedOutside(recipe: RecipeName, [FilePath], tree: FilePath)
    /// A package that is to come from the system, and isn't found there.
    case notOnSystem(recipe: RecipeName, debian: [String])
    /// A stage that another user than the one named owns.
    case stageOfAnother(FilePath, owner: UInt32, found: UInt32)
    /// A stage without a record for a package whose wheel is stored: no record could be true of both.
    case mergeOverWheel(package: String, wheel: String)
    /// A change of a tree that a process began and neither finished nor took back.
    case changesOpen([String], tree: FilePath)
    /// A merge of a folder into itself, or into one that it is part of.
    case stageIsTree(FilePath, tree: FilePath)
    /// Files to be taken over are of a distribution that no package's record is of.
    case cannotOverwrite([FilePath], owner: String)
    /// - Parameter isOpen: whether it has left a change of the tree open.
    case sudoFailed(command: String, status: Int, said: String, isOpen: Bool)
    /// What SAGE_SUDO names can't be run.
    case sudoNotStarted(command: String, any Error)
    /// With SAGE_SUDO there must be a folder of our own to build in.
    case noBuildFolder(tree: FilePath)
    /// A folder to build in that others can write, or that is theirs.
    case unsafeFolder(FilePath)
    case pipFailed(recipe: RecipeName, ChildEnd, log: FilePath, lines: [String])
    /// pip said that all is well, and yet not all is there.
    case pipLeftOut(recipe: RecipeName, missing: [String], tree: FilePath, log: FilePath)
    /// A distribution that doesn't say which files are its own.
    case noFileList(recipe: RecipeName, FilePath)
    /// A variable has a value that means nothing.
    case badSetting(variable: String, value: String, allowed: String)
    /// A package's own script says that it must stay.
    case removalRefused(package: String, any Error)
    /// A package's wheel is not in the store any more.
    case wheelGone(package: String, wheel: FilePath)
    /// Only a build can make its files again.
    case noWheelToReinstall(package: String)
    /// There is nothing to look at: the last build succeeded, or there was none.
    case noBuildDirectory(recipe: RecipeName, FilePath)
    /// Text in a wheel's or project's metadata that is no requirement.
    case badRequirement(String, askedBy: String, RequirementError)
    /// A command that only recipes' scripts can give, given elsewhere.
    case notInScript(missing: String)
}

extension InstallError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noRoot(let start):
            """
            no source distribution here: neither \(start) nor a folder above it has build/pkgs
            go into its folder, or name it: SAGE_ROOT=/path/to/it
            """
        case .workingDirectoryRemoved:
            """
            the working directory was removed, so there is no source distribution to be found from it
            go into its folder, or name it: SAGE_ROOT=/path/to/it
            """
        case .noTree(let recipe, let variable):
            "\(recipe) belongs into the tree \(variable), which is not set; set \(variable)"
        case .notInstallable(let recipe, let reason):
            "\(recipe) can't be installed: \(reason)"
        case .systemPackage(let recipe, let advice):
            """
            \(recipe) is not built from source here; the system must provide it
            \(advice.joined(separator: "\n"))
            """
        case .noWheelFits(let recipe, let wheels, let interpreter, let tag):
            """
            none of \(recipe)'s wheels fits \(interpreter) (which likes \(tag) best):
            \(wheels.map { "  \($0)" }.joined(separator: "\n"))
            add one that fits to build/pkgs/\(recipe)/checksums.ini
            """
        case .pythonUnsupported(let packages, let found, let tree):
            """
            \(packages.map { "\($0.package) needs Python \($0.needed)" }.joined(separator: "\n")),
            but the Python of \(tree) is \(found); nothing was built
            install into another tree, made of another Python: SAGE_LOCAL=/path SPKG_PYTHON=/path/to/python3
            or take a version that supports this one: build/pkgs/NAME/package-version.txt and checksums.ini
            """
        case .otherDistribution(let recipe, let expected, _, "UNKNOWN", let wheel):
            """
            building \(recipe) gave a wheel of no name, but its recipe says '\(expected)': \(wheel)
            its source has no setup.cfg or pyproject.toml that names it: run the distribution's \
            ./bootstrap and ./configure, which write some of these
            """
        case .otherDistribution(let recipe, let expected, let file, let found, let wheel):
            """
            building \(recipe) gave a wheel of '\(found)', but its recipe says '\(expected)': \(wheel)
            correct \(file), or the archive's name and sum
            """
        case .distributionOfAnother(let recipe, let distribution, let other):
            """
            \(recipe) can't be installed: its distribution '\(distribution)' is installed by \(other), whose \
            recipe is there too, and would be replaced
            uninstall that first: spkg uninstall \(other)
            """
        case .requirementNotInStore(let recipe, let requirement, let asker, let store):
            """
            building \(recipe) needs '\(requirement)' (asked by \(asker)), and \(store) has no wheel of it
            add its recipe to build/pkgs/\(recipe)/dependencies
            """
        case .requirementUnfit(let recipe, let requirement, let asker, let found):
            """
            building \(recipe) needs '\(requirement)' (asked by \(asker)), but the wheel store has \(found)
            update the recipe of \(requirement.name), or patch the requirement of \(recipe)
            """
        case .experimental(let recipe):
            """
            \(recipe) is experimental: it may not work, or break others
            to build it all the same: spkg install --experimental \(recipe)
            """
        case .nothingBuilt(let recipe, let directory):
            """
            \(directory) has no finished build of \(recipe), or what was in it is taken already
            make one: spkg build \(recipe)
            """
        case .severalWheels(let recipe, let wheels):
            """
            \(recipe)'s script stored several wheels, and a package has one: \
            \(wheels.sorted().joined(separator: ", "))
            give each its own recipe
            """
        case .stagedOutside(let recipe, let files, let tree):
            """
            \(recipe)'s script staged files that are not below \(tree):
            \(files.prefix(10).map { "  $SAGE_DESTDIR\($0)" }.joined(separator: "\n"))\
            \(files.count > 10 ? "\n  and \(files.count - 10) more" : "")
            they must go below $SAGE_DESTDIR$SAGE_INST_LOCAL
            """
        case .notOnSystem(let recipe, let debian):
            """
            \(recipe) is not found on this system
            \(debian.isEmpty ? "install it" : "on Debian: apt-get install \(debian.joined(separator: " "))")
            if it is there all the same: spkg system --trusted \(recipe)
            """
        case .stageOfAnother(let path, let owner, let found):
            "\(path) belongs to user \(found), not to user \(owner), who staged it; nothing was changed"
        case .mergeOverWheel(let package, let wheel):
            """
            \(package) is installed from \(wheel), which would not be what the stage brings
            nothing was changed; install another version by its recipe, or uninstall it first: \
            spkg uninstall \(package)
            """
        case .changesOpen(let titles, let tree):
            """
            \(tree) is in between: a change was begun and not finished: \
            \(titles.joined(separator: ", "))
            finish it or take it back: spkg recover
            """
        case .stageIsTree(let stage, let tree):
            """
            \(stage) and the tree \(tree) are one directory, or one lies in the other; nothing was changed
            stage outside the tree, or below \(tree)/var/tmp
            """
        case .cannotOverwrite(let files, let owner):
            """
            \(files[0]) belongs to \(owner), which no recipe installed, so nothing could remember that \
            it was overwritten
            remove that first: spkg wheel uninstall \(owner)
            """
        case .sudoFailed(let command, let status, let said, let isOpen):
            """
            this command ended with status \(status); \(isOpen
                ? "a change is left open, which the next command finishes or drops"
                : "nothing in the tree was changed"):
              \(command)
            \(said.split(separator: "\n").joined(separator: "\n"))
            """
        case .sudoNotStarted(let command, let error):
            """
            what SAGE_SUDO names can't be run; nothing in the tree was changed:
              \(command)
            \(error)
            """
        case .noBuildFolder(let tree):
            """
            with SAGE_SUDO, what goes into \(tree) is built in your own folder, and none is known
            set HOME, or name a folder to build in: SAGE_BUILD_DIR=/path/to/it
            """
        case .unsafeFolder(let path):
            """
            \(path) is not a folder of yours that only you can write, so nothing is built there
            remove it, or name another folder to build in: SAGE_BUILD_DIR=/path/to/it
            """
        case .pipFailed(let recipe, let end, let log, let lines):
            """
            pip \(end) for \(recipe):
            \(lines.map { "  \($0)" }.joined(separator: "\n"))
            the whole log: \(log)
            """
        case .pipLeftOut(let recipe, let missing, let tree, let log):
            """
            pip has no complaint about \(recipe), but \(tree) has no \(missing.joined(separator: ", "))
            the whole log: \(log)
            """
        case .noFileList(let recipe, let path):
            """
            \(recipe) can't be uninstalled: \(path) is missing, so its files are not known
            nothing was changed; install it again first: spkg install \(recipe)
            """
        case .badSetting(let variable, let value, let allowed):
            "\(variable) is '\(value)', but can only be \(allowed)"
        case .removalRefused(let package, let error):
            """
            \(package) is not removed, because its own script refuses: \(error)
            nothing was changed
            """
        case .treeMoved(let tree, let prefix, let packages):
            """
            \(tree) was moved or copied from \(prefix): scripts of \(packages.count) packages still \
            start what is there (\(packages.prefix(3).joined(separator: ", "))\
            \(packages.count > 3 ? ", …" : ""))
            to make them right: spkg repair
            """
        case .pipAsAnother(let tree):
            """
            with SAGE_SUDO, \(tree) belongs to another user, and pip is never run with those rights
            give packages a recipe, or install wheels: spkg wheel install
            """
        case .needsUnknown(let packages):
            """
            what these packages need can't be told, their recipes are gone: \
            \(packages.joined(separator: ", "))
            uninstall them, or give them recipes
            """
        case .noRun(let logs):
            "no run is noted in \(logs): nothing was installed yet, or SAGE_LOGS is another folder"
        case .noPipHere(let tree):
            """
            \(tree) has no pip
            install it: spkg install pip
            """
        case .notInstalled(let package):
            "\(package) is not installed; what is, says: spkg list"
        case .wheelGone(let package, let wheel):
            """
            \(package) is installed, but its wheel is gone or changed: \(wheel)
            to build it again: spkg install --force \(package)
            """
        case .noWheelToReinstall(let package):
            """
            \(package) has no wheel in the wheel store that it could be installed from again
            to build it again: spkg install --force \(package)
            """
        case .noBuildDirectory(let recipe, let path):
            """
            no build of \(recipe) has left a folder to look at: \(path) is not there
            builds that succeed remove it, unless SAGE_KEEP_BUILT_SPKGS=yes
            """
        case .badRequirement(let text, let asker, let error):
            """
            \(asker) requires '\(text)', which is not a valid requirement: \(error)
            use another version of it, or correct this by a patch in its recipe
            """
        case .notInScript(let variable):
            """
            \(variable) is not set: this command works inside a recipe's script only
            try it in the build directory: spkg shell NAME
            """
        }
    }
}
