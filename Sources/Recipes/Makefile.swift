internal import SystemPackage

extension DependencyGraph {
    /// A make fragment with all recipes: the record of a package is the target.
    ///
    ///     vers_zlib := 1.3.1
    ///     inst_zlib := $(spkg_records_SAGE_LOCAL)/zlib-$(vers_zlib)
    ///     $(inst_zlib): $(files_zlib) $(inst_gmp) | $(inst_cmake)
    ///         +$(SPKG) install zlib
    ///
    /// So another version is another target, a newer ordinary dependency or recipe file makes the
    /// package be built again, and an order-only one is only waited for. `spkg install` must leave
    /// the record newer than all of these, even if it finds nothing to do. For each recipe there
    /// are `X X-ensure X-deps X-build-deps X-no-deps X-uninstall X-clean`, and `list` for all.
    /// Of a package that is built from a source tree of the distribution spkg is asked each time, and
    /// leaves the record as it is if nothing changed there, so that dependents stay, too.
    /// The `+` lets make hand over its jobserver, and call spkg under `make -n` too.
    ///
    /// The same recipes and settings give the same text. Rule: build/recipes.md, 13.
    public func makefile(_ settings: MakefileSettings) throws(RecipeError) -> String {
        try settings.check()
        let writer = try MakefileWriter(self, settings)
        var text = writer.head()
        for recipe in recipes { text += try writer.variables(of: recipe) }
        for recipe in recipes { text += writer.rules(of: recipe) }
        return text + writer.tail()
    }
}

/// Writes the parts of the fragment.
struct MakefileWriter {
    let graph: DependencyGraph
    let settings: MakefileSettings
    /// The files of each recipe that is built, as make can name them.
    let content: [RecipeName: [String]]

    init(_ graph: DependencyGraph, _ settings: MakefileSettings) throws(RecipeError) {
        self.graph = graph
        self.settings = settings
        var content: [RecipeName: [String]] = [:]
        for recipe in graph.recipes where Self.presence(recipe, settings) == .record {
            // A name that make would take for something else is left to spkg alone.
            content[recipe.name] = try recipe.content().filter { $0.utf8.allSatisfy(Self.isPlain) }
        }
        self.content = content
    }

    /// How make can tell that a package is there.
    private enum Presence {
        /// By its record.
        case record
        /// It can't: spkg is asked each time. Such a target must not make others be built again,
        /// so they only wait for it.
        case unknown
        /// It need not: the system provides the package, or nobody does.
        case none
    }

    private func presence(_ recipe: Recipe) -> Presence { Self.presence(recipe, settings) }

    private static func presence(_ recipe: Recipe, _ settings: MakefileSettings) -> Presence {
        if settings.provided.contains(recipe.name) { return .none }
        return switch recipe.source {
        case .normal, .wheel, .script: .record
        case .pip: .unknown
        case .none: .none
        }
    }

    // MARK: Head and tail

    func head() -> String {
        var text = """
            # Written by `spkg makefile` from the recipes in build/pkgs: don't edit, write it anew.

            # Where make runs, so that the distribution can be moved or copied.
            ifeq ($(origin SAGE_ROOT),undefined)
            ifeq ($(wildcard build/pkgs),)
            $(error run make in the distribution's own folder, which has build/pkgs, or set SAGE_ROOT)
            endif
            SAGE_ROOT := $(CURDIR)
            endif
            SAGE_SRC ?= $(SAGE_ROOT)/src
            SPKG ?= \(settings.spkg)
            SPKG_INST_RELDIR := var/lib/sage/installed

            # Under -n, -t and -q, which are letters in the first word, nothing is touched.
            spkg_letters = $(filter-out -%,$(firstword $(MAKEFLAGS)))
            spkg_touch = $(if $(strip $(foreach letter,n t q,\\
              $(findstring $(letter),$(spkg_letters)))),:,touch -c)

            # What make calls a path with spaces.
            spkg_none :=
            spkg_space := $(spkg_none) $(spkg_none)
            spkg_escape = $(subst $(spkg_space),\\ ,$(1))
            spkg_recipes := $(call spkg_escape,$(SAGE_ROOT))/build/pkgs
            # The files $(2) in the folder $(1), as far as they are there.
            spkg_files = $(subst <>,$(call spkg_escape,$(1)),$(subst $(1),<>,\\
              $(wildcard $(call spkg_escape,$(1))/$(2))))


            """
        for tree in treeVariables() {
            let name = tree.rawValue
            text += "\(name) ?= \(place(of: tree))\n"
            text += "export \(name)\n"
            text += "spkg_records_\(name) := $(call spkg_escape,$(\(name)))/$(SPKG_INST_RELDIR)\n"
        }
        return text + "export SAGE_ROOT SAGE_SRC\n"
    }

