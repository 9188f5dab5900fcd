internal import ArgumentParser
internal import MusterClient

/// A value of a signup on the command line: COLUMN=VALUE.
struct SignupArgument: ExpressibleByArgument {
  var value: CreateSignupRequest.Value

  init?(argument: String) {
    guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
      return nil
    }
    self.init(
      column: String(argument[..<equals]), cell: String(argument[argument.index(after: equals)...]))
  }

  init(column: String, cell: String) {
    value = CreateSignupRequest.Value(column: Array(column.utf8), cell: Array(cell.utf8))
  }
}
