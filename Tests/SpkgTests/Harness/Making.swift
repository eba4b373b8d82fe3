import Testing

extension Distribution {
    /// Runs make with the fragment that the program writes for this distribution.
    func make(_ arguments: String...) throws -> Said {
        let rules = try spkg("makefile", "--output", "build/make/packages.mk")
        #expect(rules.status == 0, "\(rules.stderr)")
        return try said(
            ["make", "-f", "build/make/packages.mk", "SPKG='\(Self.program)'"] + arguments, [:])
    }
}
