import MusterCore
import Testing

struct MatchDecisionTests {
  @Test("no member is a new one, one is updated, two are a conflict, whoever hits them")
  func allOfThree() {
    for email in [0, 1, 2, 3] as [UInt32] {
      for phone in [0, 1, 2, 3] as [UInt32] {
        for externalID in [0, 1, 2, 3] as [UInt32] {
          let hit = Set([email, phone, externalID]).subtracting([0])
          let expected: MatchDecision =
            switch hit.count {
            case 0: .create
            case 1: .update(hit.first ?? 0)
            default: .conflict
            }
          let decision = MatchDecision(email: email, phone: phone, externalID: externalID)
          #expect(decision == expected, "\(email) \(phone) \(externalID)")
        }
      }
    }
  }
}
