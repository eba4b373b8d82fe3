extension InterpreterFacts {
    /// The platforms whose wheels the interpreter can run, best first, without `any`.
    ///
    /// Rule: PEP 600 (manylinux), PEP 513, 571 and 599 (its older names), PEP 656 (musllinux).
    public var platformTags: [String] {
        var name = Self.normalize(platform)
        guard name.hasPrefix("linux_") else { return [name] }
        if is32Bit {
            // A 32-bit interpreter on a 64-bit kernel.
            if name == "linux_x86_64" { name = "linux_i686" }
            if name == "linux_aarch64" { name = "linux_armv8l" }
        }
        let machine = String(name.dropFirst("linux_".count))
        let machines = machine == "armv8l" ? ["armv8l", "armv7l"] : [machine]
        return manylinux(machines) + musllinux(machines) + machines.map { "linux_\($0)" }
    }

    private func manylinux(_ machines: [String]) -> [String] {
        guard case .glibc(let major, let minor) = libc, canRunManylinux(machines) else { return [] }
        let isIntel = machines.contains("x86_64") || machines.contains("i686")
        // The oldest glibc that any manylinux is defined for.
        let oldest = isIntel ? 5 : 17
        var tags: [String] = []
        for machine in machines {
            // glibc 2.x wheels run on a later major version; 50 stands for the last 2.x, which
            // nobody knows yet.
            for candidate in stride(from: major, through: 2, by: -1) {
                let newest = candidate == major ? minor : 50
                let last = candidate == 2 ? oldest : 0
                for version in stride(from: newest, through: last, by: -1)
                where !refusedManylinux.contains([candidate, version]) {
                    tags.append("manylinux_\(candidate)_\(version)_\(machine)")
                    if candidate == 2, let alias = Self.aliases[version] {
                        tags.append("\(alias)_\(machine)")
                    }
                }
            }
        }
        return tags
    }

    /// By the minor number of glibc 2.
    private static let aliases = [17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"]

    /// manylinux is defined for some machines only: PEP 600 and its successors in auditwheel.
    private func canRunManylinux(_ machines: [String]) -> Bool {
        if machines.contains("armv7l") { return hasHardFloatABI }
        if machines.contains("i686") { return is32Bit }
        let known: Set = [
            "x86_64", "aarch64", "ppc64", "ppc64le", "s390x", "loongarch64", "riscv64",
        ]
        return machines.contains(where: known.contains)
    }

    private func musllinux(_ machines: [String]) -> [String] {
        guard case .musl(let major, let minor) = libc else { return [] }
        return machines.flatMap { machine in
            stride(from: minor, through: 0, by: -1).map { "musllinux_\(major)_\($0)_\(machine)" }
        }
    }
}
