import MusterFiles
import Testing

/// What stands at a target, and what is done about it.
@Suite struct TargetRuleTests {
  private static let me: UInt32 = 1000
  private static let other: UInt32 = 1001

  private func step(
    _ kind: FoundFile.Kind?, owner: UInt32 = me, _ rule: TargetRule = TargetRule(),
    isAmongDevices: Bool = false
  ) -> TargetRule.Step {
    rule.step(
      found: kind.map { FoundFile(kind: $0, owner: owner) }, user: Self.me,
      isAmongDevices: isAmongDevices)
  }

  @Test func `a file is made where nothing is, but not among devices`() {
    #expect(step(nil) == .create)
    #expect(step(nil, isAmongDevices: true) == .refuse(.newFileAmongDevices))
    #expect(step(.regular, isAmongDevices: true) == .refuse(.newFileAmongDevices))
  }

  @Test func `an own file is replaced unless the caller wants to be asked`() {
    #expect(step(.regular) == .replace)
    #expect(step(.regular, TargetRule(replacesOwn: false)) == .refuse(.exists))
    #expect(step(.regular, TargetRule(replacesOwn: false, replacesOthers: true)) == .replace)
  }

  @Test func `another user's file is replaced only where that is asked for`() {
    #expect(step(.regular, owner: Self.other) == .refuse(.othersFile(Self.other)))
    #expect(step(.regular, owner: 0) == .refuse(.othersFile(0)))
    #expect(step(.regular, owner: Self.other, TargetRule(replacesOthers: true)) == .replace)
  }

  @Test(arguments: [me, other, 0]) func `a link is followed only where that is asked for`(
    _ owner: UInt32
  ) {
    #expect(step(.link, owner: owner) == .refuse(.link))
    #expect(step(.link, owner: owner, TargetRule(replacesOthers: true)) == .refuse(.link))
    #expect(step(.link, owner: owner, TargetRule(follows: true)) == .follow)
  }

  @Test func `devices and pipes are written through, whatever may be replaced`() {
    for rule in [TargetRule(), TargetRule(replacesOwn: false), TargetRule(replacesOthers: true)] {
      #expect(step(.characterDevice, owner: 0, rule) == .writeThrough)
      #expect(step(.characterDevice, rule, isAmongDevices: true) == .writeThrough)
      #expect(step(.pipe, rule) == .writeThrough)
      #expect(step(.pipe, owner: 0, rule) == .writeThrough)
      #expect(step(.pipe, owner: Self.other, rule) == .refuse(.othersPipe(Self.other)))
    }
  }

  @Test func `nothing else is written to`() {
    let rule = TargetRule(follows: true, replacesOthers: true)
    #expect(step(.directory, rule) == .refuse(.directory))
    #expect(step(.blockDevice, rule) == .refuse(.blockDevice))
    #expect(step(.socket, rule) == .refuse(.socket))
  }
}
