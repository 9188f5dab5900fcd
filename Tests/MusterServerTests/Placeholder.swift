import Testing

@Test("two and two are four") func placeholder() { #expect(2 + 2 == 4) }
