internal import FoundationEssentials
internal import MusterCore

/// The daemon's settings file: JSON, camelCase, grouped. A key that nobody knows is an error.
struct Configuration: Sendable {
  var limits = Limits()
  /// What the open workspaces may take together.
  var budget = WorkspaceBudget()

  /// Reads a file.
  ///
  /// - Throws: A `Failure` that names the file and what is wrong in it.
  static func load(_ path: String) throws -> Configuration {
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      throw Failure(message: "The configuration \(path) cannot be read.")
    }
    do {
      let file = try JSONDecoder().decode(File.self, from: data)
      return Configuration(limits: try file.coreLimits(), budget: try file.budget())
    } catch let error as Failure {
      throw Failure(message: "The configuration \(path): \(error.message)")
    } catch {
      throw Failure(
        message: "The configuration \(path) is not JSON of the documented form, such as"
          + " {\"limits\": {\"rowsPerImport\": 0}}.")
    }
  }

  private struct File: Decodable {
    private var limits: [String: UInt64] = [:]
    private var workspaces: [String: UInt64] = [:]

    init(from decoder: any Decoder) throws {
      let groups = try decoder.container(keyedBy: AnyKey.self)
      for key in groups.allKeys {
        switch key.stringValue {
        case "limits": limits = try groups.decode([String: UInt64].self, forKey: key)
        case "workspaces": workspaces = try groups.decode([String: UInt64].self, forKey: key)
        default:
          throw Failure(
            message: "there is no group \"\(key.stringValue)\"; known: limits, workspaces.")
        }
      }
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

  private struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
