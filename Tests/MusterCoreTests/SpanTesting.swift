/// Runs a rule over the bytes of a string.
func check<Answer>(_ text: String, _ rule: (borrowing Span<UInt8>) -> Answer) -> Answer {
  check(bytes: Array(text.utf8), rule)
}

/// Runs a rule over bytes.
func check<Answer>(bytes: [UInt8], _ rule: (borrowing Span<UInt8>) -> Answer) -> Answer {
  rule(bytes.span)
}

/// So many letters.
func letters(_ count: Int) -> String { String(repeating: "x", count: count) }
