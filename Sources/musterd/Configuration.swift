internal import FoundationEssentials
internal import MusterCore

/// The daemon's settings file: JSON, camelCase, grouped. A key that nobody knows is an error.
struct Configuration: Sendable {
  var limits = Limits()
  /// What the open workspaces may take together.
  var budget = WorkspaceBudget()
  /// The rules of the policy; none if the file has none.
  var rules: [AccessRule] = []
  var socket = SocketPermissions()

  /// Reads a file.
  ///
  /// - Throws: A `Failure` that names the file, what is wrong in it, and where.
  static func load(_ path: String) throws -> Configuration {
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      throw Failure(message: "The configuration \(path) cannot be read.")
    }
    if let fault = JSONSyntax.fault(in: Array(data)) {
      throw Failure(
        message: "The configuration \(path) is not JSON: line \(fault.line), column"
          + " \(fault.column): \(fault.what).")
    }
    do {
      let file = try JSONDecoder().decode(File.self, from: data)
      return Configuration(
        limits: try file.coreLimits(), budget: try file.budget(),
        rules: try file.access.rules(in: SystemAccounts()),
        socket: try file.socket.permissions(in: SystemAccounts()))
    } catch let error as Failure {
      throw Failure(message: "The configuration \(path): \(error.message)")
    } catch let problem as ConfigurationProblem {
      throw Failure(message: "The configuration \(path): \(problem.message)")
    } catch {
      throw Failure(message: "The configuration \(path)\(explanation(of: error))")
    }
  }

  /// What the decoder found, as the end of a sentence that began with the file.
  private static func explanation(of error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, let context):
      return ": \(place(context.codingPath)): the key \"\(key.stringValue)\" is missing."
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
      DecodingError.dataCorrupted(let context):
      let place = place(context.codingPath)
      if !place.isEmpty { return ": \(place): no JSON value of the kind that belongs there." }
    default: break
    }
    return " is not JSON of the documented form, such as {\"limits\": {\"rowsPerImport\": 0}}."
  }

  /// A place in the file, such as `access.policy[1].scopes[0]`; empty for all of it.
  static func place(_ path: [any CodingKey]) -> String {
    path.reduce("") { place, key in
      if let number = key.intValue { return "\(place)[\(number)]" }
      return place.isEmpty ? key.stringValue : "\(place).\(key.stringValue)"
    }
  }

  private struct File: Decodable {
    private var limits: [String: UInt64] = [:]
    private var workspaces: [String: UInt64] = [:]
    private(set) var access = AccessSettings()
    private(set) var socket = SocketSettings()

    init(from decoder: any Decoder) throws {
      let groups = try KnownKeys(
        decoder, ["access", "limits", "socket", "workspaces"], called: "group")
      limits = try groups.value("limits") ?? [:]
      workspaces = try groups.value("workspaces") ?? [:]
      access = try groups.value("access") ?? AccessSettings()
      socket = try groups.value("socket") ?? SocketSettings()
    }

    func budget() throws -> WorkspaceBudget {
      var result = WorkspaceBudget()
      for (name, value) in workspaces {
        guard let set = Self.workspaceSettings[name] else {
          let known = Self.workspaceSettings.keys.sorted().joined(separator: ", ")
          throw Failure(message: "there is no setting \"\(name)\" of workspaces; known: \(known).")
        }
        guard value <= UInt64(Int32.max) || name == "memoryBytes", value <= UInt64(Int.max) else {
          throw Failure(message: "\(name) is too large.")
        }
        set(&result, Int(value))
      }
      guard result.openMax > 0 else {
        throw Failure(message: "open is 0, and at least 1 workspace has to be open.")
      }
      return result
    }

    private static var workspaceSettings: [String: (inout WorkspaceBudget, Int) -> Void] {
      [
        "memoryBytes": { $0.memoryBytesMax = $1 },
        "idleSeconds": { $0.idleSecondsMax = $1 },
        "open": { $0.openMax = $1 },
      ]
    }

    func coreLimits() throws -> Limits {
      var result = Limits()
      for (name, value) in limits {
        guard let set = Self.settings[name] else {
          let known = Self.settings.keys.sorted().joined(separator: ", ")
          throw Failure(message: "there is no limit \"\(name)\"; known: \(known).")
        }
        guard value <= UInt64(Int.max) else { throw Failure(message: "\(name) is too large.") }
        set(&result, value)
      }
      return result
    }

    private static var settings: [String: (inout Limits, UInt64) -> Void] {
      [
        "rowsPerImport": { $0.rowsPerImport = $1 },
        "bytesPerImport": { $0.bytesPerImport = $1 },
        "cellBytes": { $0.cellBytesMax = Int($1) },
        "rowBytes": { $0.rowBytesMax = Int($1) },
        "spooledRows": { $0.spooledRowsMax = $1 },
        "spooledBytes": { $0.spooledBytesMax = $1 },
        "columns": { $0.columnsMax = Int($1) },
        "ledgerFaults": { $0.ledgerFaultsMax = Int($1) },
        "undoDays": { $0.undoDaysMax = Int($1) },
        "undoImports": { $0.undoImportsMax = Int($1) },
        "faultDays": { $0.faultDaysMax = Int($1) },
        "resumeDays": { $0.resumeDaysMax = Int($1) },
      ]
    }
  }
}