    func tail() -> String {
        let names = graph.recipes.map(\.name.text)
        var text = """

            SPKG_PACKAGES := \(names.joined(separator: " "))

            # Make would delete a record that it sees change while it is interrupted.
            .PRECIOUS: $(foreach package,$(SPKG_PACKAGES),$(inst_$(package)))

            # A package whose recipe is gone.
            %-uninstall %-clean:
            \t+$(SPKG) uninstall $*

            .PHONY: FORCE

            """
        for case let name? in graph.broken.map(\.name) {
            let targets = ["", "-ensure", "-deps", "-build-deps", "-no-deps"].map { "\(name)\($0)" }
            // spkg says what is wrong.
            text += ".PHONY: \(targets.joined(separator: " "))\n"
            text += "\(targets.joined(separator: " ")):\n\t+$(SPKG) install \(name)\n\n"
        }
        if !names.contains("list") {
            text += ".PHONY: list\nlist:\n\t@printf '%s\\n' $(SPKG_PACKAGES)\n"
        }
        return text
    }

    /// `SAGE_LOCAL` and `SAGE_VENV` first, others by name: their defaults refer to these two.
    private func treeVariables() -> [TreeVariable] {
        let used = Set(graph.recipes.flatMap(\.trees)).union(settings.trees.keys)
        let others = used.subtracting([.local, .venv]).sorted {
            precedesByByte($0.rawValue, $1.rawValue)
        }
        return [.local, .venv] + others
    }

    private func place(of tree: TreeVariable) -> String {
        if var path = settings.trees[tree] {
            // Below the root it moves along with it.
            guard path.removePrefix(settings.root), !path.isEmpty else { return path.string }
            return "$(SAGE_ROOT)/\(path)"
        }
        return tree.rawValue.startsWith("SAGE_VENV") ? "$(SAGE_VENV)" : "$(SAGE_LOCAL)"
    }

    // MARK: One recipe

    func variables(of recipe: Recipe) throws(RecipeError) -> String {
        let name = recipe.name
        let version = recipe.displayedVersion
        if let bad = MakefileSettings.firstUnusable(in: version) {
            throw .unusableInMake(path: recipe.nameAndVersion, character: bad)
        }
        var text = "\nvers_\(name) := \(version)\n"
        guard presence(recipe) == .record, let tree = recipe.trees.first else {
            return text + "inst_\(name) :=\n"
        }
        text += "inst_\(name) := $(spkg_records_\(tree.rawValue))/\(name)-$(vers_\(name))\n"
        if let files = content[name], !files.isEmpty {
            text += "files_\(name) := $(addprefix $(spkg_recipes)/\(name)/,"
            text += files.joined(separator: " ") + ")\n"
        }
        return text
    }

