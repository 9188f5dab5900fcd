internal import FoundationEssentials
internal import MusterCore

/// The daemon's settings file: JSON, camelCase, grouped. A key that nobody knows is an error.
struct Configuration: Sendable {
  var limits = Limits()

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
      return Configuration(limits: try JSONDecoder().decode(File.self, from: data).coreLimits())
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

    private enum CodingKeys: String, CodingKey, CaseIterable { case limits }

    init(from decoder: any Decoder) throws {
      let groups = try decoder.container(keyedBy: AnyKey.self)
      for key in groups.allKeys where key.stringValue != "limits" {
        throw Failure(message: "there is no group \"\(key.stringValue)\"; known: limits.")
      }
      guard let key = AnyKey(stringValue: "limits"), groups.contains(key) else { return }
      limits = try groups.decode([String: UInt64].self, forKey: key)
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