    func rules(of recipe: Recipe) -> String {
        let name = recipe.name
        let needs = prerequisites(of: recipe)
        let waits = needs.orderOnly + needs.runtime
        let line = needs.ordinary + (waits.isEmpty ? "" : " |") + waits
        let targets = ["", "-ensure", "-deps", "-build-deps", "-no-deps", "-uninstall", "-clean"]
        let install = "\t+$(SPKG) install \(name)\n"
        // Where there is nothing to do the record stays as it is; make must see that it was asked.
        // With `+`, too: make -t would touch what it has not run all lines of, and leave an empty
        // record.
        let touch = recipe.hasSourceTree ? "" : "\t+@$(spkg_touch) '$@'\n"
        var text = "\n" + needs.variables
        text += ".PHONY: \(targets.map { "\(name)\($0)" }.joined(separator: " "))\n"
        switch presence(recipe) {
        case .record where content[name]?.isEmpty == false:
            text += "$(inst_\(name)): $(files_\(name))\(line)\n" + install + touch
            // So that a file which is gone counts as newer, rather than as an error.
            text += "$(files_\(name)): ;\n"
            text += "\(name) \(name)-ensure: $(inst_\(name))\n"
        case .record:
            text += "$(inst_\(name)):\(line)\n" + install + touch
            text += "\(name) \(name)-ensure: $(inst_\(name))\n"
        case .unknown:
            text += "\(name):\(line)\n" + install
            text += "\(name)-ensure: \(name)\n"
        case .none where isThere(recipe):
            text += "\(name) \(name)-ensure:\n"
        case .none:
            text += "\(name):\n" + install
            text += "\(name)-ensure: \(name)\n"
        }
        text += "\(name)-deps:\(needs.ordinary)\(waits)\n"
        text += "\(name)-build-deps:\(needs.ordinary)\(needs.orderOnly)\n"
        text += "\(name)-no-deps:\n" + (isThere(recipe) ? "\t@:\n" : install)
        text += "\(name)-uninstall:\n\t+$(SPKG) uninstall \(name)\n"
        text += "\(name)-clean: \(name)-uninstall\n"
        return text
    }

    /// Whether nothing is to be done even if somebody asks for it by name. Python without a source
    /// is the one that spkg itself needs; for others without one it has advice.
    private func isThere(_ recipe: Recipe) -> Bool {
        settings.provided.contains(recipe.name)
            || (recipe.source == .none && recipe.name.text == "python3")
    }

    // MARK: Prerequisites

    /// What a recipe needs, as variables, and how rules refer to them: with a blank in front, or
    /// not at all if there is nothing.
    private struct Prerequisites {
        var variables = ""
        var ordinary = ""
        var orderOnly = ""
        var runtime = ""

        mutating func define(_ name: String, _ words: [String]) -> String {
            if words.isEmpty { return "" }
            variables += "\(name) := \(words.joined(separator: " "))\n"
            return " $(\(name))"
        }
    }

    private func prerequisites(of recipe: Recipe) -> Prerequisites {
        var ordinary = recipe.dependencies.ordinary.compactMap(file)
        if recipe.hasSourceTree, !ordinary.contains("FORCE") { ordinary.append("FORCE") }
        var orderOnly = recipe.dependencies.orderOnly.compactMap(file)
        var runtime: [String] = []
        for edge in graph.edges(of: recipe.name) {
            guard let needed = graph[edge.recipe] else { continue }
            let presence = presence(needed)
            if presence == .none { continue }
            let target = presence == .record ? "$(inst_\(edge.recipe))" : edge.recipe.text
            switch edge.kind {
            case .ordinary where presence == .record: ordinary.append(target)
            case .ordinary, .orderOnly: orderOnly.append(target)
            case .runtime: runtime.append(target)
            case .optional where !settings.selected.contains(edge.recipe): continue
            case .optional where presence == .record: ordinary.append(target)
            case .optional: orderOnly.append(target)
            case .check: continue
            }
        }
        var result = Prerequisites()
        result.ordinary = result.define("deps_\(recipe.name)", ordinary)
        result.orderOnly = result.define("order_\(recipe.name)", orderOnly)
        result.runtime = result.define("runtime_\(recipe.name)", runtime)
        return result
    }

    /// What make knows better than the graph: files, and `FORCE`.
    private func file(_ token: DependencyToken) -> String? {
        switch token {
        case .force: return "FORCE"
        case .file(let text):
            guard text.startsWith("$("), let close = text.utf8.firstIndex(of: UInt8(ascii: ")")),
                text[close...].startsWith(")/")
            else { return "$(wildcard \(text))" }
            return "$(call spkg_files,\(text[...close]),\(text[close...].dropFirst(2)))"
        default: return nil
        }
    }

    /// Whether make takes a byte of a file's name for nothing but itself.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDigit || "/._+-,@".utf8.contains(byte)
    }
}
